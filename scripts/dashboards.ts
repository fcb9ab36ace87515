// Writes Grafana's provisioning and Prometheus' rules from dashboards/src. Without --out: the copy kept in the repository.
// `--check` writes nothing and fails when a file differs.
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import {
  languages,
  prometheusRules,
  provisioning,
  readOnlyUser,
  type Language,
} from '@branchline/dashboards';
import { lastWords } from '@branchline/shared/node';

const root = join(import.meta.dirname, '..');
const usage = `npm run dashboards -- [--out DIR] [--check] [--console URL] [--clickhouse URL] [--folder DIR] [--language ${languages.join('|')}]
       npm run dashboards -- --clickhouse-user [--cluster NAME]   prints the SQL; the password is BRANCHLINE_GRAFANA_PASSWORD`;

/** Files that are kept in the repository: path → content. */
export function keptFiles(): Record<string, string> {
  const files = Object.entries(provisioning()).map(([path, text]) => [
    `dashboards/provisioned/${path}`,
    text,
  ]);
  return { ...Object.fromEntries(files), 'dashboards/prometheus/alerts.yaml': prometheusRules() };
}

async function run(): Promise<void> {
  const { values } = parseArgs({
    options: {
      out: { type: 'string' },
      check: { type: 'boolean' },
      console: { type: 'string' },
      clickhouse: { type: 'string' },
      folder: { type: 'string' },
      language: { type: 'string' },
      'clickhouse-user': { type: 'boolean' },
      cluster: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return console.log(usage);
  if (values['clickhouse-user']) {
    const password = process.env['BRANCHLINE_GRAFANA_PASSWORD'] ?? '';
    if (password.length < 12)
      throw new RangeError('BRANCHLINE_GRAFANA_PASSWORD must have 12 letters or more');
    return void process.stdout.write(
      readOnlyUser(createHash('sha256').update(password).digest('hex'), values.cluster),
    );
  }
  const language = values.language as Language | undefined;
  if (language !== undefined && !languages.includes(language))
    throw new RangeError(`no language ${language}`);
  const clickHouseUrl = values.clickhouse ?? process.env['CLICKHOUSE_URL'];
  const files =
    values.out === undefined
      ? keptFiles()
      : provisioning({
          ...(clickHouseUrl && { clickHouseUrl }),
          ...(values.console !== undefined && { consoleUrl: values.console }),
          ...(values.folder !== undefined && { dashboardFolder: values.folder }),
          ...(language !== undefined && { language }),
        });
  const base = values.out === undefined ? root : resolve(values.out);
  let drifted = 0;
  for (const [path, content] of Object.entries(files)) {
    const file = join(base, path);
    if ((await readFile(file, 'utf8').catch(() => '')) === content) continue;
    drifted++;
    if (values.check) {
      console.error(`${path} differs from what the code says. Run "npm run dashboards" and commit it.`);
      continue;
    }
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
    console.log(`wrote ${path}`);
  }
  if (values.check && drifted > 0) process.exitCode = 1;
}

if (import.meta.main)
  run().catch((error: unknown) => {
    console.error(`${lastWords(error)}\n${usage}`);
    process.exitCode = 2;
  });
