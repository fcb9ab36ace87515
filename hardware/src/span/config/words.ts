/** The words of the configuration files. Whatever is not listed here is neither written nor taken for good. */

/** `switch` of libpri. Every other word, `national` included, silently means DMS-100. */
export const libpriSwitches = [
  'ni1',
  'ni2',
  'dms100',
  'lucent5e',
  '5ess',
  'att4ess',
  '4ess',
  'euroisdn',
  'q931',
  'gr303eoc',
  'gr303tmc',
] as const;

export const libpriTons = ['international', 'national', 'local', 'private', 'unknown'] as const;
export const overlaps = ['no', 'yes', 'both', 'incoming', 'receive', 'outgoing', 'send'] as const;
export const echoCancellers = ['mg2', 'kb1', 'sec', 'sec2', 'oslec', 'hwec', 'hpec', 'jpah'] as const;

/** Tone zones of dahdi-tools (`zonedata.c`). */
export const toneZones: readonly string[] =
  `us au fr nl uk fi es jp no at nz it us-old gr tw cl se be sg il br hu lt pl za pt ee mx in de ch dk
cz cn ar my th bg ve ph ru tr pa mo cr ae`.split(/\s+/);

/** Keywords of `system.conf` that take channels → what the channels become. */
export const channelKeywords: ReadonlyMap<string, ChannelUse> = new Map([
  ...uses('bchan clear indclear', 'bearer'),
  ...uses('dchan fcshdlc hardhdlc mtp2', 'signalling'),
  ...uses('cas e&m e&me1 fxsls fxsgs fxsks fxols fxogs fxoks unused rawhdlc nethdlc dacs dacsrbs', 'other'),
]);

/** What a channel is used for. */
export type ChannelUse = 'bearer' | 'signalling' | 'other';

function uses(words: string, use: ChannelUse): (readonly [string, ChannelUse])[] {
  return words.split(' ').map((word) => [word, use] as const);
}

export function isOneOf<T extends string>(words: readonly T[], word: string): word is T {
  return words.some((each) => each === word);
}
