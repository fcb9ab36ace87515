import { BranchlineError } from '@branchline/shared';
import { onShutdown } from '@branchline/shared/node';
import { printableConfig, readConfig } from './config.ts';
import { startController } from './controller.ts';

/** The program: configuration from flags and environment, one JSON line when ready, an orderly end when asked. */
async function run(): Promise<void> {
  const { config, print } = readConfig(process.argv.slice(2), process.env);
  if (print) {
    process.stdout.write(`${JSON.stringify(printableConfig(config), null, 2)}\n`);
    return;
  }
  const controller = await startController(config);
  onShutdown(() => controller.stop(), 20_000);
  const { httpUrl: http, edgeUrl: edge, mqttUrl: mqtt, firstAdmin: admin } = controller;
  process.stdout.write(`${JSON.stringify({ ready: true, http, edge, mqtt, ...(admin && { admin }) })}\n`);
}

run().catch((error: unknown) => {
  const known =
    error instanceof BranchlineError
      ? { code: error.code, message: error.message, advice: error.advice }
      : { message: String(error) };
  process.stderr.write(`${JSON.stringify({ ready: false, error: known })}\n`);
  process.exit(1);
});
