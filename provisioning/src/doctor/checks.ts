import type { Language } from '@branchline/shared';
import type { BoxFacts } from '@branchline/edge/box';
import { boxChecks } from './box-checks.ts';
import { callChecks, type TestCalls } from './call-checks.ts';
import type { Check } from './check.ts';
import { lineChecks } from './line-checks.ts';

/**
 * Everything that is known of a box, as checks in the order of the table. Pure.
 * @param only the one line to be told of
 */
export function checksOf(facts: BoxFacts, calls: TestCalls, language: Language, only?: string): Check[] {
  const lines = facts.lines.filter(({ id }) => only === undefined || id === only);
  return [
    ...boxChecks(facts, language),
    ...lines.flatMap((line) => [
      ...lineChecks(line, facts.live[line.id], facts, language),
      ...callChecks(line, facts, calls, language),
    ]),
  ];
}
