import { benchLine, type BenchLine } from './bench-line.ts';
import { simulateFloor } from './queues/simulated-floor.ts';

/** What a decision may take, ms. */
const aimMs = 5;

/** 24 virtual hours of 50 callers a second, some 500 of them waiting: how long a decision takes, and that nobody is stuck. */
export async function run(): Promise<BenchLine[]> {
  const report = simulateFloor({ seed: 1, forMs: 86_400_000, agents: 460, arrivalsPerSecond: 50 });
  const { problems, decisionMs, meanQueued, arrivals, ends, longestMs } = report;
  console.error(
    JSON.stringify({ arrivals, ends, longestMs, most: decisionMs.most, decisions: report.decisions }),
  );
  if (problems.length > 0) throw new Error(problems.join('; '));
  return Promise.resolve([
    benchLine('queues: a decision p99, against the aim', decisionMs.p99, aimMs, 'ms'),
    benchLine('queues: a decision p50, against the aim', decisionMs.p50, aimMs, 'ms'),
    benchLine('queues: callers who wait, mean, against the load meant', meanQueued, 500, 'callers'),
  ]);
}
