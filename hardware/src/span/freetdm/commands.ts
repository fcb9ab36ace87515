import { BranchlineError } from '@branchline/shared';

/** FreeTDM behind FreeSWITCH's event socket. */
export interface FreeTdm {
  /** Runs an API command (`ftdm …`) and gives its reply. Rejects when the event socket is away or too slow. */
  api(command: string): Promise<string>;
}

export type SignallingWord = 'UP' | 'SUSPENDED';

/**
 * The only place that makes commands for FreeTDM. `ftdm alarms` is none of them: it tells of the last error text, not of alarms.
 * All of them throw BranchlineError `BL_SPAN_ARGUMENT` for a name or a channel that cannot be one.
 */
export const ftdmCommands = {
  list: (): string => 'ftdm list',
  /** All channels of a span. As text: the XML form is not well-formed. */
  dump: (span: string): string => `ftdm dump ${spanName(span)}`,
  signalling: (span: string): string => `ftdm sigstatus get ${spanName(span)}`,
  /** Takes a B-channel out of service or back. @param channel FreeTDM's number in the span, or all */
  setSignalling: (span: string, channel: number | 'all', to: SignallingWord): string =>
    `ftdm sigstatus set ${spanName(span)} ${channel === 'all' ? channel : channelNumber(channel)} ${to}`,
  start: (span: string): string => `ftdm start ${spanName(span)}`,
  stop: (span: string): string => `ftdm stop ${spanName(span)}`,
  reset: (span: string): string => `ftdm reset ${spanName(span)}`,
} as const;

/**
 * A name of a span or of a group. Digits alone would be taken for the number of a span.
 * @throws BranchlineError `BL_SPAN_ARGUMENT`
 */
export function spanName(text: string): string {
  return checked(text, /^(?!\d+$)[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/, 'the name of a span or group');
}

function channelNumber(channel: number): number {
  checked(String(channel), /^[1-9]\d{0,3}$/, 'the number of a channel');
  return channel;
}

/** How a free channel is looked for. Against the direction of the carrier's, so that the two seldom want the same one. */
export const huntings = { up: 'a', down: 'A', 'round-up': 'r', 'round-down': 'R' } as const;
export type Hunting = keyof typeof huntings;

/**
 * What FreeSWITCH dials over FreeTDM: `freetdm/e1_1/A/13900139000`.
 * @param over name of a span or a group
 * @param channel FreeTDM's number in a span, or how to look for a free one
 * @param number digits, `*` and `#`: what the carrier is sent, with the rules of the trunk applied
 * @throws BranchlineError `BL_SPAN_ARGUMENT`
 */
export function spanDialString(over: string, channel: Hunting | number, number: string): string {
  const which = typeof channel === 'number' ? channelNumber(channel) : huntings[channel];
  return `freetdm/${spanName(over)}/${which}/${checked(number, /^[0-9*#]{1,32}$/, 'a number to dial')}`;
}

function checked(text: unknown, form: RegExp, what: string): string {
  // Callers are typed, the people and documents behind them are not: undefined would be a good name.
  if (typeof text === 'string' && form.test(text)) return text;
  throw new BranchlineError('BL_SPAN_ARGUMENT', { value: String(text).slice(0, 40), what });
}
