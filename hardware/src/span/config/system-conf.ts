import type { SpanKind } from '../span.ts';
import { spanShapes } from '../span-shape.ts';
import { channelList, readChannelList } from './channel-list.ts';
import { Findings, type ConfigFinding } from './finding.ts';
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

export interface SystemConf {
  readonly spans: readonly SystemSpan[];
  readonly channels: ReadonlyMap<number, SystemChannel>;
  readonly findings: readonly ConfigFinding[];
}

interface Reading {
  readonly findings: Findings;
  readonly spans: SystemSpan[];
  readonly channels: Map<number, SystemChannel>;
  /** Channels that an echo canceller or a companding was given, to be compared at the end. */
  readonly given: { readonly line: number; readonly keyword: string; readonly channels: readonly number[] }[];
  readonly zones: Map<string, number>;
  defaultZone?: { readonly line: number; readonly zone: string };
}

/** Reads `/etc/dahdi/system.conf` and tells all its mistakes: `dahdi_cfg -t` cannot, away from the card. */
export function readSystemConf(text: string): SystemConf {
  const reading: Reading = {
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
  checkTiming(reading);
  checkSpans(reading);
  checkGiven(reading);
  checkZones(reading);
  const { spans, channels, findings } = reading;
  return { spans, channels, findings: findings.all };
}

function readLine(reading: Reading, line: number, words: string): void {
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

function readSpan({ findings, spans }: Reading, line: number, value: string): void {
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
  { findings, channels }: Reading,
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

function giveChannels({ findings, given }: Reading, line: number, keyword: string, value: string): void {
  const channels = readChannelList(value);
  if (channels) given.push({ line, keyword, channels });
  else
    findings.error(line, `"${value.slice(0, 40)}" is no list of channels`, 'Write for example 1-15,17-31.');
}

function checkTiming({ findings, spans }: Reading): void {
  const [first] = spans;
  if (!first) return findings.error(1, 'there is no span', 'Write a line span=… for each span of the card.');
  if (spans.every(({ timing }) => timing === 0))
    findings.warn(
      first.line,
      'no span takes its clock from a line: we give the clock on all',
      'Set the timing of a line from a carrier to 1; otherwise slips will grow without an alarm.',
    );
  for (const [i, { line, number, timing }] of spans.entries()) {
    const same = spans.slice(0, i).find((span) => timing > 0 && span.timing === timing);
    if (same)
      findings.error(
        line,
        `spans ${same.number} and ${number} are both choice ${timing} for the clock`,
        'Number the choices 1, 2, 3 …; 0 for a line to which we give the clock.',
      );
  }
}

/** Channels of spans are counted in one go, in the order of their numbers. */
function checkSpans({ findings, spans, channels }: Reading): void {
  let first = 1;
  for (const [i, span] of spans.toSorted((a, b) => a.number - b.number).entries()) {
    if (span.number !== i + 1)
      findings.error(
        span.line,
        `there is no span ${i + 1} before span ${span.number}`,
        'Number spans from 1 without a gap.',
      );
    const shape = spanShapes[span.kind];
    const last = first + shape.channels - 1;
    const own = [...channels].filter(([channel]) => channel >= first && channel <= last);
    if (span.common) checkSignalling(findings, span, own, first + shape.signallingSlot - 1);
    const missing = Array.from({ length: shape.channels }, (_, offset) => first + offset).filter(
      (channel) => !channels.has(channel),
    );
    if (own.length === 0)
      findings.error(span.line, `span ${span.number} has no channels`, `Give a use to ${first}-${last}.`);
    else if (missing.length > 0 && span.common)
      findings.warn(
        span.line,
        `channels ${channelList(missing)} of span ${span.number} have no use`,
        'Add them, or list them as unused.',
      );
    first = last + 1;
  }
  const beyond = [...channels].filter(([channel]) => channel >= first);
  if (beyond.length > 0 && spans.length > 0)
    findings.error(
      beyond[0]![1].line,
      `channels ${channelList(beyond.map(([channel]) => channel).toSorted((a, b) => a - b))} belong to no span`,
      `The spans of this file have the channels 1-${first - 1}.`,
    );
}

function checkSignalling(
  findings: Findings,
  { line, number, kind }: SystemSpan,
  own: readonly (readonly [number, SystemChannel])[],
  expected: number,
): void {
  const found = own.filter(([, { use }]) => use === 'signalling');
  const slot = spanShapes[kind].signallingSlot;
  if (own.length > 0 && found.length === 0)
    findings.error(line, `span ${number} has no dchan`, `Add dchan=${expected} (timeslot ${slot}).`);
  for (const [channel, { line: at }] of found)
    if (channel !== expected)
      findings.error(
        at,
        `the D-channel of span ${number} is channel ${channel}, not ${expected}`,
        `A PRI on ${kind === 'e1' ? 'an E1' : 'a T1'} signals in timeslot ${slot}: write dchan=${expected}.`,
      );
}

function checkGiven({ findings, given, channels, spans }: Reading): void {
  const onlyE1 = spans.length > 0 && spans.every(({ kind }) => kind === 'e1');
  for (const { line, keyword, channels: list } of given) {
    const wrong = list.filter((channel) => channels.get(channel)?.use !== 'bearer');
    if (keyword === 'echocanceller' && wrong.length > 0)
      findings.error(
        line,
        `channels ${channelList(wrong)} carry no voice`,
        'Give an echo canceller to B-channels only, never to the D-channel.',
      );
    if (keyword === 'mulaw' && onlyE1)
      findings.warn(line, 'µ-law on an E1', 'E1 lines speak A-law: remove the line.');
  }
}

function checkZones({ findings, zones, defaultZone }: Reading): void {
  if (!defaultZone)
    return findings.warn(1, 'there is no defaultzone', 'Add loadzone and defaultzone, in China cn.');
  if (!zones.has(defaultZone.zone))
    findings.error(
      defaultZone.line,
      `the zone "${defaultZone.zone}" is not loaded`,
      `Add loadzone=${defaultZone.zone}.`,
    );
}
