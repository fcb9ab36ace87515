import { spanShapes } from '../../span/index.ts';
import type { EmulatedSpan } from './emulated-span.ts';
import type { SpanChannel } from './span-channel.ts';

/** Answers `ftdm …` as mod_freetdm does, as far as a PRI over DAHDI is concerned. */
export function answerFtdm(spans: readonly EmulatedSpan[], command: string): string {
  const [module, verb = '', ...rest] = command.trim().split(/\s+/);
  if (module !== 'ftdm') return `-ERR ${module ?? ''} Command not found!\n`;
  switch (verb) {
    case 'list':
      return spans.map(listed).join('');
    case 'dump':
      return dump(spans, rest);
    case 'sigstatus':
      return rest[0] === 'set' ? setSignalling(spans, rest.slice(1)) : signalling(spans, rest.slice(1));
    case 'start':
    case 'stop':
    case 'reset':
      return manage(spans, verb, rest);
    case 'alarms':
      return alarms(spans, rest);
    case 'core':
      return rest[0] === 'calls' ? coreCalls(spans) : usage('core', 'state|flag|spanflag|calls [!]<name>');
    default:
      return usage('<cmd>', '<args>');
  }
}

const usage = (verb: string, takes: string): string => `-ERR Usage: ftdm ${verb} ${takes}\n`;
const unknown = (name: string): string => `-ERR span ${name} not found\n`;

/** By name or by number, as FreeTDM looks for it. */
function find(spans: readonly EmulatedSpan[], name: string): EmulatedSpan | undefined {
  return spans.find((span) => span.name === name || String(span.number) === name);
}

function listed(span: EmulatedSpan): string {
  return `+OK
span: ${span.number} (${span.name})
type: isdn
physical_status: ${span.isHealthy ? 'ok' : 'alarmed'}
signaling_status: ${span.dChannelUp ? 'UP' : 'DOWN'}
chan_count: ${spanShapes[span.kind].channels}
dialplan: XML
context: from-pstn
dial_regex: 
fail_dial_regex: 
hold_music: 
analog_options: none
`;
}

function dump(spans: readonly EmulatedSpan[], [name, which]: readonly string[]): string {
  if (name === undefined) return usage('dump', '<span_id|span_name> [<chan_id>] [as xml]');
  const span = find(spans, name);
  if (!span) return unknown(name);
  const slots = Array.from({ length: spanShapes[span.kind].channels }, (_, i) => i + 1);
  if (which === undefined || which === 'as')
    return `+OK\n${slots.map((slot) => `${dumped(span, slot)}\n`).join('')}`;
  const slot = slots.find((each) => String(each) === which);
  return slot === undefined ? '-ERR invalid channel\n' : `${dumped(span, slot)}\n-- No state history --\n`;
}

function dumped(span: EmulatedSpan, slot: number): string {
  const bearer = span.calls.channels.find((each) => each.slot === slot);
  const { alarms } = span;
  const bit = (on: boolean): string => (on ? '1' : '0');
  const [red, blue] = [alarms.has('red'), alarms.has('blue')];
  const fields: readonly (readonly [string, string | number])[] = [
    ['span_id', span.number],
    ['chan_id', slot],
    ['physical_span_id', span.number],
    ['physical_chan_id', span.firstChannel + slot - 1],
    ['physical_status', span.isHealthy ? 'ok' : 'alarmed'],
    // Mislabelled over DAHDI, as in the events.
    ['physical_status_red', bit(alarms.has('recovering'))],
    ['physical_status_yellow', bit(alarms.has('loop'))],
    ['physical_status_rai', bit(alarms.has('yellow'))],
    ['physical_status_blue', bit(red)],
    ['physical_status_ais', bit(blue)],
    ['physical_status_general', '0'],
    ['signaling_status', channelSignalling(span, bearer)],
    ['type', bearer ? 'B' : 'DQ921'],
    ['state', bearer?.state ?? (span.dChannelUp ? 'UP' : 'DOWN')],
    ['last_state', bearer?.lastState ?? 'DOWN'],
    ['txgain', '0.00'],
    ['rxgain', '0.00'],
    ['cid_date', ''],
    ['cid_name', bearer?.from ?? ''],
    ['cid_num', bearer?.from ?? ''],
    ['ani', bearer?.from ?? ''],
    ['aniII', ''],
    ['dnis', bearer?.to ?? ''],
    ['rdnis', ''],
    ['cause', bearer?.cause ?? 'NONE'],
    ['session', bearer?.session ?? ''],
  ];
  return fields.map(([key, value]) => `${key}: ${value}\n`).join('');
}

function channelSignalling(span: EmulatedSpan, bearer: SpanChannel | undefined): string {
  if (!span.dChannelUp) return 'DOWN';
  return bearer?.suspended ? 'SUSPENDED' : 'UP';
}

function signalling(spans: readonly EmulatedSpan[], [name, which]: readonly string[]): string {
  if (name === undefined) return usage('sigstatus', 'get|set <span_id|span_name> [<chan_id>] [<sigstatus>]');
  const span = find(spans, name);
  if (!span) return `-ERR invalid span ${name}\n`;
  if (which === undefined) return `signaling_status: ${span.dChannelUp ? 'UP' : 'DOWN'}\n`;
  const bearer = span.calls.channels.find(({ slot }) => String(slot) === which);
  if (!bearer) return '-ERR invalid channel\n';
  return `Channel ${which} signaling status: ${channelSignalling(span, bearer)}\n`;
}

function setSignalling(
  spans: readonly EmulatedSpan[],
  [name = '', which = '', word = '']: readonly string[],
): string {
  const span = find(spans, name);
  if (!span) return `-ERR invalid span ${name}\n`;
  const chosen = span.calls.channels.filter(({ slot }) => which === 'all' || String(slot) === which);
  if (chosen.length === 0) return '-ERR invalid channel\n';
  span.calls.suspend(chosen, word.toUpperCase() === 'SUSPENDED');
  return which === 'all'
    ? `Signaling status of all channels from span ${span.name} set to ${word}\n`
    : `Signaling status of channel ${which} set to ${word}\n`;
}

function manage(spans: readonly EmulatedSpan[], verb: string, [name = '']: readonly string[]): string {
  const span = find(spans, name);
  if (!span) return unknown(name);
  if (verb === 'stop') span.setDChannel(false);
  else if (verb === 'start') span.setDChannel(true);
  else span.calls.suspend(span.calls.channels, false);
  return '+OK\n';
}

/** Useless, as the real one: it tells of the last error text. */
function alarms(spans: readonly EmulatedSpan[], [name = '', slot = '']: readonly string[]): string {
  const span = find(spans, name);
  if (!span) return unknown(name);
  return span.isHealthy ? '+OK No alarms\n' : `-ERR Success on ${span.number}:${Number(slot) * 65_536}\n`;
}

function coreCalls(spans: readonly EmulatedSpan[]): string {
  const calls = spans.flatMap(({ number, calls: { channels } }) =>
    channels.filter(({ session }) => session !== '').map(({ slot }) => `${number}:${slot}`),
  );
  return `${calls.map((place, i) => `Call ${i + 1} on channel ${place}\n`).join('')}\nTotal calls: ${calls.length}\n`;
}
