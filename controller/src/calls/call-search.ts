import { readPhoneNumber, type CallFilter } from '@branchline/shared';
import type { CallSearch, SiteScope } from '../ingest/index.ts';
import { covers, scopeFor, type Principal } from '../people/index.ts';

/** Numbers without a country code are read as numbers of this region. */
const homeRegion = 'CN';

/** What somebody searches for, within what they may see. */
export function searchOf(
  principal: Principal,
  { site, number, ...filter }: CallFilter & { limit?: number; cursor?: string },
): { search: CallSearch; scope: SiteScope } {
  const scope = scopeFor(principal, 'call.read');
  const seen = site === undefined ? scope : covers(scope, site) ? [site] : [];
  return {
    search: { ...filter, ...(number !== undefined && { numbers: waysToWrite(number) }) },
    scope: seen,
  };
}

/** Lines differ in how they write a number: with and without a plus sign, country code or trunk prefix. */
export function waysToWrite(number: string): string[] {
  // A plus sign in an address arrives as a space unless it was encoded.
  const text = number.trim().replace(/^(?=\d{11,})(?!0|1)/, '+');
  const digits = text.replaceAll(/\D/g, '');
  const ways = new Set([digits, `+${digits}`]);
  try {
    const { e164, national } = readPhoneNumber(text, homeRegion);
    for (const way of [e164, e164.slice(1), national, `0${national}`]) ways.add(way);
  } catch {
    // A short code or withheld number: as it was typed.
  }
  return [...ways];
}
