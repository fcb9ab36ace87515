import type { AnswerCounts } from './api/abandoned-calls.ts';

/** An agent who comes later than this after the answer is too late under US law, ms. */
export const abandonedAfterMs = 2000;

/**
 * How abandoned calls are counted.
 *
 * - `plain`: calls that heard the message, of all live answers: what a campaign's cap is about.
 * - `us`: whoever was not connected within two seconds, of all live answers, to be held per campaign over 30 days (16 CFR
 *   310.4(b)(4), 47 CFR 64.1200(a)(7)). The two seconds count from the answer, which is stricter than from the end of the
 *   greeting, or from the key that asked a broadcast for an agent; calls whose end is not known count as abandoned. Who hung up within the two seconds was not abandoned.
 * - `uk`: calls that heard the message, and the estimated people among those taken for machines, of these and the calls that
 *   an agent took, to be held per campaign over 24 hours (Ofcom, statement on persistent misuse).
 *
 * Whoever heard a broadcast and asked for nobody was not connected to anybody by intention: no definition counts them.
 */
export const abandonDefinitions = ['plain', 'us', 'uk'] as const;
export type AbandonDefinition = (typeof abandonDefinitions)[number];

/**
 * The abandoned calls of some counts and what they are a part of, by a definition; both may be fractions under `uk`.
 * @param misjudged estimated share of people among calls judged to be machines, 0–1
 */
export function abandonedOf(
  counts: AnswerCounts,
  definition: AbandonDefinition,
  misjudged: number,
): { readonly abandoned: number; readonly of: number } {
  const live = counts.answered - counts.machines - counts.played;
  switch (definition) {
    case 'plain':
      return { abandoned: counts.abandoned, of: live };
    case 'us':
      return {
        abandoned: counts.abandoned + counts.connectedLate + counts.leftWaiting + counts.unknown,
        of: live,
      };
    case 'uk': {
      const abandoned = counts.abandoned + misjudged * counts.machines;
      return { abandoned, of: abandoned + counts.connected };
    }
  }
}

/** Abandoned calls as a share, 0–1; 0 where nobody answered. */
export function abandonRate(counts: AnswerCounts, definition: AbandonDefinition, misjudged: number): number {
  const { abandoned, of } = abandonedOf(counts, definition, misjudged);
  return of === 0 ? 0 : abandoned / of;
}

const names = [
  'answered',
  'machines',
  'played',
  'connected',
  'connectedLate',
  'abandoned',
  'leftAtOnce',
  'leftWaiting',
  'unknown',
] as const satisfies readonly (keyof AnswerCounts)[];

/** Counts added up. */
export function sumAnswers(all: readonly AnswerCounts[]): AnswerCounts {
  return Object.fromEntries(
    names.map((name) => [name, all.reduce((sum, counts) => sum + counts[name], 0)]),
  ) as unknown as AnswerCounts;
}
