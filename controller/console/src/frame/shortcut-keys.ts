/** What the keys pressed so far mean. `pending` is the time of a `g` that waits for its page, ms. */
export interface KeyState {
  readonly pending: number | undefined;
}

export type KeyMeaning = { readonly page: string } | 'help' | undefined;

/** How long a `g` waits for the key after it, ms. */
const patienceMs = 1200;

/** Reads one key outside of fields. @param pages page key to address */
export function readKey(
  state: KeyState,
  key: string,
  at: number,
  pages: Readonly<Record<string, string>>,
): { readonly state: KeyState; readonly meaning: KeyMeaning } {
  const waiting = state.pending !== undefined && at - state.pending <= patienceMs;
  const idle: KeyState = { pending: undefined };
  const page = waiting ? pages[key] : undefined;
  if (page !== undefined) return { state: idle, meaning: { page } };
  if (key === 'g') return { state: { pending: at }, meaning: undefined };
  return { state: idle, meaning: key === '?' ? 'help' : undefined };
}
