import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Dashboard, Panel } from '@grafana/schema';
import { createGenerator } from 'ts-json-schema-generator';
import Schema from 'typebox/schema';

const folder = join(import.meta.dirname, '../../provisioned/branchline');
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
const read = (file: string): Dashboard => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Dashboard;

/** The type of a panel's options. */
const optionsOf: Readonly<Record<string, string>> = {
  stat: 'StatOptions',
  timeseries: 'SeriesOptions',
  barchart: 'BarOptions',
  table: 'TableOptions',
};

const validators = new Map<string, ReturnType<typeof Schema.Compile>>();

// JSON Schemas of the types that the package of Grafana publishes, closed: a property that it does not know is a fault.
beforeAll(() => {
  const generator = createGenerator({
    path: join(import.meta.dirname, 'model.ts'),
    tsconfig: join(import.meta.dirname, '../../tsconfig.json'),
    skipTypeCheck: true,
    additionalProperties: false,
    // Two types of the package have the same name: none gets one.
    expose: 'none',
    topRef: false,
  });
  for (const type of ['Dashboard', ...Object.values(optionsOf)])
    validators.set(type, Schema.Compile(generator.createSchema(type)));
}, 60_000);

/** What Grafana's types do not allow, as place and message. */
function faults(type: string, value: unknown): string[] {
  const validator = validators.get(type);
  if (!validator) throw new Error(`there is no schema of ${type}`);
  const [, errors] = validator.Errors(value);
  return errors.map(({ instancePath, message }) => `${instancePath} ${message}`);
}

const panelsOf = ({ panels = [] }: Dashboard): Panel[] => panels.filter((panel) => panel.type !== 'row');

describe.each(files)('the written file %s', (file) => {
  it("is a dashboard by the types of Grafana's package, to its last property", () => {
    expect(faults('Dashboard', read(file))).toEqual([]);
    expect(read(file).panels?.length).toBeGreaterThan(0);
  });

  it('sets only options that its kinds of panels have', () => {
    for (const { type, title, options } of panelsOf(read(file)))
      expect([title, faults(optionsOf[type] ?? type, options)]).toEqual([title, []]);
  });
});

it('a file that Grafana would not understand is found out', () => {
  const [file = ''] = files;
  const changed = (change: (dashboard: Record<string, unknown>, panel: Record<string, unknown>) => void) => {
    const dashboard = read(file);
    const [panel] = panelsOf(dashboard);
    change(dashboard as unknown as Record<string, unknown>, panel as unknown as Record<string, unknown>);
    return dashboard;
  };
  for (const change of [
    changed((dashboard) => delete dashboard['schemaVersion']),
    changed((dashboard) => (dashboard['colour'] = 'red')),
    changed((dashboard) => (dashboard['graphTooltip'] = 'crosshair')),
    changed((_, panel) => delete panel['type']),
    changed((_, panel) => (panel['gridPos'] = { x: '0', y: 0, w: 6, h: 4 })),
    changed((_, panel) => (panel['titel'] = 'Calls')),
  ])
    expect(faults('Dashboard', change)).not.toEqual([]);
  const stat = files.flatMap((name) => panelsOf(read(name))).find(({ type }) => type === 'stat');
  expect(faults('StatOptions', { ...stat?.options, colorMode: 'rainbow' })).not.toEqual([]);
});
