import { BranchlineError } from '@branchline/shared';

export type FtdmSignalling = 'up' | 'down' | 'suspended';

/** One span of `ftdm list`. */
export interface FtdmSpan {
  readonly number: number;
  readonly name: string;
  /** E.g. `isdn`. */
  readonly type: string;
  /** Of channel 1 only, whatever its name says. */
  readonly firstChannelAlarmed: boolean;
  /** Absent for stacks without that notion. */
  readonly signalling?: FtdmSignalling;
  readonly channels: number;
}

/** One channel of `ftdm dump`. */
export interface FtdmChannel {
  /** In FreeTDM's span, from 1. */
  readonly channel: number;
  /** DAHDI's number, among the channels of all spans. */
  readonly physical: number;
  /** `B`, `DQ921`, `DQ931`, `FXS` … */
  readonly type: string;
  /** `DOWN`, `UP`, `DIALING` … */
  readonly state: string;
  readonly alarmed: boolean;
  readonly signalling?: FtdmSignalling;
  readonly from: string;
  readonly to: string;
  /** Uuid of the leg; empty without a call. */
  readonly session: string;
}

const signallingWords: ReadonlyMap<string, FtdmSignalling> = new Map([
  ['UP', 'up'],
  ['DOWN', 'down'],
  ['SUSPENDED', 'suspended'],
]);

/** The reply to `ftdm list`. @throws BranchlineError `BL_SPAN_GARBAGE`, `BL_SPAN_REFUSED` */
export function readFtdmList(text: string): FtdmSpan[] {
  return blocks('ftdm list', text, 'span').map((block) => {
    const [, number, name] = /^(\d+) \((.*)\)$/.exec(block.get('span') ?? '') ?? [];
    if (number === undefined || name === undefined) return garbage('ftdm list', 'a span without a name');
    return {
      number: Number(number),
      name,
      type: block.get('type') ?? '',
      firstChannelAlarmed: block.get('physical_status') === 'alarmed',
      ...signallingOf(block),
      channels: integer('ftdm list', block, 'chan_count'),
    };
  });
}

/** The reply to `ftdm dump`, for a span or one channel. @throws BranchlineError `BL_SPAN_GARBAGE`, `BL_SPAN_REFUSED` */
export function readFtdmDump(text: string): FtdmChannel[] {
  return blocks('ftdm dump', text, 'span_id').map((block) => ({
    channel: integer('ftdm dump', block, 'chan_id'),
    physical: integer('ftdm dump', block, 'physical_chan_id'),
    type: block.get('type') ?? '',
    state: block.get('state') ?? garbage('ftdm dump', 'a channel without a state'),
    alarmed: block.get('physical_status') === 'alarmed',
    ...signallingOf(block),
    from: block.get('cid_num') ?? '',
    to: block.get('dnis') ?? '',
    session: (block.get('session') ?? '').split(' ')[0]!,
  }));
}

/** The reply to `ftdm sigstatus get <span>`. @throws BranchlineError `BL_SPAN_GARBAGE`, `BL_SPAN_REFUSED` */
export function readFtdmSignalling(text: string): FtdmSignalling {
  refuse('ftdm sigstatus', text);
  const word = /^signaling_status: (\w+)\s*$/m.exec(text)?.[1] ?? '';
  return signallingWords.get(word) ?? garbage('ftdm sigstatus', `"${text.trim().slice(0, 40)}" is no status`);
}

/** `key: value` lines in blocks that begin with the key `first`; other lines (`+OK`, histories of states) belong to none. */
function blocks(source: string, text: string, first: string): ReadonlyMap<string, string>[] {
  refuse(source, text);
  const found: Map<string, string>[] = [];
  for (const line of text.split('\n')) {
    const [, key, value] = /^(\w+): ?(.*?)\s*$/.exec(line) ?? [];
    if (key === first) found.push(new Map());
    if (key !== undefined && value !== undefined) found.at(-1)?.set(key, value);
  }
  return found.length > 0 ? found : garbage(source, `"${text.trim().slice(0, 40)}" tells nothing`);
}

function signallingOf(block: ReadonlyMap<string, string>): { readonly signalling?: FtdmSignalling } {
  const signalling = signallingWords.get(block.get('signaling_status') ?? '');
  return signalling ? { signalling } : {};
}

function integer(source: string, block: ReadonlyMap<string, string>, key: string): number {
  const text = block.get(key) ?? '';
  return /^\d{1,5}$/.test(text) ? Number(text) : garbage(source, `${key} is "${text.slice(0, 20)}"`);
}

function refuse(command: string, text: string): void {
  if (/^-(ERR|USAGE)/.test(text))
    throw new BranchlineError('BL_SPAN_REFUSED', { command, answer: text.trim().slice(0, 200) });
}

function garbage(source: string, problem: string): never {
  throw new BranchlineError('BL_SPAN_GARBAGE', { source, problem });
}
