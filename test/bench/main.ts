// `npm run bench [-- NAME… --days N --quick]`: measures, prints one JSON line a figure. Ratios within one run, never a pass or fail.
import { parseArgs } from 'node:util';
import { problemOf } from '@branchline/shared';
import type { BenchLine } from './bench-line.ts';
import type { PacingOptions } from './pacing.ts';

type Bench = () => Promise<{ run: (options: PacingOptions) => Promise<BenchLine[]> }>;

const benches: Readonly<Record<string, Bench>> = {
  esl: () => import('./esl.ts'),
  'answer-to-agent': () => import('./answer-to-agent.ts'),
  'answer-to-agent-real': () => import('./answer-to-agent-real.ts'),
  ingest: () => import('./ingest.ts'),
  fleet: () => import('./fleet.ts'),
  lines: () => import('./lines.ts'),
  records: () => import('./records.ts'),
  pacing: () => import('./pacing.ts'),
  import: () => import('./import.ts'),
  answer: () => import('./answer.ts'),
  dnc: () => import('./dnc.ts'),
  audio: () => import('./audio.ts'),
  planner: () => import('./planner.ts'),
  queues: () => import('./queues.ts'),
  inbound: () => import('./inbound.ts'),
};

const { positionals: wanted, values } = parseArgs({
  allowPositionals: true,
  options: { days: { type: 'string' }, quick: { type: 'boolean' } },
});
const options: PacingOptions = {
  ...(values.days === undefined ? {} : { days: Math.max(1, Math.floor(Number(values.days)) || 1) }),
  ...(values.quick === undefined ? {} : { quick: values.quick }),
};
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
    for (const line of await run(options)) console.log(JSON.stringify(line));
  } catch (error) {
    failed = true;
    console.error(`${name} could not be measured: ${problemOf(error)}`);
  }
}
process.exit(failed ? 1 : 0);
