import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** Builds a page when it was never built or its sources are newer: a running program serves the files that are there. */
export async function buildPage(page: 'controller/console' | 'edge/desk'): Promise<void> {
  const folder = join(root, page);
  const built = join(folder, 'dist/index.html');
  const sources = [join(folder, 'src'), join(root, 'shared/src')].map(newestIn);
  const newest = Math.max(...sources, statSync(join(folder, 'vite.config.ts')).mtimeMs);
  if (existsSync(built) && statSync(built).mtimeMs > newest) return;
  let output = '';
  const child = spawn(join(root, 'node_modules/.bin/vite'), ['build', '--logLevel', 'warn'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    // The tests' own NODE_ENV would make React's development build: several times slower, and not what is served.
    env: { ...process.env, NODE_ENV: 'production' },
  });
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (bytes: Buffer) => (output += bytes.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  if (code !== 0) throw new Error(`${page} could not be built:\n${output}`);
}

function newestIn(path: string): number {
  return readdirSync(path, { recursive: true, encoding: 'utf8' }).reduce(
    (newest, name) => Math.max(newest, statSync(join(path, name)).mtimeMs),
    0,
  );
}
