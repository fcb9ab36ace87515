import type { SpanKind } from '../span.ts';
import { spanShapes } from '../span-shape.ts';
import { channelList, readChannelList } from './channel-list.ts';
import { Findings, type ConfigFinding } from './finding.ts';
import type { ChannelUse } from './words.ts';

/** A channel line: where, and which channels. */
export interface FreetdmChannels {
  readonly line: number;
  readonly use: ChannelUse;
  readonly channels: readonly number[];
}

/** A `[span …]` section of `freetdm.conf`. */
export interface FreetdmSpan {
  readonly line: number;
  readonly name: string;
  readonly io: string;
  /** Absent for analog lines and what cannot be read. */
  readonly kind?: SpanKind;
  readonly channels: readonly FreetdmChannels[];
}

export interface FreetdmConf {
  readonly spans: readonly FreetdmSpan[];
  readonly findings: readonly ConfigFinding[];
}

interface Section {
  readonly line: number;
  readonly name: string;
  readonly io: string;
  readonly channels: FreetdmChannels[];
  readonly settings: { readonly line: number; readonly key: string }[];
  trunkType?: string;
}

const channelKeys: ReadonlyMap<string, ChannelUse> = new Map([
  ['b-channel', 'bearer'],
  ['d-channel', 'signalling'],
  ['cas-channel', 'other'],
  ['fxo-channel', 'other'],
  ['fxs-channel', 'other'],
  ['em-channel', 'other'],
]);
const settingKeys: ReadonlySet<string> = new Set(
  `trunk_mode group txgain rxgain name number analog-start-type dtmf_hangup dtmf_on_start dtmfdetect_ms
iostats debugdtmf`.split(/\s+/),
);
const generalKeys: ReadonlySet<string> = new Set(
  'cpu_monitor cpu_set_alarm_threshold cpu_clear_alarm_threshold cpu_alarm_action debugdtmf'.split(' '),
);
const trunkTypes = ['E1', 'T1', 'J1', 'BRI', 'BRI_PTMP', 'FXO', 'FXS', 'EM', 'GSM', 'CAS'];
const ioTypes = ['zt', 'wanpipe', 'pika', 'gsm', 'tdmod'];

