// `npm test`: types, lint, format, drift, then every test. Each check runs even when an earlier one failed, so that one
// run tells everything; the exit code is 1 when any failed.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const bin = join(root, 'node_modules/.bin');

interface Check {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
}

const vitest = (...args: string[]): Check['command'] => [
  join(bin, 'node'),
  join(root, 'node_modules/vitest/vitest.mjs'),
  'run',
  ...args,
];
const checks: readonly Check[] = [
  { name: 'types', command: [join(bin, 'turbo'), 'run', 'check', '--output-logs=errors-only'] },
  { name: 'lint', command: [join(bin, 'oxlint'), '--deny-warnings'] },
  { name: 'import direction', command: [join(bin, 'turbo'), 'boundaries'] },
  { name: 'format', command: [join(bin, 'oxfmt'), '--check', '.'] },
  { name: 'generated files', command: [join(bin, 'node'), join(root, 'scripts/generate.ts'), '--check'] },
  { name: 'console build', command: [join(bin, 'turbo'), 'run', 'build', '--output-logs=errors-only'] },
  { name: 'tests', command: vitest() },
];

const wanted = process.argv.slice(2);
const names = checks.map(({ name }) => name);
if (wanted.some((name) => !names.includes(name))) {
  console.error(
    `npm test -- [CHECK …] runs all of these or those named: ${names.map((name) => `"${name}"`).join(', ')}.`,
  );
  process.exit(wanted.includes('--help') ? 0 : 2);
}
const chosen = wanted.length === 0 ? checks : checks.filter(({ name }) => wanted.includes(name));
const failed: string[] = [];
for (const { name, command } of chosen) {
  console.log(`\n── ${name}`);
  const started = Date.now();
  const result = spawnSync(command[0], command.slice(1), {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1' },
  });
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`── ${name}: ${result.status === 0 ? 'ok' : 'FAILED'} (${seconds} s)`);
  if (result.status !== 0) failed.push(name);
}
console.log(failed.length === 0 ? '\nEverything passed.' : `\nFailed: ${failed.join(', ')}`);
console.log(`${chosen.length - failed.length} passed, ${failed.length} failed`);
process.exit(failed.length === 0 ? 0 : 1);
