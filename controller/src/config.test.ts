import { expect, test } from 'vitest';
import { completeConfig, printableConfig, readConfig, usage } from './config.ts';

test('without anything said the defaults stand, with the home as a whole path', () => {
  const { config, show } = readConfig([], {});
  expect(show).toBeUndefined();
  expect(config).toMatchObject({
    host: '127.0.0.1',
    http: { port: 8080 },
    mqtt: { port: 8883 },
    campaigns: { leadsPerAgent: 60 },
  });
  expect(config.home).toMatch(/^\/.*\.branchline\/controller$/);
  expect(config.clock).toBeUndefined();
});

test('flags win over the environment', () => {
  const env = {
    BRANCHLINE_PORT: '9000',
    BRANCHLINE_HOME: '/srv/a',
    BRANCHLINE_CLOCK: '{"speed":60,"real":1,"business":2}',
    BRANCHLINE_PUBLIC_HOSTS: 'a.example, b.example',
  };
  const { config } = readConfig(['--port', '0', '--print-config'], env);
  expect(config).toMatchObject({
    home: '/srv/a',
    http: { port: 0 },
    clock: { speed: 60 },
    publicHosts: ['a.example', 'b.example'],
  });
});

test('the help names every flag, and asking for it starts nothing', () => {
  for (const flag of usage.matchAll(/^  --(\S+) (?:DIR|ADDRESS|N) /gm))
    expect(() => readConfig([`--${flag[1]}`, '1'], {})).not.toThrow();
  expect(readConfig(['--help', '--print-config'], {}).show).toBe('help');
  expect(readConfig(['--print-config'], {}).show).toBe('config');
});

test.each([
  [['--port', 'many'], {}, '--port'],
  [['--port', '70000'], {}, '/http/port'],
  [['--nonsense'], {}, 'the command line'],
  [[], { BRANCHLINE_CLOCK: '{"speed":0,"real":1,"business":2}' }, '/clock/speed'],
  [[], { BRANCHLINE_CLOCK: 'fast' }, 'BRANCHLINE_CLOCK'],
  [[], { BRANCHLINE_TRUST_PROXY: 'maybe' }, 'BRANCHLINE_TRUST_PROXY'],
  [[], { DATABASE_URL: 'localhost:5432' }, '/database/url'],
  [[], { CLICKHOUSE_URL: 'clickhouse://localhost' }, '/clickHouse/url'],
  [[], { MQTT_URL: 'broker.example' }, '/mqtt/url'],
])('a wrong setting %j %j is refused at its place', (argv, env, place) => {
  const refusal = (): unknown => {
    try {
      return readConfig(argv, env);
    } catch (error) {
      return error;
    }
  };
  expect(refusal()).toMatchObject({ code: 'BL_CONFIG_INVALID', details: { place } });
});

test('the printed configuration shows no password', () => {
  const config = completeConfig({
    database: { url: 'postgres://ann:hunter2@db.example/x' },
    clickHouse: { url: 'http://u:hunter2@ch:8123' },
  });
  expect(JSON.stringify(printableConfig(config))).not.toContain('hunter2');
  expect(JSON.stringify(printableConfig(config))).toContain('db.example');
});
