import { parseArgs } from 'node:util';
import { BranchlineError, problemOf } from '@branchline/shared';
import { createLog, onShutdown } from '@branchline/shared/node';
import { readEdgeConfig } from './config.ts';
import { startEdge } from './edge.ts';

const log = createLog('edge');
try {
  const { values } = parseArgs({
    options: { config: { type: 'string' }, 'print-config': { type: 'boolean' } },
  });
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
} catch (error) {
  const advice = error instanceof BranchlineError ? { code: error.code, advice: error.advice } : {};
  log.fatal({ ...advice, problem: problemOf(error) }, 'the edge cannot start');
  process.exit(1);
}
