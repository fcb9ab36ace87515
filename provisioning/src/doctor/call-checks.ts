import { BranchlineError, problemOf, type Language } from '@branchline/shared';
import type { BoxFacts, TestCallResult } from '@branchline/edge/box';
import { layerOf, type Check, type CheckName, type CheckResult } from './check.ts';
import { fill, wordsIn } from './words.ts';

/** What became of the test call of a line: its result, why it could not be asked for, or nothing when nobody wanted one. */
export type TestCalls = ReadonlyMap<string, TestCallResult | BranchlineError>;

/** The test call over a line, and what came back of our tone. Pure. */
export function callChecks(
  line: BoxFacts['lines'][number],
  { running }: Pick<BoxFacts, 'running'>,
  calls: TestCalls,
  language: Language,
): Check[] {
  const words = wordsIn(language);
  const one = (check: CheckName, result: CheckResult, detail: string, advice = ''): Check => ({
    layer: layerOf[check],
    line: line.id,
    check,
    result,
    detail,
    advice,
  });
  if (!line.enabled) return [];
  if (!running) return [one('call', 'skip', words.detail['needs-edge'])];
  const call = calls.get(line.id);
  if (!call) return [one('call', 'skip', words.detail['no-number'])];
  if (call instanceof BranchlineError)
    return [
      one(
        'call',
        'fail',
        fill(words.detail['not-placed'], { reason: problemOf(call) }),
        words.advice['call-refused'],
      ),
    ];
  const { outcome, reason, ringingMs, answeredMs, levelDb = -120 } = call;
  switch (outcome) {
    case 'refused':
      return [
        one('call', 'fail', fill(words.detail['not-placed'], { reason }), words.advice['call-refused']),
      ];
    case 'not-answered':
      return [one('call', 'fail', reason, words.advice.call)];
    case 'heard':
    case 'silent': {
      const answered = seconds(answeredMs);
      const times = fill(words.detail.rang, {
        ringing: ringingMs === undefined ? answered : seconds(ringingMs),
        answered,
      });
      return [
        one('call', 'ok', times),
        outcome === 'heard'
          ? one('voice', 'ok', fill(words.detail.heard, { level: levelDb }))
          : one('voice', 'fail', words.detail['not-heard'], words.advice.voice),
      ];
    }
  }
}

function seconds(ms = 0): string {
  return (ms / 1000).toFixed(1);
}
