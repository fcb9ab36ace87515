import { spawn } from 'node:child_process';
import { existsSync, statSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Builds the console when it was never built or its sources are newer. */
export async function buildConsole(root: string): Promise<void> {
  const folder = join(root, 'controller/console');
  const built = join(folder, 'dist/index.html');
  if (!existsSync(join(folder, 'vite.config.ts'))) return;
  const newest = Math.max(
    newestIn(join(folder, 'src')),
    newestIn(join(root, 'shared/src')),
    statSync(join(folder, 'vite.config.ts')).mtimeMs,
  );
  if (existsSync(built) && statSync(built).mtimeMs > newest) return;
  await new Promise<void>((resolve, reject) => {
    let output = '';
    const child = spawn(join(root, 'node_modules/.bin/vite'), ['build', '--logLevel', 'warn'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.on('data', (bytes: Buffer) => (output += bytes.toString()));
    child.stderr.on('data', (bytes: Buffer) => (output += bytes.toString()));
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`the console could not be built:\n${output}`)),
    );
  });
}

function newestIn(folder: string): number {
  return readdirSync(folder, { withFileTypes: true }).reduce((newest, entry) => {
    const path = join(folder, entry.name);
    return Math.max(newest, entry.isDirectory() ? newestIn(path) : statSync(path).mtimeMs);
  }, 0);
}