/** Reads `freetdm.conf` and tells all its mistakes. */
export function readFreetdmConf(text: string): FreetdmConf {
  const findings = new Findings('freetdm.conf');
  const sections: Section[] = [];
  let section: Section | 'general' | undefined;
  for (const [i, raw] of text.split('\n').entries()) {
    const line = i + 1;
    const words = raw.replace(/[;#].*/, '').trim();
    if (words === '') continue;
    if (words.startsWith('[')) section = beginSection(findings, sections, line, words);
    else readSetting(findings, section, line, words);
  }
  const spans = sections.map((each) => finishSection(findings, each));
  checkOverlaps(findings, spans);
  return { spans, findings: findings.all };
}

function beginSection(
  findings: Findings,
  sections: Section[],
  line: number,
  words: string,
): Section | 'general' | undefined {
  if (words === '[general]') return 'general';
  const [, io, name] = /^\[span\s+(\S+)\s+(.+?)\s*\]$/.exec(words) ?? [];
  if (io === undefined || name === undefined) {
    findings.error(line, `"${words.slice(0, 40)}" is no section`, 'Write [general] or [span zt NAME].');
    return undefined;
  }
  if (!ioTypes.includes(io))
    findings.error(line, `there is no I/O "${io}"`, 'Use zt for DAHDI, wanpipe for Sangoma.');
  if (!/^(?!\d+$)[A-Za-z0-9][A-Za-z0-9_-]*$/.test(name))
    findings.error(
      line,
      `"${name}" cannot be dialed over`,
      'Use letters, digits, "_" and "-"; digits alone are taken for the number of a span.',
    );
  if (sections.some((each) => each.name === name))
    findings.error(line, `there are two spans "${name}"`, 'Give each span a name of its own.');
  const section: Section = { line, name, io, channels: [], settings: [] };
  sections.push(section);
  return section;
}

function readSetting(
  findings: Findings,
  section: Section | 'general' | undefined,
  line: number,
  words: string,
): void {
  const [, key, value] = /^([\w-]+)\s*=>?\s*(.*)$/.exec(words) ?? [];
  if (key === undefined || value === undefined)
    return findings.error(line, `"${words.slice(0, 40)}" is no setting`, 'Write KEY => VALUE.');
  if (section === undefined)
    return findings.error(line, `"${key}" stands in no section`, 'Put it below [span zt NAME].');
  if (section === 'general')
    return generalKeys.has(key)
      ? undefined
      : findings.error(line, `there is no setting "${key}" of [general]`, 'Remove it.');
  if (key === 'trunk_type') return readTrunkType(findings, section, line, value);
  const use = channelKeys.get(key);
  if (use) return readChannels(findings, section, line, use, value);
  if (!settingKeys.has(key))
    return findings.error(
      line,
      `there is no setting "${key}"`,
      'Settings of the signalling belong into freetdm.conf.xml.',
    );
  section.settings.push({ line, key });
}

function readTrunkType(findings: Findings, section: Section, line: number, value: string): void {
  const type = value.toUpperCase();
  if (!trunkTypes.includes(type)) findings.error(line, `there is no trunk_type "${value}"`, 'Use E1 or T1.');
  if (section.channels.length > 0 || section.settings.length > 0)
    findings.error(
      line,
      'trunk_type is not the first setting',
      'Move it directly below [span …]: channels before it are of no type.',
    );
  section.trunkType = type;
}

function readChannels(
  findings: Findings,
  section: Section,
  line: number,
  use: ChannelUse,
  value: string,
): void {
  // wanpipe: SPAN:CHANNELS; lapd:16 is a D-channel in hardware; cas-channel: CHANNELS:BITS.
  const text = use === 'other' ? value.split(':')[0]! : value.replace(/^(\w+):/, '');
  const channels = readChannelList(text);
  if (!channels)
    return findings.error(line, `"${value.slice(0, 40)}" is no list of channels`, 'Write for example 1-15.');
  section.channels.push({ line, use, channels });
}

function finishSection(findings: Findings, section: Section): FreetdmSpan {
  const { line, name, io, channels, settings, trunkType } = section;
  const kind = trunkType === 'E1' ? 'e1' : trunkType === 'T1' ? 't1' : undefined;
  if (trunkType === undefined)
    findings.error(line, `${name} has no trunk_type`, 'Add trunk_type => E1 or T1 as its first setting.');
  if (channels.length === 0)
    findings.error(line, `${name} has no channels`, 'Add b-channel and d-channel below the settings.');
  checkOrder(findings, channels, settings);
  if (kind) checkSignalling(findings, section, kind);
  return { line, name, io, channels, ...(kind && { kind }) };
}

function checkOrder(
  findings: Findings,
  channels: readonly FreetdmChannels[],
  settings: Section['settings'],
): void {
  const [first, last] = [channels[0]?.line ?? Infinity, channels.at(-1)?.line ?? Infinity];
  for (const { line, key } of settings) {
    if (line > last)
      findings.error(
        line,
        `${key} stands below the channels and has no effect`,
        'Settings hold for the channels below them: move it up.',
      );
    else if (line > first)
      findings.warn(
        line,
        `${key} holds only for the channels below it`,
        'Move it above the first channels unless that is meant.',
      );
  }
}

function checkSignalling(findings: Findings, { name, line, io, channels }: Section, kind: SpanKind): void {
  const all = channels.flatMap((each) => each.channels);
  const found = channels.filter(({ use }) => use === 'signalling');
  const { signallingSlot, channels: count } = spanShapes[kind];
  if (all.length === 0 || channels.some(({ use }) => use === 'other')) return;
  if (found.length === 0)
    findings.error(line, `${name} has no d-channel`, `Add the channel of timeslot ${signallingSlot}.`);
  // DAHDI counts channels through all spans: the lowest one is timeslot 1.
  const first = io === 'zt' ? Math.min(...all) : 1;
  const expected = first + signallingSlot - 1;
  for (const { line: at, channels: list } of found)
    if (list.length !== 1 || list[0] !== expected)
      findings.error(
        at,
        `the D-channel of ${name} is ${channelList(list)}, not ${expected}`,
        `A PRI on ${kind === 'e1' ? 'an E1' : 'a T1'} signals in timeslot ${signallingSlot}.`,
      );
  const beyond = all.filter((channel) => channel >= first + count);
  if (beyond.length > 0)
    findings.error(
      line,
      `${name} has channels that are not its own (${channelList(beyond.toSorted((a, b) => a - b))})`,
      `An ${kind === 'e1' ? 'E1' : 'T1'} has ${count} channels, here ${first}-${first + count - 1}.`,
    );
}

/** Within DAHDI, and within one span of any other card. */
function checkOverlaps(findings: Findings, spans: readonly FreetdmSpan[]): void {
  const taken = new Map<string, number>();
  for (const span of spans)
    for (const { line, channels } of span.channels) {
      const place = (channel: number): string => `${span.io === 'zt' ? 'zt' : span.name}:${channel}`;
      const twice = channels.filter((channel) => taken.has(place(channel)));
      if (twice.length > 0)
        findings.error(
          line,
          `channels ${channelList(twice)} have a use already (line ${taken.get(place(twice[0]!))})`,
          'Give each channel once. Channels are counted through all spans: a second E1 has 32-62.',
        );
      for (const channel of channels) if (!taken.has(place(channel))) taken.set(place(channel), line);
    }
}
