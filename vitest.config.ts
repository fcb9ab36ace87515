import { defineConfig } from 'vitest/config';

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
          testTimeout: 240_000,
          hookTimeout: 120_000,
          // Whole processes on a shared machine: a second chance, which the report names, for what only a stall broke.
          retry: 1,
          fileParallelism: false,
        },
      },
      {
        // The same tests on engines that are not ours; without them installed they run on the private ones once more.
        test: {
          name: 'external',
          include: [
            'test/integration/controller/{abilities,api,doubt,imports,leases}.test.ts',
            'test/integration/stores/{database,inbox,pump}.test.ts',
          ],
          globalSetup: ['test/support/external/setup.ts'],
          setupFiles: ['test/support/external/use-engines.ts'],
          testTimeout: 240_000,
          hookTimeout: 120_000,
          retry: 1,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'system',
          include: ['test/system/**/*.test.ts'],
          testTimeout: 240_000,
          hookTimeout: 120_000,
          // Whole processes on a shared machine: a second chance, which the report names, for what only a stall broke.
          retry: 1,
          fileParallelism: false,
        },
      },
    ],
  },
});
