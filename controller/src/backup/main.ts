import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { BranchlineError, problemOf, systemClock } from '@branchline/shared';
import { createLog, lastWords } from '@branchline/shared/node';
import { readConfig } from '../config.ts';
import { openDatabase, runningPostgres } from '../database/index.ts';
import { ensureClickHouseSchema, openClickHouse, runningClickHouse } from '../ingest/index.ts';
import type { Manifest, Progress } from './manifest.ts';
import { restoreBackup } from './restore-backup.ts';
import { writeBackup } from './write-backup.ts';

const usage = `Backup and restore of a center. A backup may be made while the controller runs; a restore needs an empty home.

  npm run backup  -- --home FOLDER --to NEW_FOLDER
  npm run restore -- --home EMPTY_FOLDER --from BACKUP_FOLDER

DATABASE_URL and CLICKHOUSE_URL hold here as they do for the controller. A backup holds the keys of the installation:
keep it where nobody else can read it. Recordings are not in it.
`;

/** @throws BranchlineError `BL_CONFIG_INVALID` */
function readOptions(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    const options = { home: text, to: text, from: text, help: { type: 'boolean' } } as const;
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new BranchlineError('BL_CONFIG_INVALID', { place: 'the command line', problem: problemOf(error) });
  }
}

/** The program behind \`npm run backup\` and \`npm run restore\`. Gives the exit code. */
async function run([command, ...args]: readonly string[]): Promise<number> {
  const values = readOptions(args);
  const other = command === 'backup' ? values.to : values.from;
  const known = command === 'backup' || command === 'restore';
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  if (!known || values.home === undefined || other === undefined) {
    process.stderr.write(usage);
    return 2;
  }
  const { config } = readConfig(['--home', resolve(values.home)], process.env);
  if (command === 'backup' && !existsSync(join(config.home, 'secrets.agekey')))
    throw new BranchlineError('BL_CONFIG_INVALID', {
      place: '--home',
      problem: `no controller has its home in ${config.home}`,
    });
  const log = createLog(command);
  const began = systemClock.monotonic();
  const manifest =
    command === 'backup'
      ? await backUp(config, resolve(other), log)
      : await restoreBackup(config, resolve(other), log, show);
  const rows = [...manifest.tables, ...manifest.records].reduce((sum, table) => sum + table.rows, 0);
  const seconds = Math.round((systemClock.monotonic() - began) / 100) / 10;
  process.stdout.write(`${JSON.stringify({ [command]: resolve(other), rows, seconds })}\n`);
  return 0;
}

async function backUp(
  config: ReturnType<typeof readConfig>['config'],
  to: string,
  log: ReturnType<typeof createLog>,
): Promise<Manifest> {
  const { home, database: relational, clickHouse: analytic } = config;
  const [postgres, records] = [resolve(home, 'postgres'), resolve(home, 'clickhouse')];
  // Beside a controller that runs its stores are only read, in the shape in which it has them.
  const running = await runningPostgres(postgres);
  const url = relational.url ?? running;
  const database = url === undefined ? await openDatabase({ folder: postgres }, { log }) : readOnly(url);
  try {
    const beside = analytic.url ?? (await runningClickHouse(records));
    const clickHouse = await openClickHouse(beside === undefined ? { folder: records } : { url: beside }, {
      log,
    });
    try {
      if (running === undefined)
        await ensureClickHouseSchema(
          clickHouse,
          analytic.cluster === undefined ? {} : { cluster: analytic.cluster },
        );
      return await writeBackup({ home, database, clickHouse }, to, systemClock.now(), show);
    } finally {
      await clickHouse.close();
    }
  } finally {
    await database.close();
  }
}

/** A store that somebody else keeps. */
function readOnly(url: string): { readonly url: string; close(): Promise<void> } {
  return { url, close: () => Promise.resolve() };
}

/** A bar on a terminal, a line for each step elsewhere. */
function show({ step, done, total }: Progress): void {
  const width = 24;
  const filled = Math.round((width * done) / Math.max(1, total));
  const line = `${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${done}/${total} ${step}`;
  if (process.stderr.isTTY) process.stderr.write(`\r\u{1b}[K${line}${step === 'done' ? '\n' : ''}`);
  else process.stderr.write(`${line}\n`);
}

run(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`\n${lastWords(error)}\n`);
    process.exitCode = 1;
  },
);
