/** What an agent's digits on a nailed-up leg mean. */
export type KeyAction =
  | { readonly do: 'end-call' }
  | { readonly do: 'disposition'; readonly key: string }
  | {
      readonly do: 'feature';
      readonly wants: 'logout' | 'break' | 'ready' | 'wrap-up-done' | 'next';
      readonly digits: string;
    }
  /** Not complete yet. */
  | { readonly do: 'wait' }
  | { readonly do: 'nothing' };

/** Digits are forgotten when the next one takes longer, ms. */
export const keyTimeoutMs = 3000;

const features = { '*12': 'logout', '*14': 'ready', '*15': 'wrap-up-done', '*16': 'next' } as const;

/**
 * Reads the digits keyed so far: `**` ends the call, `*12`, `*13<reason>`, `*14`, `*15`, `*16` are the feature codes of the phone,
 * a single digit is the disposition of the last call, or decides about the person who is shown.
 */
export function readKeys(keys: string): KeyAction {
  if (/^[0-9]$/.test(keys)) return { do: 'disposition', key: keys };
  if (keys === '**') return { do: 'end-call' };
  if (keys === '*' || keys === '*1' || keys === '*13') return { do: 'wait' };
  if (/^\*13[0-9]$/.test(keys)) return { do: 'feature', wants: 'break', digits: keys.slice(3) };
  if (keys === '*12' || keys === '*14' || keys === '*15' || keys === '*16')
    return { do: 'feature', wants: features[keys], digits: '' };
  return { do: 'nothing' };
}
