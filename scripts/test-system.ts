// `npm run test:system`: the system tier alone, on the FreeSWITCH that FREESWITCH_BIN names or PATH holds.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const result = spawnSync(
  join(root, 'node_modules/.bin/node'),
  [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--project', 'system', ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit' },
);
process.exit(result.status ?? 1);
