import { createPacer } from '@branchline/edge/pacer';
import { Day } from './day.ts';
import { mainScenarios } from './scenario.ts';

/** Mean and 99th percentile of what a decision costs with 50 agents over a day, µs. */
export function decideCost(): { mean: number; p99: number } {
  const scenario = mainScenarios[1]!;
  const pacer = createPacer({ maxAbandonRate: scenario.cap, maxWaitMs: scenario.maxWaitMs });
  const costs: number[] = [];
  new Day(scenario, 50, 1, {
    observe: (event) => pacer.observe(event),
    decide: (snapshot) => {
      const before = performance.now();
      const decision = pacer.decide(snapshot);
      costs.push(1000 * (performance.now() - before));
      return decision;
    },
  }).run();
  const mean = costs.reduce((sum, cost) => sum + cost, 0) / costs.length;
  costs.sort((a, b) => a - b);
  return { mean, p99: costs[Math.floor(0.99 * costs.length)]! };
}
