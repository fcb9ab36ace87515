import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BranchlineError, problemOf } from '@branchline/shared';
import { askDoor, DoorPhones, isHeld } from '@branchline/edge/box';
import { readOrder, usage } from './command-line.ts';
import { phoneTable } from './phone-table.ts';
import { examine } from './doctor/examine.ts';
import { tableOf } from './doctor/table.ts';

/** 0 nothing failed, 1 something failed, 2 it could not be found out. */
async function main(): Promise<0 | 1 | 2> {
  const order = readOrder(process.argv.slice(2), process.env);
  if (order.command === 'help') {
    console.log(usage);
    return 0;
  }
  if (order.command === 'version') {
    const file = join(import.meta.dirname, '../../package.json');
    console.log((JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version);
    return 0;
  }
  if (order.command === 'phones') {
    if (!(await isHeld(order.home)))
      throw new BranchlineError('BL_API_INVALID', {
        place: '--home',
        problem: `no edge runs in ${order.home}; start it, or name the home of one that runs`,
      });
    const phones = await askDoor(order.home, 'GET', '/phones', DoorPhones);
    console.log(order.json ? JSON.stringify(phones, null, 2) : phoneTable(phones, order.language));
    return 0;
  }
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const { json, language } = order;
  const terminal = process.stderr.isTTY;
  const found = await examine({
    ...order,
    signal: stop.signal,
    progress: (what) => {
      if (terminal) console.error(`… ${what}`);
    },
  });
  if (json) console.log(JSON.stringify(found, null, 2));
  else console.log(tableOf(found.checks, language, process.stdout.isTTY));
  if (stop.signal.aborted) return 2;
  return found.checks.some(({ result }) => result === 'fail') ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  const advice = error instanceof BranchlineError ? `${error.advice} ` : '';
  const help =
    error instanceof BranchlineError && error.code === 'BL_API_INVALID' ? 'See "branchline --help".' : '';
  console.error(`${problemOf(error)}\n${advice}${help}`.trim());
  process.exitCode = 2;
}
