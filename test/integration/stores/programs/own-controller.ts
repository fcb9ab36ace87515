import { problemOf, type OutboxBatch, type StreamName } from '@branchline/shared';
import { createLog } from '@branchline/shared/node';
import { ingestBatch, noEffects, openClickHouse, openDatabase, startPump } from '../parts.ts';

/** As much of a controller as takes batches in and pumps them on, in the given folder, until it is killed. */
const folder = process.argv[2] ?? '';
const log = createLog('own-controller', 'fatal');
const database = await openDatabase({ folder: `${folder}/postgres` }, { log });
const clickHouse = await openClickHouse({ folder: `${folder}/clickhouse` }, { log });
const pump = startPump({
  db: database.kysely,
  clickHouse,
  log,
  limits: { rows: 1000, size: 1e7, ageMs: 50 },
});

interface Request {
  readonly stream: StreamName;
  readonly batch: OutboxBatch;
}

process.on('message', (message: Request | 'stop') => {
  if (message === 'stop') {
    void pump
      .stop()
      .then(() => clickHouse.close())
      .then(() => database.close())
      .then(() => process.exit(0));
    return;
  }
  const { stream, batch } = message;
  ingestBatch(database.kysely, { edge: 'edge-1', site: 'north' }, stream, batch, noEffects, Date.now()).then(
    (ack) => process.send?.({ ack }),
    (error: unknown) => process.send?.({ problem: problemOf(error) }),
  );
});
process.send?.({ ready: true, postgres: database.url });
