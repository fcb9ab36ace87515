import { spanShapes } from '../span-shape.ts';
import { channelList } from './channel-list.ts';
import type { ConfigFinding, Findings } from './finding.ts';
import { readSystemLines, type SystemChannel, type SystemLines, type SystemSpan } from './system-lines.ts';

export interface SystemConf {
  readonly spans: readonly SystemSpan[];
  readonly channels: ReadonlyMap<number, SystemChannel>;
  readonly findings: readonly ConfigFinding[];
}

/** Reads `/etc/dahdi/system.conf` and tells all its mistakes: `dahdi_cfg -t` cannot, away from the card. */
export function readSystemConf(text: string): SystemConf {
  const lines = readSystemLines(text);
  checkTiming(lines);
  checkSpans(lines);
  checkGiven(lines);
  checkZones(lines);
  const { spans, channels, findings } = lines;
  return { spans, channels, findings: findings.all };
}

function checkTiming({ findings, spans }: SystemLines): void {
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
function checkSpans({ findings, spans, channels }: SystemLines): void {
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

function checkGiven({ findings, given, channels, spans }: SystemLines): void {
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

function checkZones({ findings, zones, defaultZone }: SystemLines): void {
  if (!defaultZone)
    return findings.warn(1, 'there is no defaultzone', 'Add loadzone and defaultzone, in China cn.');
  if (!zones.has(defaultZone.zone))
    findings.error(
      defaultZone.line,
      `the zone "${defaultZone.zone}" is not loaded`,
      `Add loadzone=${defaultZone.zone}.`,
    );
}
