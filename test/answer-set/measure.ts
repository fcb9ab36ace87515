import { Framer, GreetingJudge, type GreetingVerdict } from '@branchline/edge/answer';
import { answers, type Answer, type Half } from './index.ts';

type Judged = GreetingVerdict['who'] | 'nothing';

/** How the answers of a half were judged. */
export interface Accuracy {
  /** Kind of answer → judged as → how many. */
  readonly matrix: Readonly<Record<string, Readonly<Partial<Record<Judged, number>>>>>;
  /** People judged machines: their share, and which. */
  readonly falsePositives: number;
  readonly wronged: readonly Answer[];
  /** Share of the machines judged machines. */
  readonly found: number;
  /** From the first word to the verdict, ms, sorted: of machines that were found, of people. */
  readonly machineMs: readonly number[];
  readonly personMs: readonly number[];
  /** Share of the beeps whose end was told within 100 ms, and how many were told that are none. */
  readonly beeps: number;
  readonly falseBeeps: number;
}

/** The value below which a share of sorted values lies. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** Judges every answer of a half. */
export function measure(half: Half): Accuracy {
  const matrix: Record<string, Partial<Record<Judged, number>>> = {};
  const times: Record<Answer['truth'], number[]> = { person: [], machine: [] };
  const wronged: Answer[] = [];
  const [count, right] = [
    { person: 0, machine: 0 },
    { person: 0, machine: 0 },
  ];
  const beeps = { all: 0, heard: 0, wrong: 0 };
  for (const answer of answers(half)) {
    const { verdict, beepMs } = listen(answer.samples);
    const who = verdict?.who ?? 'nothing';
    const row = (matrix[answer.kind] ??= {});
    row[who] = (row[who] ?? 0) + 1;
    count[answer.truth]++;
    if (who === answer.truth) {
      right[answer.truth]++;
      if (answer.kind !== 'nothing') times[answer.truth].push(verdict!.ms - answer.startMs);
    }
    if (answer.truth === 'person' && who === 'machine') wronged.push(answer);
    if (answer.beepEndMs !== undefined) beeps.all++;
    if (beepMs === undefined) continue;
    if (answer.beepEndMs !== undefined && Math.abs(beepMs - answer.beepEndMs) <= 100) beeps.heard++;
    else beeps.wrong++;
  }
  return {
    matrix,
    falsePositives: wronged.length / count.person,
    wronged,
    found: right.machine / count.machine,
    machineMs: times.machine.toSorted((a, b) => a - b),
    personMs: times.person.toSorted((a, b) => a - b),
    beeps: beeps.heard / beeps.all,
    falseBeeps: beeps.wrong,
  };
}

/** The verdict and the first beep. */
function listen(samples: Int16Array): { verdict: GreetingVerdict | undefined; beepMs: number | undefined } {
  const judge = new GreetingJudge();
  let [verdict, beepMs]: [GreetingVerdict | undefined, number | undefined] = [undefined, undefined];
  new Framer((frame) => {
    const heard = judge.hear(frame);
    verdict ??= heard.verdict;
    beepMs ??= heard.beepMs;
  }).push(samples);
  return { verdict, beepMs };
}
