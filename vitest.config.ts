import { defineConfig } from 'vitest/config';

/**
 * Whole processes on a machine that is shared: two files at a time, because they wait most of the time, and a second chance,
 * which the report names, for what only a stall broke. One project after the other.
 */
const wholeProcesses = (order: number, files = 2) => ({
  testTimeout: 240_000,
  hookTimeout: 120_000,
  retry: 1,
  maxWorkers: files,
  sequence: { groupOrder: order },
});

/** Three tiers (CONTRIBUTING.md): unit beside the source; integration and system under `test/`. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            '{shared,hardware,edge,controller,provisioning,dashboards}/**/*.test.{ts,tsx}',
            'test/virtual-branch/**/*.test.ts',
          ],
          exclude: ['**/node_modules/**', '**/dist/**'],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          ...wholeProcesses(1),
        },
      },
      {
        // The same tests on engines that are not ours; without them installed they run on the private ones once more.
        test: {
          name: 'external',
          include: ['test/integration/{controller,stores}/**/*.test.ts'],
          exclude: [
            // About an engine of their own.
            'test/integration/controller/{broker,mosquitto,outage,several}.test.ts',
            'test/integration/stores/{clickhouse-front,crash,postgres}.test.ts',
            // Engines make no difference to them, or only to how long they take.
            'test/integration/controller/{abilities,imports-at-size,second-factor}.test.ts',
          ],
          globalSetup: ['test/support/external/setup.ts'],
          setupFiles: ['test/support/external/use-engines.ts'],
          ...wholeProcesses(2),
        },
      },
      {
        test: {
          name: 'system',
          include: ['test/system/**/*.test.ts'],
          // A browser without a graphics card takes what two cores have.
          ...wholeProcesses(3, 1),
        },
      },
    ],
  },
});
