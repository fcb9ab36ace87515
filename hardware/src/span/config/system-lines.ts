import type { SpanKind } from '../span.ts';
import { channelList, readChannelList } from './channel-list.ts';
import { Findings } from './finding.ts';
import { channelKeywords, echoCancellers, isOneOf, toneZones, type ChannelUse } from './words.ts';

/** A span line of `system.conf`. */
export interface SystemSpan {
  readonly line: number;
  readonly number: number;
  readonly kind: SpanKind;
  readonly timing: number;
  /** Signalling in a timeslot of its own; otherwise channel-associated (R2, robbed bits). */
  readonly common: boolean;
}

/** What a channel of the box is used for. */
export interface SystemChannel {
  readonly line: number;
  readonly keyword: string;
  readonly use: ChannelUse;
}

/** All that the lines say. */
export interface SystemLines {
  readonly findings: Findings;
  readonly spans: SystemSpan[];
  readonly channels: Map<number, SystemChannel>;
  /** Channels that an echo canceller or a companding was given, to be compared at the end. */
  readonly given: { readonly line: number; readonly keyword: string; readonly channels: readonly number[] }[];
  readonly zones: Map<string, number>;
  defaultZone?: { readonly line: number; readonly zone: string };
}

/** Reads the lines one by one; what they are beside each other is not looked at. */
export function readSystemLines(text: string): SystemLines {
  const reading: SystemLines = {
    findings: new Findings('system.conf'),
    spans: [],
    channels: new Map(),
    given: [],
    zones: new Map(),
  };
  for (const [i, raw] of text.split('\n').entries()) {
    const words = raw.replace(/#.*/, '').trim();
    if (words !== '') readLine(reading, i + 1, words);
  }
  return reading;
}

function readLine(reading: SystemLines, line: number, words: string): void {
  const { findings } = reading;
  const [, keyword, value] = /^([a-z0-9&]+)\s*=\s*(.*)$/.exec(words) ?? [];
  if (keyword === undefined || value === undefined)
    return findings.error(line, `"${words.slice(0, 40)}" is no setting`, 'Write KEYWORD=VALUE.');
  const use = channelKeywords.get(keyword);
  if (use) return readChannels(reading, line, keyword, use, value);
  switch (keyword) {
    case 'span':
      return readSpan(reading, line, value);
    case 'echocanceller': {
      const [canceller = '', ...list] = value.split(',');
      if (!isOneOf(echoCancellers, canceller))
        findings.error(
          line,
          `"${canceller}" is no echo canceller`,
          `Use one of ${echoCancellers.join(', ')}.`,
        );
      return giveChannels(reading, line, keyword, list.join(','));
    }
    case 'alaw':
    case 'mulaw':
    case 'deflaw':
      return giveChannels(reading, line, keyword, value);
    case 'loadzone':
      reading.zones.set(value, line);
      if (!toneZones.includes(value))
        findings.error(line, `there is no tone zone "${value}"`, 'Use cn in China, us in America.');
      return undefined;
    case 'defaultzone':
      reading.defaultZone = { line, zone: value };
      return undefined;
    case 'dynamic':
      return undefined;
    default:
      return findings.error(
        line,
        `there is no keyword "${keyword}"`,
        'dahdi_cfg stops here; correct or remove the line.',
      );
  }
}

const framings: ReadonlyMap<string, SpanKind> = new Map([
  ['ccs', 'e1'],
  ['cas', 'e1'],
  ['esf', 't1'],
  ['d4', 't1'],
]);

function readSpan({ findings, spans }: SystemLines, line: number, value: string): void {
  const [number = '', timing = '', lbo = '', framing = '', coding = '', ...flags] = value
    .split(',')
    .map((part) => part.trim().toLowerCase());
  if (!/^[1-9]\d{0,2}$/.test(number) || !/^\d{1,2}$/.test(timing) || !/^[0-7]$/.test(lbo))
    return findings.error(
      line,
      `"${value}" is no span`,
      'Write span=NUMBER,TIMING,LBO,FRAMING,CODING with an LBO from 0 to 7.',
    );
  const kind = framings.get(framing);
  if (!kind)
    return findings.error(
      line,
      `"${framing}" is no framing`,
      'Use ccs or cas for an E1, esf or d4 for a T1.',
    );
  const codings = kind === 'e1' ? ['hdb3', 'ami'] : ['b8zs', 'ami'];
  if (!codings.includes(coding))
    findings.error(
      line,
      `the coding "${coding}" does not go with ${framing}`,
      `An ${kind === 'e1' ? 'E1' : 'T1'} has ${codings.join(' or ')}.`,
    );
  for (const flag of flags)
    if (!['crc4', 'yellow', 'nt', 'te', 'term'].includes(flag))
      findings.error(line, `"${flag}" is no flag of a span`, 'Use crc4, yellow, nt, te or term.');
  if (kind === 't1' && flags.includes('crc4')) findings.error(line, 'a T1 has no CRC4', 'Remove crc4.');
  if (spans.some((span) => span.number === Number(number)))
    return findings.error(
      line,
      `span ${number} is there twice`,
      'Number spans in the order of the card, from 1.',
    );
  spans.push({ line, number: Number(number), kind, timing: Number(timing), common: framing !== 'cas' });
}

function readChannels(
  { findings, channels }: SystemLines,
  line: number,
  keyword: string,
  use: ChannelUse,
  value: string,
): void {
  // CAS channels carry the bits to begin with: 1-15:1101.
  const list = readChannelList(value.split(':')[0]!);
  if (!list)
    return findings.error(
      line,
      `"${value.slice(0, 40)}" is no list of channels`,
      'Write for example 1-15,17-31.',
    );
  const taken = list.filter((channel) => channels.has(channel));
  if (taken.length > 0) {
    const other = channels.get(taken[0]!)!;
    findings.error(
      line,
      `channels ${channelList(taken)} have a use already (${other.keyword}, line ${other.line})`,
      'Give each channel once. Channels are counted through all spans: a second E1 has 32-62.',
    );
  }
  for (const channel of list) if (!channels.has(channel)) channels.set(channel, { line, keyword, use });
}

function giveChannels({ findings, given }: SystemLines, line: number, keyword: string, value: string): void {
  const channels = readChannelList(value);
  if (channels) given.push({ line, keyword, channels });
  else
    findings.error(line, `"${value.slice(0, 40)}" is no list of channels`, 'Write for example 1-15,17-31.');
}
