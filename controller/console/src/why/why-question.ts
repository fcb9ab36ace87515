import type { WhyKind } from '@branchline/shared';

/** What the page's address can ask about; `about` is what somebody typed. */
export const questionKeys = [
  'about',
  'number',
  'lead',
  'campaign',
  'site',
  'call',
] as const satisfies readonly ('about' | WhyKind)[];

/** What an address asks, as it was given and as the API is asked; undefined when it asks nothing. */
export function questionOf(
  filter: URLSearchParams,
): { readonly text: string; readonly path: string } | undefined {
  for (const key of questionKeys) {
    const text = filter.get(key);
    if (!text) continue;
    const value = encodeURIComponent(text);
    if (key === 'about') return { text, path: `/why?about=${value}` };
    return { text, path: key === 'number' ? `/why/number?number=${value}` : `/why/${key}/${value}` };
  }
  return undefined;
}
