/** What an agent keys about the call they are in. */
export type CallKey =
  | { readonly do: 'hold' | 'recording' | 'park' | 'three-way' | 'complete' | 'consult-over' }
  /** To the phone of this extension. */
  | { readonly do: 'consult' | 'transfer'; readonly extension: string }
  /** To somebody outside. */
  | { readonly do: 'consult' | 'transfer'; readonly number: string };

/** What an agent's digits on the leg of their phone mean. */
export type KeyAction =
  | { readonly do: 'call'; readonly key: CallKey }
  | { readonly do: 'end-call' }
  | { readonly do: 'disposition'; readonly key: string }
  | {
      readonly do: 'feature';
      readonly wants: 'logout' | 'break' | 'ready' | 'wrap-up-done' | 'next' | 'promise';
      readonly digits: string;
    }
  /** Not complete yet. */
  | { readonly do: 'wait' }
  | { readonly do: 'nothing' };

/** Digits are forgotten when the next one takes longer, ms. */
export const keyTimeoutMs = 3000;

const features = { '*12': 'logout', '*14': 'ready', '*15': 'wrap-up-done', '*16': 'next' } as const;

const callKeys = {
  '*2': 'recording',
  '*3': 'three-way',
  '*5': 'park',
  '*6': 'hold',
  '*8': 'complete',
  '*9': 'consult-over',
} as const;

/**
 * Reads the digits keyed so far: `*4<extension>#` asks a second person (so does a number outside), `*8` leaves the customer to them, `*9` goes back to the customer,
 * `*3` joins all three, `*7<extension>#` hands over at once, `*5` parks and takes back who was parked, `*6` holds and takes back, `*2` pauses the recording; `**` ends the call, `*12`, `*13<reason>`, `*14`, `*15`, `*16`, `*17<HHMM>` or `*17#` are the feature codes of the phone,
 * a single digit is the disposition of the last call, or decides about the person who is shown.
 */
export function readKeys(keys: string): KeyAction {
  if (/^[0-9]$/.test(keys)) return { do: 'disposition', key: keys };
  if (keys === '**') return { do: 'end-call' };
  if (keys in callKeys) return { do: 'call', key: { do: callKeys[keys as keyof typeof callKeys] } };
  const [, how, dialed] = /^\*([47])(\d{0,20})#?$/.exec(keys) ?? [];
  if (dialed !== undefined && !keys.endsWith('#')) return { do: 'wait' };
  if (dialed !== undefined && dialed.length > 1) {
    const what = how === '4' ? 'consult' : 'transfer';
    const inside = /^[1-9]\d{1,5}$/.test(dialed);
    return { do: 'call', key: inside ? { do: what, extension: dialed } : { do: what, number: dialed } };
  }
  if (keys === '*' || keys === '*1' || keys === '*13') return { do: 'wait' };
  if (/^\*17\d{0,3}$/.test(keys)) return { do: 'wait' };
  if (keys === '*17#' || /^\*17\d{4}$/.test(keys))
    return { do: 'feature', wants: 'promise', digits: keys.slice(3).replace('#', '') };
  if (/^\*13[0-9]$/.test(keys)) return { do: 'feature', wants: 'break', digits: keys.slice(3) };
  if (keys === '*12' || keys === '*14' || keys === '*15' || keys === '*16')
    return { do: 'feature', wants: features[keys], digits: '' };
  return { do: 'nothing' };
}
