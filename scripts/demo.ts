import { join } from 'node:path';
import { lastWords } from '@branchline/shared/node';
import { agentPin, hardwarePlaces } from '../test/support/branch-plan.ts';
import { buildPage } from '../test/support/page-build.ts';
import { demoBranches } from './demo/branches.ts';
import { openHome } from './demo/home.ts';
import { readDemoOptions, usage } from './demo/options.ts';
import { Progress } from './demo/progress.ts';
import { LiveAgeSampler, settle, writeReport } from './demo/report.ts';
import { setUpCenter } from './demo/setup.ts';
import { startBranch, startCenter, type RunningBranch } from './demo/programs.ts';
import type { Program } from '../test/support/processes.ts';

const root = join(import.meta.dirname, '..');
let stopping: Promise<number> | undefined;
const running: { center?: Program; branches: RunningBranch[] } = { branches: [] };

/** Ends the parts in order: edges first, then the switches behind them, then the center. */
function stop(code: number): Promise<number> {
  stopping ??= (async () => {
    await Promise.all(running.branches.map(({ edge }) => edge.stop()));
    await Promise.all(running.branches.map(({ people }) => people.stop()));
    for (const { hardware } of running.branches) await hardware?.stop();
    await running.center?.stop();
    return code;
  })();
  return stopping;
}

/** How to break the emulated hardware, for whoever wants to see what that looks like. */
function hardwareHint(folder: string): string {
  const branch = demoBranches.find(({ hardware }) => hardware);
  if (!branch) return '';
  const socket = join(folder, branch.edge, hardwarePlaces.control);
  return `${branch.site.name} has two E1 spans and three GSM modems, emulated: its page "Lines" shows them. Pull a cable:
    node -e 'require("net").connect(process.argv[1]).end("pull-cable s1\\n")' ${socket}`;
}

async function main(): Promise<number> {
  const options = readDemoOptions(process.argv.slice(2), root);
  if (options === 'help') {
    console.log(usage);
    return 0;
  }
  const progress = new Progress(process.stderr);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (!stopping) progress.note('stopping …');
      void stop(signal === 'SIGINT' ? 0 : 143).then((code) => process.exit(code));
    });
  }

  const started = Date.now();
  if (options.console)
    await progress.step('console and desk page', async () => {
      await buildPage('controller/console');
      await buildPage('edge/desk');
    });
  const home = await progress.step('data folder', () => openHome(options));
  const { program, client, admin } = await progress.step('center: PostgreSQL, ClickHouse, broker, API', () =>
    startCenter(home, (center) => (running.center = center)),
  );
  const setup = await progress.step('three sites, two campaigns, 10,000 leads', (say) =>
    setUpCenter(client, home, join(root, 'scripts/demo/leads.csv'), say),
  );
  await progress.step('three branches: edge, switch, people', async () => {
    for (const branch of demoBranches) {
      running.branches.push(await startBranch(home, branch, setup.enrolments[branch.edge]));
    }
  });
  await setup.start();

  console.log(`
  Branchline runs: ${demoBranches.length} branches, ${demoBranches.reduce((sum, { agents }) => sum + agents.length, 0)} agents, two campaigns. Business time runs ${options.speed} times as fast as real time.

    console   ${client.url}
    login     ${admin.name} / ${admin.password}
    desk      https://localhost:${running.branches[0]!.deskPort}   an agent's page, served by the branch ${demoBranches[0]!.site.name}; PIN ${agentPin}
    data      ${home.folder}   (a second start continues from it; remove the folder to begin anew)

  ${hardwareHint(home.folder)}

  Open the console: the overview shows the branches with their agents and calls, changing every second; under
  Campaigns two lists are being dialed. Try pausing one, or kill a branch and watch it come back. Ctrl-C stops everything.
`);

  const ended = Promise.race([
    program.child.exitCode === null
      ? new Promise((resolve) => program.child.once('exit', resolve))
      : Promise.resolve(),
    ...running.branches.map(({ edge }) => new Promise((resolve) => edge.child.once('exit', resolve))),
  ]).then(() => 'ended' as const);

  if (options.untilCalls === undefined) {
    await ended;
    if (stopping) return stopping;
    progress.note(`a part of the system ended; its log is in ${join(home.folder, 'log')}`);
    return stop(1);
  }
  const sampler = new LiveAgeSampler(client);
  const code = await progress.step(`${options.untilCalls} calls`, async (say) => {
    const result = await settle(home, setup, client, options.untilCalls!, say);
    const report = await writeReport(
      home,
      client,
      sampler.stop(),
      (Date.now() - started) / 1000,
      options.report,
    );
    console.log(JSON.stringify(report));
    return result && report.duplicates === 0 && report.missing === 0 && report.doubleDialed === 0 ? 0 : 1;
  });
  return stop(code);
}

main().then(
  (code) => process.exit(code),
  async (error: unknown) => {
    console.error(`\nThe demo could not go on: ${lastWords(error)}`);
    await stop(1);
    process.exit(1);
  },
);
