/** Identity of the data source; dashboards and alert rules name it by this. */
export const source = { type: 'grafana-clickhouse-datasource', uid: 'branchline-clickhouse' } as const;

/** Version of the plugin whose query model is written. */
export const pluginVersion = '4.20.0';

/** How the plugin shapes the answer: 0 = lines over time, 1 = rows. */
const formats = { series: 0, table: 1 } as const;

/** A query in the plugin's own model. */
export interface PanelQuery {
  readonly refId: string;
  readonly datasource: typeof source;
  readonly pluginVersion: string;
  readonly editorType: 'sql';
  readonly rawSql: string;
  readonly queryType: 'timeseries' | 'table';
  readonly format: 0 | 1;
}

export function panelQuery(sql: string, shape: 'series' | 'table'): PanelQuery {
  return {
    refId: 'A',
    datasource: source,
    pluginVersion,
    editorType: 'sql',
    rawSql: sql,
    queryType: shape === 'series' ? 'timeseries' : 'table',
    format: formats[shape],
  };
}

/** Where ClickHouse answers HTTP. */
export interface ClickHouseAddress {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
}

/** Reads `CLICKHOUSE_URL`; who signs in there is not taken over: Grafana has a user of its own. @throws TypeError */
export function addressOf(url: string): ClickHouseAddress {
  const { hostname, port, protocol } = new URL(url);
  const secure = protocol === 'https:';
  return { host: hostname, port: Number(port || (secure ? 8443 : 8123)), secure };
}

/** The provisioning file of the data source. The password stays in Grafana's environment. */
export function dataSourceFile(address: ClickHouseAddress): unknown {
  return {
    apiVersion: 1,
    datasources: [
      {
        name: 'Branchline',
        ...source,
        access: 'proxy',
        isDefault: true,
        editable: false,
        jsonData: {
          ...address,
          protocol: 'http',
          username: 'grafana',
          defaultDatabase: 'branchline',
          dialTimeout: '5',
          queryTimeout: '30',
          enableRowLimit: false,
          validateSql: true,
        },
        secureJsonData: { password: '$BRANCHLINE_GRAFANA_PASSWORD' },
      },
    ],
  };
}
