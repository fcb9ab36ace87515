import type { Kysely } from 'kysely';
import { startOfDay, type Clock } from '@branchline/shared';
import type { Tables } from '../database/index.ts';
import type { Scope } from '../people/index.ts';

/** The day as those see it who look at these sites: by the clocks of the first of them. */
export async function readToday(
  db: Kysely<Tables>,
  business: Clock,
  sites: Scope,
): Promise<{ readonly at: number; readonly zone: string; readonly midnight: number }> {
  const at = business.now();
  const known = db.selectFrom('sites').select('zone').orderBy('id').limit(1);
  const first = await (sites === 'all' ? known : known.where('id', 'in', ['', ...sites])).executeTakeFirst();
  const zone = first?.zone ?? 'UTC';
  return { at, zone, midnight: startOfDay(at, zone) };
}

/** An answer is good for so long, ms of transport time: many screens show one board. */
const freshMs = 300;

/**
 * Asks once for all who want to know the same at the same time, and tells each how old the answer is by then (`ageMs`).
 * `now` is monotonic transport time, ms.
 */
export function sharedAnswers<T extends { readonly ageMs: number }>(
  read: (sites: Scope) => Promise<T>,
): (sites: Scope, now: number) => Promise<T> {
  const asked = new Map<string, { at: number; answer: Promise<T> }>();
  return (sites, now) => {
    const key = sites === 'all' ? '*' : sites.join(' ');
    for (const [old, { at }] of asked) if (now - at > freshMs) asked.delete(old);
    const { at, answer } = asked.get(key) ?? { at: now, answer: read(sites) };
    asked.set(key, { at, answer });
    return answer.then((told) => ({ ...told, ageMs: told.ageMs + Math.round(now - at) }));
  };
}
