import { parseArgs } from 'node:util';
import { BranchlineError, problemOf } from '@branchline/shared';
import { createLog, explained, onShutdown } from '@branchline/shared/node';
import { readEdgeConfig } from './config.ts';
import { startEdge } from './edge.ts';

const log = createLog('edge');
const usage = `node edge/src/main.ts --config FILE [--print-config]

  --config FILE     the box's settings, edge.json (docs/operating.md)
  --print-config    every setting of the file, and nothing is started
  --help            this text
`;

/** @throws BranchlineError `BL_CONFIG_INVALID` */
function readOptions() {
  try {
    return parseArgs({
      options: {
        config: { type: 'string' },
        'print-config': { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    throw new BranchlineError('BL_CONFIG_INVALID', { place: 'the command line', problem: problemOf(error) });
  }
}

/** Runs the edge until it is told to stop. @throws whatever keeps it from starting */
async function run(): Promise<void> {
  const values = readOptions();
  if (values.help) return void process.stdout.write(usage);
  if (values.config === undefined)
    throw new BranchlineError('BL_CONFIG_INVALID', {
      place: '--config',
      problem: 'the path of edge.json is missing',
    });
  const config = await readEdgeConfig(values.config);
  if (values['print-config']) {
    const shown = config.enrolment
      ? { ...config, enrolment: { ...config.enrolment, token: '[redacted]' } }
      : config;
    console.log(JSON.stringify(shown, null, 2));
  } else {
    const edge = await startEdge(config, log.child({ edge: config.edge }));
    onShutdown(() => edge.stop());
    console.log(JSON.stringify({ ready: true, edge: config.edge, switchFolder: edge.switchFolder }));
  }
}

run().catch((reason: unknown) => {
  const error = explained(reason);
  const advice = error instanceof BranchlineError ? { code: error.code, advice: error.advice } : {};
  log.fatal({ ...advice, problem: problemOf(error) }, 'the edge cannot start');
  process.exit(1);
});
