import { useSearchParams } from 'react-router';

/** A filter that stands in the page's address, so that a search can be sent to somebody. */
export interface AddressFilter<K extends string> {
  /** What is set, and nothing else of the address. */
  readonly filter: URLSearchParams;
  /** Sets what has a value and takes away what has none. */
  readonly choose: (changes: Partial<Record<K, string | undefined>>) => void;
  readonly clear: () => void;
}

/** @param keys what can be filtered by */
export function useAddressFilter<const K extends string>(keys: readonly K[]): AddressFilter<K> {
  const [search, setSearch] = useSearchParams();
  return {
    filter: filterOf(search, keys),
    choose: (changes) =>
      setSearch((before) => {
        const next = filterOf(before, keys);
        for (const [key, value] of Object.entries(changes) as [K, string | undefined][]) {
          if (value) next.set(key, value);
          else next.delete(key);
        }
        return next;
      }),
    clear: () => setSearch({}),
  };
}

/** The part of an address that is a filter; what is none is left out. */
export function filterOf(search: URLSearchParams, keys: readonly string[]): URLSearchParams {
  const filter = new URLSearchParams();
  for (const key of keys) {
    const value = search.get(key)?.trim();
    if (value) filter.set(key, value);
  }
  return filter;
}
