// `npm run bench [-- NAME…]`: measures, prints one JSON line a figure. Ratios within one run, never a pass or fail.
import { problemOf } from '@branchline/shared';
import type { BenchLine } from './bench-line.ts';

const benches: Readonly<Record<string, () => Promise<{ run: () => Promise<BenchLine[]> }>>> = {
  esl: () => import('./esl.ts'),
  'answer-to-agent': () => import('./answer-to-agent.ts'),
  'answer-to-agent-real': () => import('./answer-to-agent-real.ts'),
  ingest: () => import('./ingest.ts'),
  fleet: () => import('./fleet.ts'),
  records: () => import('./records.ts'),
  import: () => import('./import.ts'),
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in benches));
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}. There are: ${Object.keys(benches).join(', ')}.`);
  process.exit(2);
}
let failed = false;
for (const name of wanted.length > 0 ? wanted : Object.keys(benches)) {
  console.error(`measuring ${name} …`);
  try {
    const { run } = await benches[name]!();
    for (const line of await run()) console.log(JSON.stringify(line));
  } catch (error) {
    failed = true;
    console.error(`${name} could not be measured: ${problemOf(error)}`);
  }
}
process.exit(failed ? 1 : 0);
