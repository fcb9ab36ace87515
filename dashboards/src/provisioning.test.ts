import type { Dashboard, Panel } from '@grafana/schema';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { CallFilter } from '@branchline/shared';
import { alertRules } from './alerts/rules.ts';
import { boards } from './boards/index.ts';
import { pluginVersion, source } from './data-source.ts';
import { provisioning } from './provisioning.ts';
import { languages, sayIn } from './words.ts';

const console = 'https://center.example';
const files = provisioning({ consoleUrl: `${console}/`, clickHouseUrl: 'https://ch.example:9440' });
const dashboards = Object.entries(files)
  .filter(([path]) => path.endsWith('.json'))
  .map(([, text]) => JSON.parse(text) as Dashboard);
const each = dashboards.map((dashboard) => [dashboard.title ?? '', dashboard] as const);
const panelsOf = ({ panels = [] }: Dashboard): Panel[] => panels.filter((panel) => panel.type !== 'row');

/** Names of variables in a text: `$name`, `${name}`, `${name:format}`; Grafana's own begin with two underscores. */
function variablesIn(text: string): Set<string> {
  const found = [...text.matchAll(/\$(?:(\w+)|\{(\w+)[^}]*\})/g)].map(
    ([, bare, braced]) => bare ?? braced ?? '',
  );
  return new Set(found.filter((name) => !name.startsWith('__')));
}

describe.each(each)('the dashboard %s', (_title, dashboard) => {
  const panels = panelsOf(dashboard);
  const defined = new Set(dashboard.templating?.list?.map(({ name }) => name));

  it('numbers its panels from 1 and names and explains each', () => {
    expect(panels.map(({ id }) => id)).toEqual(panels.map((_, i) => i + 1));
    expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
    for (const { description = '' } of panels) expect(description).toMatch(/^\S.{20,}\.$/);
  });

  it('lets no panel cover another or leave the page', () => {
    const taken = new Set<string>();
    for (const { gridPos } of panels) {
      const { x, y, w, h } = gridPos!;
      expect(x + w).toBeLessThanOrEqual(24);
      for (let i = x; i < x + w; i++)
        for (let j = y; j < y + h; j++) {
          expect(taken).not.toContain(`${i},${j}`);
          taken.add(`${i},${j}`);
        }
    }
  });

  it('uses every variable it defines, and no other', () => {
    const used = variablesIn(JSON.stringify(panels));
    expect([...used].filter((name) => !defined.has(name))).toEqual([]);
    const offered = [...defined].filter((name) => name !== 'console');
    expect(offered.filter((name) => !used.has(name))).toEqual([]);
  });

  it('asks our data source alone', () => {
    for (const panel of panels) {
      expect(panel.datasource).toEqual(source);
      for (const target of panel.targets ?? []) expect(target).toMatchObject({ datasource: source });
    }
  });

  it('links only to what is there', () => {
    const urls = [...JSON.stringify(panels).matchAll(/"url":"([^"]+)"/g)].map(([, url = '']) => url);
    for (const url of urls) {
      const own = /^\/d\/([\w-]+)\?/.exec(url)?.[1];
      if (own === undefined) {
        expect(url).toMatch(/^\$\{console\}\/\w/);
        continue;
      }
      const to = dashboards.find(({ uid }) => uid === own);
      const names = to?.templating?.list?.map(({ name }) => name) ?? [];
      for (const [, name = ''] of url.matchAll(/var-(\w+)=/g)) expect(names).toContain(name);
      expect(to).toBeDefined();
    }
    expect(dashboard.links?.map(({ url }) => url)).toContain(`${console}/`);
  });
});

