// The door of every npm script: plain JavaScript for the Node that npm itself runs on. It installs what the lock file
// names when that has not happened yet, then hands over to the project's own Node 24.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = join(root, 'node_modules', '.bin');
const stampFile = join(root, 'node_modules', '.branchline-lock');
const [command = 'help', ...args] = process.argv.slice(2);

const scripts = /** @type {Record<string, string>} */ ({
  demo: 'scripts/demo.ts',
  test: 'scripts/test.ts',
  'test:system': 'scripts/test-system.ts',
  bench: 'test/bench/main.ts',
  backup: 'controller/src/backup/main.ts backup',
  restore: 'controller/src/backup/main.ts restore',
  dashboards: 'scripts/dashboards.ts',
  emulate: 'hardware/src/emulator/main.ts',
  branchline: 'provisioning/src/main.ts',
});

const script = scripts[command];
if (script === undefined) {
  console.error(`Unknown command "${command}". Known: ${Object.keys(scripts).join(', ')}.`);
  process.exit(2);
}

install();

const [file = '', ...fixed] = script.split(' ');
const child = spawn(join(bin, 'node'), [join(root, file), ...fixed, ...args], {
  stdio: 'inherit',
  // npm starts scripts in the root of the repository; people mean the folder they are in.
  cwd: process.env['INIT_CWD'] ?? root,
  env: { ...process.env, PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` },
});
// Ctrl-C reaches the whole foreground group by itself; the child decides how to stop.
process.on('SIGINT', () => {});
for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP']))
  process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  console.error(`The project's Node could not be started: ${error.message}. Run "npm ci" and try again.`);
  process.exit(1);
});
child.on('exit', (code, signal) =>
  process.exit(code ?? 128 + (signal ? (constants.signals[signal] ?? 0) : 0)),
);

function install() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  const stamp = existsSync(stampFile) ? readFileSync(stampFile, 'utf8') : '';
  if (stamp === lock && existsSync(join(bin, 'node'))) return;
  // "npm ci" by hand leaves its own note of what it installed, newer than the lock file it followed.
  const note = join(root, 'node_modules', '.package-lock.json');
  if (
    existsSync(note) &&
    existsSync(join(bin, 'node')) &&
    statSync(note).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs
  ) {
    writeFileSync(stampFile, lock);
    return;
  }
  const npm = process.env['npm_execpath'];
  if (npm === undefined) {
    console.error('The dependencies are not installed. Run "npm ci" first, or start this through npm.');
    process.exit(1);
  }
  console.error('Installing dependencies (about half a minute the first time) …');
  const result = spawnSync(process.execPath, [npm, 'ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (result.status !== 0) {
    console.error('The dependencies could not be installed; the lines above say why. Nothing was started.');
    process.exit(result.status ?? 1);
  }
  writeFileSync(stampFile, lock);
}
