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
  pages: () => import('./pages.ts'),
  pacing: () => import('./pacing.ts'),
  import: () => import('./import.ts'),
  answer: () => import('./answer.ts'),
  dnc: () => import('./dnc.ts'),
  audio: () => import('./audio.ts'),
  planner: () => import('./planner.ts'),
  queues: () => import('./queues.ts'),
  inbound: () => import('./inbound.ts'),
};

const usage = `npm run bench -- [NAME …] [--days N] [--quick]

  NAME       of ${Object.keys(benches).join(', ')} (default: all)
  --days N   pacing: days that are played, 1–10000
  --quick    pacing: fewer days and small teams only
`;

/** @throws Error with what is wrong, for people */
function readOrder(): { readonly wanted: readonly string[]; readonly options: PacingOptions } | 'help' {
  const { positionals: wanted, values } = parseArgs({
    allowPositionals: true,
    options: { days: { type: 'string' }, quick: { type: 'boolean' }, help: { type: 'boolean' } },
  });
  if (values.help) return 'help';
  const unknown = wanted.find((name) => !(name in benches));
  if (unknown !== undefined) throw new Error(`there is no bench "${unknown}"`);
  const days = values.days === undefined ? undefined : Number(values.days);
  if (days !== undefined && !(Number.isInteger(days) && days >= 1 && days <= 10_000))
    throw new Error(`--days must be a whole number from 1 to 10000, got "${values.days}"`);
  const { quick } = values;
  return { wanted, options: { ...(days !== undefined && { days }), ...(quick !== undefined && { quick }) } };
}

let order: ReturnType<typeof readOrder>;
try {
  order = readOrder();
} catch (error) {
  console.error(`${problemOf(error)}\n\n${usage}`);
  process.exit(2);
}
if (order === 'help') {
  console.log(usage);
  process.exit(0);
}
const { wanted, options } = order;
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
