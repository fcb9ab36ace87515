import { BranchlineError, problemOf } from '@branchline/shared';
import { explained, onShutdown } from '@branchline/shared/node';
import { printableConfig, readConfig, usage } from './config.ts';
import { startController } from './controller.ts';

/** The program: configuration from flags and environment, one JSON line when ready, an orderly end when asked. */
async function run(): Promise<void> {
  const { config, show } = readConfig(process.argv.slice(2), process.env);
  if (show) {
    process.stdout.write(show === 'help' ? usage : `${JSON.stringify(printableConfig(config), null, 2)}\n`);
    return;
  }
  const controller = await startController(config);
  onShutdown(() => controller.stop(), 20_000);
  const { httpUrl: http, edgeUrl: edge, mqttUrl: mqtt, firstAdmin: admin } = controller;
  process.stdout.write(`${JSON.stringify({ ready: true, http, edge, mqtt, ...(admin && { admin }) })}\n`);
}

run().catch((reason: unknown) => {
  const error = explained(reason);
  const said =
    error instanceof BranchlineError
      ? { code: error.code, message: error.message, advice: error.advice }
      : { message: problemOf(error) };
  process.stderr.write(`${JSON.stringify({ ready: false, error: said })}\n`);
  process.exit(1);
});
