import { BranchlineError } from '@branchline/shared';

/** What gateways push; each must be acknowledged, or it comes again. */
export const pushVerbs = [
  'STATE',
  'RECORD',
  'HANGUP',
  'REMAIN',
  'EXPIRY',
  'RECEIVE',
  'DELIVER',
  'USSN',
  'CELLS',
  'BCCH',
] as const;
export type PushVerb = (typeof pushVerbs)[number];

/** `key:value` pairs of a datagram; firmware adds some and leaves some out. */
export type Fields = ReadonlyMap<string, string>;

/** A datagram from a channel (GoIP SMS interface, plain text over UDP). */
export type GoipDatagram =
  | {
      readonly type: 'keep-alive';
      readonly count: number;
      readonly id: string;
      readonly password: string;
      readonly fields: Fields;
    }
  | {
      readonly type: 'push';
      readonly verb: PushVerb;
      readonly number: string;
      readonly id: string;
      readonly password: string;
      readonly fields: Fields;
    }
  /** A step of a dialogue that the server began; it carries no password. */
  | { readonly type: 'reply'; readonly verb: string; readonly session: number; readonly rest: string };

/** Longest that is read, bytes: a text of 3,000 bytes and its head fit. */
const longest = 4_096;
/** Free text: nothing that follows it is a pair of its own. */
const lastKeys: ReadonlySet<string> = new Set(['msg', 'cause']);

/** @throws BranchlineError `BL_GATEWAY_GARBAGE` */
export function readDatagram(bytes: Uint8Array): GoipDatagram {
  if (bytes.length > longest) throw garbage(`${bytes.length} bytes are too many`);
  const text = Buffer.from(bytes)
    .toString('utf8')
    .replace(/[\r\n\0]+$/, '');
  const pushed = /^([A-Za-z]{2,10}):(-?\d{1,12});(.*)$/s.exec(text);
  if (pushed) return readPairs(pushed[1]!, pushed[2]!, pushed[3]!);
  const reply = /^([A-Za-z][A-Za-z_]{1,30}) (\d{1,10})(?: (.*))?$/s.exec(text);
  if (reply)
    return { type: 'reply', verb: reply[1]!, session: Number(reply[2]), rest: (reply[3] ?? '').trim() };
  throw garbage(`"${shown(text)}" is no datagram of a GoIP`);
}

function readPairs(verb: string, number: string, pairs: string): GoipDatagram {
  const fields = readFields(pairs);
  const id = fields.get('id') ?? '';
  const password = fields.get('pass') ?? fields.get('password') ?? '';
  if (id === '') throw garbage(`"${shown(pairs)}" names no channel`);
  if (verb === 'req') return { type: 'keep-alive', count: Number(number), id, password, fields };
  const known = pushVerbs.find((each) => each === verb);
  if (!known) throw garbage(`"${shown(verb)}" is no notice of a GoIP`);
  return { type: 'push', verb: known, number, id, password, fields };
}

/** Pairs end with `;`; before `cause` some firmware puts a comma. Values may hold `:`. */
function readFields(text: string): Fields {
  const fields = new Map<string, string>();
  let rest = text.replace(/,(?=cause:)/, ';');
  while (rest !== '') {
    const [, key = '', value = ''] = /^([^:;]*):?([^;]*)/s.exec(rest)!;
    const name = key.trim();
    if (lastKeys.has(name)) {
      fields.set(name, rest.slice(key.length + 1));
      break;
    }
    // The first one counts: what is smuggled in behind does not.
    if (name !== '' && !fields.has(name)) fields.set(name, value.trim());
    const end = rest.indexOf(';');
    rest = end < 0 ? '' : rest.slice(end + 1);
  }
  return fields;
}

function shown(text: string): string {
  return text.slice(0, 40).replaceAll(/[^\x20-\x7E]/g, '?');
}

function garbage(problem: string): BranchlineError {
  return new BranchlineError('BL_GATEWAY_GARBAGE', { problem });
}
