import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** What a program says that is started as people start it, and how it ends. */
function run(command: string): Promise<{ code: number; said: string }> {
  const [file = '', ...args] = command.split(' ');
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [file, ...args], { cwd: root }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), said: `${out}${err}` }),
    );
    child.stdin?.end();
  });
}

test.concurrent.each([
  ['controller/src/main.ts --home package.json/x', 'BL_CONFIG_PATH'],
  ['controller/src/backup/main.ts backup --home nowhere --to nowhere-else', 'BL_CONFIG_INVALID'],
  ['edge/src/main.ts --nonsense', 'BL_CONFIG_INVALID'],
  ['scripts/test.ts nonsense', 'console build'],
  ['test/bench/main.ts --days many', '--days must be a whole number'],
])('%s says what is wrong, and nothing is made', async (command, words) => {
  const { code, said } = await run(command);
  expect(said).toContain(words);
  expect(code).toBeGreaterThan(0);
  // No stack.
  expect(said).not.toMatch(/^ +at .+:\d+:\d+/m);
  expect(existsSync(join(root, 'nowhere'))).toBe(false);
});
