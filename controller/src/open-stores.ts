import { join } from 'node:path';
import type { IdSource, Readiness } from '@branchline/shared';
import type { Log } from '@branchline/shared/node';
import type { FleetBus } from './broker/index.ts';
import type { Clocks } from './clocks.ts';
import type { ControllerConfig } from './config.ts';
import { openDatabase, type Database } from './database/index.ts';
import { openClickHouse, startPump, type ClickHouse, type Pump } from './ingest/index.ts';

/** The two stores, and what moves records from one to the other. */
export interface Stores {
  readonly database: Database;
  readonly clickHouse: ClickHouse;
  /** Absent where this process has nothing to do with records. */
  readonly pump: Pump | undefined;
}

/**
 * Opens the stores: private ones below the home folder, or those that are configured.
 * @param undo is told how to close each, as soon as it is open
 * @throws BranchlineError `BL_DB_*`, `BL_CLICKHOUSE_UNREACHABLE`
 */
export async function openStores(
  config: ControllerConfig,
  clocks: Clocks,
  newId: IdSource,
  log: Log,
  undo: (step: () => unknown) => void,
): Promise<Stores> {
  const place = (url: string | undefined, folder: string) =>
    url === undefined ? { folder: join(config.home, folder) } : { url };
  const database = await openDatabase(place(config.database.url, 'postgres'), { log });
  undo(() => database.close());
  const clickHouse = await openClickHouse(place(config.clickHouse.url, 'clickhouse'), { log });
  undo(() => clickHouse.close());
  const { cluster } = config.clickHouse;
  const pump = config.roles.includes('ingest')
    ? startPump({
        db: database.kysely,
        clickHouse,
        log,
        clock: clocks.transport,
        newId,
        ...(cluster && { schema: { cluster } }),
      })
    : undefined;
  undo(() => pump?.stop());
  return { database, clickHouse, pump };
}

/** Whether the parts of the center work. */
export async function readReadiness(
  { database, clickHouse }: Stores,
  bus: FleetBus,
  clocks: Clocks,
): Promise<Readiness> {
  const [postgres, click] = await Promise.all([database.ready(), clickHouse.ready()]);
  const parts = {
    postgres,
    clickhouse: click,
    broker: bus.reachable ? { ok: true } : { ok: false, problem: 'the broker does not answer' },
  };
  return { ready: Object.values(parts).every((part) => part.ok), at: clocks.business.now(), parts };
}
