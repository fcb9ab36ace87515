import { expect, test } from 'vitest';
import { completeConfig, printableConfig, readConfig } from './config.ts';

test('without anything said the defaults stand, with the home as a whole path', () => {
  const { config, print } = readConfig([], {});
  expect(print).toBe(false);
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

test.each([
  [['--port', 'many'], {}, '--port'],
  [['--port', '70000'], {}, '/http/port'],
  [['--nonsense'], {}, 'the command line'],
  [[], { BRANCHLINE_CLOCK: '{"speed":0,"real":1,"business":2}' }, '/clock/speed'],
  [[], { BRANCHLINE_CLOCK: 'fast' }, 'BRANCHLINE_CLOCK'],
  [[], { BRANCHLINE_TRUST_PROXY: 'maybe' }, 'BRANCHLINE_TRUST_PROXY'],
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
