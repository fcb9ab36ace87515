import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { benchLine, type BenchLine } from './bench-line.ts';
import { policyNames, type Case, type CaseResult } from './pacing/case.ts';
import { decideCost } from './pacing/cost.ts';
import { pictureOf } from './pacing/picture.ts';
import { mainScenarios, otherScenarios } from './pacing/scenario.ts';
import { best, byRule } from './pacing/steering.ts';

const sizes = [5, 10, 20, 50];
const sizesOfOthers = [10];

export interface PacingOptions {
  /** Simulated days of each case. */
  readonly days?: number;
  /** Fewer days and small teams only; draws nothing. */
  readonly quick?: boolean;
}

/** Simulated days under the pacer and under what others do. */
export async function run({ quick = false, days = quick ? 2 : 20 }: PacingOptions): Promise<BenchLine[]> {
  const cases: Case[] = [];
  const add = (scenario: string, sizesOfIt: readonly number[]): void => {
    for (const agents of sizesOfIt)
      for (const policy of policyNames) cases.push({ scenario, agents, policy, days });
  };
  for (const { name } of mainScenarios) add(name, quick ? [5, 10] : sizes);
  for (const { name } of otherScenarios) add(name, sizesOfOthers);
  const results = await workThrough(cases);
  printTable(results);
  if (!quick) writeFileSync(join(import.meta.dirname, '../../docs/images/pacing.svg'), pictureOf(results));
  const cost = decideCost();
  return [
    ...groups(results).map(([ours, ...others]) => {
      const allowed = others.filter(({ policy }) => policy === 'best ratio');
      return benchLine(
        `pacing ${ours!.scenario} ${ours!.agents} utilisation`,
        100 * ours!.utilisation,
        100 * allowed[0]!.utilisation,
        '% against the best fixed ratio',
      );
    }),
    ...groups(results).map(([ours, progressive]) =>
      benchLine(
        `pacing ${ours!.scenario} ${ours!.agents} utilisation in the first half hour`,
        100 * ours!.atFirst,
        100 * progressive!.atFirst,
        '% against progressive',
      ),
    ),
    ...steeringLines(),
    benchLine('pacing decide mean', cost.mean, 30, 'µs against the aim'),
    benchLine('pacing decide p99', cost.p99, 2000, 'µs against the aim'),
  ];
}

/** What the rule that spends the drops is worth, against the best rule with as many days above the cap. */
function steeringLines(): BenchLine[] {
  return [
    { scenario: 'A', agents: 5, share: 0.3, answers: 940 },
    { scenario: 'C', agents: 10, share: 0.3, answers: 1060 },
  ].flatMap(({ scenario, agents, share, answers }) =>
    [
      { knows: 'a day that may end at any time', first: answers / 20 },
      { knows: 'a day known to last for six hours', first: (answers * 3) / 4 },
    ].map(({ knows, first }) => {
      const day = { agents, share, first: Math.round(first), last: Math.round((answers * 5) / 4) };
      const rule = byRule(day);
      return benchLine(
        `pacing ${scenario} ${agents} worth of spending drops on ${knows}, against the best`,
        rule.worth,
        best(day, rule.above).worth,
        'of spending evenly',
      );
    }),
  );
}

/** The longest first, so that no thread is left with one at the end. */
async function workThrough(cases: readonly Case[]): Promise<CaseResult[]> {
  const order = cases.map((_, i) => i).toSorted((a, b) => cases[b]!.agents - cases[a]!.agents);
  const results: CaseResult[] = [];
  let done = 0;
  const threads = Array.from({ length: Math.min(2, availableParallelism()) }, async () => {
    const worker = new Worker(new URL('./pacing/worker.ts', import.meta.url));
    try {
      for (let i = order.shift(); i !== undefined; i = order.shift()) {
        results[i] = await answerOf(worker, cases[i]!);
        console.error(`  ${++done} of ${cases.length} cases`);
      }
    } finally {
      await worker.terminate();
    }
  });
  await Promise.all(threads);
  return results;
}

function answerOf(worker: Worker, wanted: Case): Promise<CaseResult> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', (result: CaseResult) => {
      worker.off('error', reject);
      resolve(result);
    });
    worker.postMessage(wanted);
  });
}

/** Results of the same scenario and number of agents, in the order of the policies. */
function groups(results: readonly CaseResult[]): CaseResult[][] {
  return [...Map.groupBy(results, ({ scenario, agents }) => `${scenario} ${agents}`).values()];
}

function printRows(results: readonly CaseResult[], cell: (result: CaseResult) => string): void {
  console.error(`| scenario | agents | ${policyNames.join(' | ')} |`);
  console.error(`|---|---|${'---|'.repeat(policyNames.length)}`);
  for (const group of groups(results)) {
    const [{ scenario, agents }] = group as [CaseResult];
    console.error(`| ${scenario} | ${agents} | ${group.map(cell).join(' | ')} |`);
  }
}

/** As Markdown: utilisation, drop, days above the cap of all days; and how the days began. */
function printTable(results: readonly CaseResult[]): void {
  printRows(
    results,
    ({ utilisation, dropped, daysAbove, days }) =>
      `${(100 * utilisation).toFixed(1)} (${(100 * dropped).toFixed(2)}, ${daysAbove}/${days})`,
  );
  console.error('Utilisation % (drop %, days above the cap). In the first half hour:');
  printRows(results, ({ atFirst }) => (100 * atFirst).toFixed(1));
  console.error('Settings found in hindsight:');
  for (const { scenario, agents, policy, setting } of results)
    if (setting) console.error(`  ${scenario} ${agents}: ${policy} ${setting}`);
}