it('an address of the console that a cell leads to is one of its pages', () => {
  const routes = readFileSync(join(import.meta.dirname, '../../controller/console/src/routes.tsx'), 'utf8');
  const pages = [...routes.matchAll(/path: '([\w/:-]+)'/g)].map(([, path = '']) => path.replace(/:\w+/, '*'));
  const urls = [...JSON.stringify(dashboards).matchAll(/\$\{console\}\/([^"]+)/g)].map(([, url = '']) => url);
  const linked = urls.map((url) => (url.split('?')[0] ?? '').replace(/\$\{[\w:]+\}/, '*'));
  expect(linked.length).toBeGreaterThan(0);
  expect(linked.filter((path) => !pages.includes(path))).toEqual([]);
  const keys = urls.flatMap((url) => [...url.matchAll(/[?&](\w+)=/g)].map(([, key = '']) => key));
  expect(keys.filter((key) => !(key in CallFilter.properties))).toEqual([]);
});

describe('the alert rules', () => {
  interface Rule {
    readonly uid: string;
    readonly condition: string;
    readonly data: {
      readonly refId: string;
      readonly datasourceUid: string;
      readonly model: { expression?: string };
    }[];
    readonly dashboardUid: string;
    readonly panelId: number;
    readonly annotations: Record<string, string>;
  }
  const { groups } = parse(files['alerting/branchline.yaml'] ?? '') as { groups: { rules: Rule[] }[] };
  const rules = groups.flatMap((group) => group.rules);

  it('are all there, each under a name of its own that Grafana takes', () => {
    expect(rules.map(({ uid }) => uid)).toEqual(alertRules.map(({ uid }) => uid));
    expect(new Set(rules.map(({ uid }) => uid)).size).toBe(rules.length);
    for (const { uid } of rules) expect(uid).toMatch(/^[a-z0-9-]{1,40}$/);
  });

  it('compare the answer of our data source with their threshold', () => {
    for (const { condition, data } of rules) {
      expect(data.map(({ refId, datasourceUid }) => [refId, datasourceUid])).toEqual([
        ['A', source.uid],
        [condition, '__expr__'],
      ]);
      expect(data[1]?.model.expression).toBe('A');
    }
  });

  it('use no variables, which only a page has', () => {
    for (const { sql } of alertRules) {
      expect(sql).not.toContain('$__conditionalAll');
      expect(variablesIn(sql)).toEqual(new Set());
    }
  });

  it('write no $ that Grafana would take for its environment', () => {
    for (const { annotations } of rules) expect(Object.values(annotations).join('')).not.toContain('$');
  });

  it('show a panel that is there', () => {
    for (const { dashboardUid, panelId } of rules) {
      const dashboard = dashboards.find(({ uid }) => uid === dashboardUid);
      expect(dashboard?.panels?.some((panel) => panel.id === panelId)).toBe(true);
    }
  });
});

describe('the data source', () => {
  const file = files['datasources/branchline.yaml'] ?? '';
  const [first] = (parse(file) as { datasources: Record<string, unknown>[] }).datasources;

  it('points where it is told, with the read-only user', () => {
    expect(first).toMatchObject({
      ...source,
      jsonData: { host: 'ch.example', port: 9440, secure: true, protocol: 'http', username: 'grafana' },
    });
  });

  it('takes its password from the environment, and never one from the address', () => {
    const withPassword = provisioning({ clickHouseUrl: 'http://admin:secret@ch.example:8123' });
    expect(Object.values(withPassword).join('')).not.toContain('secret@');
    expect(first).toMatchObject({ secureJsonData: { password: '$BRANCHLINE_GRAFANA_PASSWORD' } });
  });
});

describe('the compose file', () => {
  const kept = (path: string): string => readFileSync(join(import.meta.dirname, '..', path), 'utf8');
  const { services } = parse(kept('compose.yaml')) as {
    services: Record<string, { environment?: Record<string, string>; ports?: unknown; command?: string[] }>;
  };
  const grafana = services['grafana']?.environment ?? {};

  it('lets nobody but this machine reach Grafana and Prometheus', () => {
    expect(Object.values(services).every(({ ports }) => ports === undefined)).toBe(true);
    expect(grafana).toMatchObject({ GF_SERVER_HTTP_ADDR: '127.0.0.1', GF_AUTH_PROXY_WHITELIST: '127.0.0.1' });
    expect(services['prometheus']?.command).toContain('--web.listen-address=127.0.0.1:9090');
  });

  it('believes the headers that both proxies set, and no password', () => {
    const role = grafana['GF_AUTH_PROXY_HEADERS']?.replace('Role:', '') ?? '';
    for (const header of [grafana['GF_AUTH_PROXY_HEADER_NAME'] ?? '', role]) {
      expect(kept('proxy/nginx.conf')).toContain(`proxy_set_header ${header} $`);
      expect(kept('proxy/Caddyfile')).toMatch(new RegExp(`request_header -${header}\\n`));
      expect(kept('proxy/Caddyfile')).toMatch(new RegExp(`copy_headers .*${header}`));
    }
    expect(grafana).toMatchObject({ GF_AUTH_BASIC_ENABLED: 'false', GF_AUTH_DISABLE_LOGIN_FORM: 'true' });
  });

  it('installs the plugin whose queries are written, and gives it the password by the name the data source asks for', () => {
    const plugin = `${source.type}@${pluginVersion}`;
    expect(grafana['GF_PLUGINS_PREINSTALL']).toBe(plugin);
    expect(files['datasources/branchline.yaml']).toContain('$BRANCHLINE_GRAFANA_PASSWORD');
    expect(grafana).toHaveProperty('BRANCHLINE_GRAFANA_PASSWORD');
  });
});

describe('the words', () => {
  it.each(languages)('of %s are complete', (language) => {
    expect(() => provisioning({ language })).not.toThrow();
  });

  it('of another language change texts and nothing else', () => {
    const say = sayIn('zh-CN');
    const [board] = boards;
    const path = `branchline/${board?.uid}.json`;
    const chinese = JSON.parse(provisioning({ language: 'zh-CN' })[path] ?? '') as Dashboard;
    expect(chinese.title).toBe(say(board?.title ?? ''));
    const queries = (dashboard: Dashboard): unknown => panelsOf(dashboard).map(({ targets }) => targets);
    expect(queries(chinese)).toEqual(queries(JSON.parse(provisioning()[path] ?? '') as Dashboard));
  });

  it('hold no text that nobody says', async () => {
    const { chinese } = await import('./words.zh-CN.ts');
    const said = Object.values(provisioning()).join('').replaceAll(/\s+/g, ' ');
    // YAML folds long lines and quotes some.
    const unsaid = Object.keys(chinese).filter((text) => !said.includes(text.replaceAll(/\s+/g, ' ')));
    expect(unsaid).toEqual([]);
  });
});
