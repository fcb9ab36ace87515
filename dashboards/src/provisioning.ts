import { stringify } from 'yaml';
import { alertFile } from './alerts/alert-file.ts';
import { boards } from './boards/index.ts';
import { addressOf, dataSourceFile } from './data-source.ts';
import { dashboardOf } from './grafana/dashboard.ts';
import { prometheusFile } from './prometheus/rules.ts';
import { sayIn, type Language } from './words.ts';

export interface ProvisioningOptions {
  /** ClickHouse as Grafana reaches it; default `http://127.0.0.1:8123`. */
  readonly clickHouseUrl?: string;
  /** Address of the console as people reach it; default `http://localhost:8080`. */
  readonly consoleUrl?: string;
  /** Folder in which Grafana finds the dashboards; default `/etc/grafana/provisioning/branchline`. */
  readonly dashboardFolder?: string;
  readonly language?: Language;
}

const folder = 'Branchline';
const head = '# Generated from dashboards/src by "npm run dashboards"; do not edit.\n';

/**
 * Every file of Grafana's provisioning, as path below its `provisioning` folder → content. Nothing secret is in them: the
 * password of the data source is `$BRANCHLINE_GRAFANA_PASSWORD` of Grafana's own environment.
 * @throws TypeError for an address that is none
 */
export function provisioning(options: ProvisioningOptions = {}): Record<string, string> {
  const say = sayIn(options.language ?? 'en');
  const console = (options.consoleUrl ?? 'http://localhost:8080').replace(/\/+$/, '');
  const path = options.dashboardFolder ?? '/etc/grafana/provisioning/branchline';
  const provider = {
    apiVersion: 1,
    providers: [
      {
        name: 'branchline',
        orgId: 1,
        folder,
        folderUid: 'branchline',
        type: 'file',
        disableDeletion: true,
        allowUiUpdates: false,
        updateIntervalSeconds: 30,
        options: { path, foldersFromFilesStructure: false },
      },
    ],
  };
  return {
    'datasources/branchline.yaml': yaml(
      dataSourceFile(addressOf(options.clickHouseUrl ?? 'http://127.0.0.1:8123')),
    ),
    'dashboards/branchline.yaml': yaml(provider),
    'alerting/branchline.yaml': yaml(alertFile(folder, say)),
    ...Object.fromEntries(
      boards.map((board) => [
        `branchline/${board.uid}.json`,
        `${JSON.stringify(dashboardOf(board, { say, console }), null, 2)}\n`,
      ]),
    ),
  };
}

/** The rule file of Prometheus. */
export function prometheusRules(): string {
  return yaml(prometheusFile());
}

function yaml(value: unknown): string {
  return head + stringify(value, { aliasDuplicateObjects: false, lineWidth: 120 });
}
