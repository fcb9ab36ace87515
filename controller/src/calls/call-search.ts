import { readPhoneNumber, type CallFilter, type NumberFacts } from '@branchline/shared';
import type { CallSearch, SiteScope } from '../ingest/index.ts';
import { narrow, scopeFor, type Action, type Principal } from '../people/index.ts';

/** Numbers without a country code are read as numbers of this region. */
const homeRegion = 'CN';

/** What somebody searches for, at the sites where they may do this with calls. */
export function searchOf(
  principal: Principal,
  action: Extract<Action, 'call.read' | 'call.export'>,
  { site, number, ...filter }: CallFilter & { limit?: number; cursor?: string },
): { search: CallSearch; scope: SiteScope } {
  return {
    search: { ...filter, ...(number !== undefined && { numbers: waysToWrite(number) }) },
    scope: narrow(scopeFor(principal, action), site),
  };
}

/** Lines differ in how they write a number: with and without a plus sign, country code or trunk prefix. */
export function waysToWrite(number: string): string[] {
  const digits = number.replaceAll(/\D/g, '');
  const ways = new Set([digits, `+${digits}`]);
  const read = readTyped(number);
  // A short code or withheld number stays as it was typed.
  if (read)
    for (const way of [read.e164, read.e164.slice(1), read.national, `0${read.national}`]) ways.add(way);
  return [...ways];
}

/** A number as somebody typed it; undefined when it is none of a numbering plan. */
export function readTyped(number: string): NumberFacts | undefined {
  // A plus sign in an address arrives as a space unless it was encoded.
  const text = number.trim().replace(/^(?=\d{11,})(?!0|1)/, '+');
  try {
    return readPhoneNumber(text, homeRegion);
  } catch {
    return undefined;
  }
}
