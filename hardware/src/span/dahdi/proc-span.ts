import { BranchlineError } from '@branchline/shared';
import type { LineCounters, SpanAlarm } from '../span.ts';
import { alarmWords } from '../span-shape.ts';
import type { DriverChannel, SpanReading } from './span-source.ts';

const counterWords: Readonly<Record<string, keyof LineCounters>> = {
  'BPV count': 'bpv',
  'CRC4 error count': 'crc4',
  'E-bit error count': 'ebit',
  'FAS error count': 'fas',
  'IRQ misses': 'irqMisses',
  'Timing slips': 'timingSlips',
};

export const noErrors: LineCounters = { bpv: 0, crc4: 0, ebit: 0, fas: 0, irqMisses: 0, timingSlips: 0 };

/**
 * Reads `/proc/dahdi/N` (dahdi-linux, `dahdi-base.c`).
 * @throws BranchlineError `BL_SPAN_GARBAGE`, also for a text that ends too early
 */
export function readProcSpan(text: string): SpanReading {
  if (!text.endsWith('\n')) garbage('the last line has no end');
  const lines = text.split('\n');
  const { name, description, flags } = readHeader(lines[0] ?? '');
  const counters = { ...noErrors };
  const channels: DriverChannel[] = [];
  for (const line of lines.slice(1)) {
    if (line.trim() === '') continue;
    const counter = /^\t([A-Z][\w -]*): (\d{1,15})$/.exec(line);
    const key = counter && counterWords[counter[1]!];
    if (key) counters[key] = Number(counter[2]);
    // A counter of a newer driver is none of ours.
    else if (!counter) channels.push(readChannel(line));
  }
  for (const [i, { channel }] of channels.entries())
    if (channel !== channels[0]!.channel + i) garbage(`channel ${channel} is out of order`);
  return { line: { device: name, description, ...flags, counters }, channels };
}

function readHeader(line: string): {
  name: string;
  description: string;
  flags: Pick<SpanReading['line'], 'master' | 'clockSource' | 'config' | 'alarms'>;
} {
  const [, name, description, rest] = /^Span \d+: (\S+) "(.*)"(.*)$/.exec(line) ?? [];
  if (name === undefined || description === undefined || rest === undefined)
    return garbage('it does not begin with a span');
  const alarms: SpanAlarm[] = [];
  const config: string[] = [];
  const words = rest.split(' ').filter((word) => word !== '');
  for (const word of words) {
    const alarm = alarmWords.get(word);
    if (alarm) alarms.push(alarm);
    else if (/^[A-Z0-9/]+$/.test(word)) config.push(...word.split('/'));
    else if (word !== '(MASTER)' && word !== 'ClockSource') garbage(`"${word}" is no word of a span`);
  }
  const [master, clockSource] = [words.includes('(MASTER)'), words.includes('ClockSource')];
  return { name, description, flags: { master, clockSource, config, alarms } };
}

function readChannel(line: string): DriverChannel {
  const [, number, name, rest = ''] = /^\t *(\d{1,5}) (\S+) (.*)$/.exec(line) ?? [];
  if (number === undefined || name === undefined)
    return garbage(`"${line.trim().slice(0, 40)}" is no channel`);
  const [, canceller, activity] = /\(EC: (.+?) - (ACTIVE|INACTIVE)\)/.exec(rest) ?? [];
  const words = rest
    .replaceAll(/\([^)]*\)/g, ' ')
    .split(' ')
    .filter((word) => word !== '');
  const isAlarm = (word: string): boolean => alarmWords.has(word);
  return {
    channel: Number(number),
    name,
    signalling: words.filter((word) => !isAlarm(word) && word !== 'Master' && word !== 'Reserved').join(' '),
    inUse: rest.includes('(In use)'),
    alarmed: words.some(isAlarm),
    ...(canceller !== undefined && {
      echoCanceller: { name: canceller, active: activity === 'ACTIVE' },
    }),
  };
}

function garbage(problem: string): never {
  throw new BranchlineError('BL_SPAN_GARBAGE', { source: '/proc/dahdi', problem });
}
