import { alarmBits, alarmWords, spanShapes, type SpanAlarm } from '../../span/index.ts';
import type { EmulatedSpan } from './emulated-span.ts';
import type { SpanChannel } from './span-channel.ts';

/** `/proc/dahdi/N`. */
export function renderProcSpan(span: EmulatedSpan): string {
  const { alarms, counters, kind, number, firstChannel } = span;
  const words = alarmText(alarms, ' ');
  const master = number === 1 ? ' (MASTER)' : '';
  const clock = span.isHealthy && number === 1 ? 'ClockSource ' : '';
  const header = `Span ${number}: ${device(span)} "${description(span)}"${master} ${lineConfig(span)} ${words}${clock}`;
  const counts: readonly (readonly [string, number])[] = [
    ['BPV count', counters.bpv],
    ['CRC4 error count', counters.crc4],
    ['E-bit error count', counters.ebit],
    ['FAS error count', counters.fas],
    ['IRQ misses', counters.irqMisses],
    ['Timing slips', counters.timingSlips],
  ];
  const errors = counts.filter(([, count]) => count > 0).map(([word, count]) => `\t${word}: ${count}`);
  const { channels, signallingSlot } = spanShapes[kind];
  const rows = Array.from({ length: channels }, (_, i) => {
    const slot = i + 1;
    const bearer = span.calls.channels.find((each) => each.slot === slot);
    const what = `${slot === signallingSlot ? 'HDLCFCS' : 'Clear'} (In use) ${words}${bearer ? canceller(bearer) : ''}`;
    return `\t${String(firstChannel + i).padStart(4)} ${device(span)}/${slot} ${what}`;
  });
  return `${[header, ...errors, '', ...rows].join('\n')}\n`;
}

function canceller(bearer: SpanChannel): string {
  return `(EC: MG2 - ${bearer.state === 'UP' ? 'ACTIVE' : 'INACTIVE'}) `;
}

function alarmText(alarms: ReadonlySet<SpanAlarm>, after: string): string {
  return [...alarmWords].map(([word, alarm]) => (alarms.has(alarm) ? `${word}${after}` : '')).join('');
}

/** `/sys/bus/dahdi_spans/devices/span-N/*`, by name. */
export function renderSysfs(span: EmulatedSpan): Readonly<Record<string, string>> {
  const bits = [...span.alarms].reduce((sum, alarm) => sum | alarmBits[alarm], 0);
  return {
    name: device(span),
    desc: description(span),
    spantype: span.kind.toUpperCase(),
    local_spanno: String(span.number),
    alarms: `0x${bits.toString(16)}`,
    lbo: buildOut,
    syncsrc: '0',
    is_digital: '1',
    is_sync_master: span.number === 1 ? '1' : '0',
    basechan: String(span.firstChannel),
    channels: String(spanShapes[span.kind].channels),
    lineconfig: lineConfig(span),
    linecompat: span.kind === 'e1' ? 'HDB3/CCS/CRC4' : 'B8ZS/AMI/ESF/D4',
  };
}

const buildOut = '0 db (CSU)/0-133 feet (DSX-1)';
const scanWords: readonly (readonly [SpanAlarm, string])[] = [
  ['blue', 'BLU'],
  ['yellow', 'YEL'],
  ['red', 'RED'],
  ['loop', 'LB'],
  ['recovering', 'REC'],
  ['not-open', 'NOP'],
];

/** What the program `dahdi_scan` prints. */
export function renderScan(spans: readonly EmulatedSpan[]): string {
  return spans
    .map((span) => {
      const isE1 = span.kind === 'e1';
      const alarms = scanWords.filter(([alarm]) => span.alarms.has(alarm)).map(([, word]) => word);
      return [
        `[${span.number}]`,
        'active=yes',
        `alarms=${alarms.join('/') || 'OK'}`,
        `description=${description(span)}`,
        `name=${device(span)}`,
        'manufacturer=Digium',
        'devicetype=Wildcard TE205P (4th Gen)',
        'location=Board ID Switch 0',
        `basechan=${span.firstChannel}`,
        `totchans=${spanShapes[span.kind].channels}`,
        'irq=193',
        `type=digital-${span.kind.toUpperCase()}`,
        'syncsrc=0',
        `lbo=${buildOut}`,
        isE1 ? 'coding_opts=HDB3,AMI' : 'coding_opts=B8ZS,AMI',
        isE1 ? 'framing_opts=CCS,CRC4' : 'framing_opts=ESF,D4',
        isE1 ? 'coding=HDB3' : 'coding=B8ZS',
        isE1 ? 'framing=CCS/CRC4' : 'framing=ESF',
        '',
      ].join('\n');
    })
    .join('\n');
}

function device({ number }: EmulatedSpan): string {
  return `TE2/0/${number}`;
}

function description({ number }: EmulatedSpan): string {
  return `T2XXP (PCI) Card 0 Span ${number}`;
}

function lineConfig({ kind }: EmulatedSpan): string {
  return kind === 'e1' ? 'CCS/HDB3/CRC4' : 'ESF/B8ZS';
}
