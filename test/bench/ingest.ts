import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { Aedes } from 'aedes';
import { createClient } from '@clickhouse/client';
import { connectAsync, type MqttClient } from 'mqtt';
import {
  decodePayload,
  encodePayload,
  idSource,
  maxPayloadBytes,
  parseTopic,
  sleep,
  systemClock,
  topicOf,
  type Ack,
  type CallRow,
  type StreamName,
} from '@branchline/shared';
import { silentLog } from '@branchline/shared/node';
import {
  ensureClickHouseSchema,
  ingestBatch,
  linesOf,
  noEffects,
  openClickHouse,
  sampleCall,
  startPump,
  temporaryDatabase,
  type ClickHouse,
  type TemporaryDatabase,
} from '../integration/stores/parts.ts';
import type { BenchLine } from './bench-line.ts';
import { temporaryFolder } from '../integration/stores/support.ts';

const edges = 4;
const rowsPerEdge = 40_000;
const blockRows = 10_000;
const batchRows = 500;
/** Room for the batch's own head. */
const batchBytes = maxPayloadBytes - 500;

/**
 * Call rows per second from outboxes over MQTT (TCP) through the inbox and the pump until ClickHouse shows them, against the
 * same rows inserted by `@clickhouse/client` directly in blocks of the same size.
 */
export async function run(): Promise<BenchLine[]> {
  using folder = temporaryFolder('bench');
  await using database = await temporaryDatabase();
  const clickHouse = await openClickHouse({ folder: folder.path }, { log: silentLog });
  try {
    await ensureClickHouseSchema(clickHouse);
    const outboxes = Array.from({ length: edges }, (_, i) => makeOutbox(`edge-${i}`));
    // The baseline is taken before and after: the machine is shared, and a figure of another minute is not comparable.
    const before = await directly(clickHouse, outboxes, 'calls_before');
    const value = await throughTheHouse(database, clickHouse, outboxes);
    const after = await directly(clickHouse, outboxes, 'calls_after');
    const baseline = (before + after) / 2;
    return [
      {
        bench: 'call rows: outbox → MQTT → inbox → pump → ClickHouse, against direct insert',
        value: Math.round(value),
        baseline: Math.round(baseline),
        ratio: Math.round((value / baseline) * 1000) / 1000,
        unit: 'rows/s',
      },
    ];
  } finally {
    await clickHouse.close();
  }
}

interface Outbox {
  readonly edge: string;
  readonly epoch: string;
  readonly rows: readonly CallRow[];
  /** Encoded batches, in order. */
  readonly batches: readonly { readonly to: number; readonly payload: string }[];
}

/** Made before the clock starts: an edge's own work runs on its own box. */
function makeOutbox(edge: string): Outbox {
  const epoch = idSource()();
  const rows = Array.from({ length: rowsPerEdge }, (_, i) => sampleCall(i + 1));
  const batches: { to: number; payload: string }[] = [];
  const topic = topicOf('out', edge, 'call');
  for (let from = 1; from <= rows.length;) {
    let to = from - 1;
    for (let bytes = 0; to < rows.length && to - from + 1 < batchRows; to++) {
      bytes += JSON.stringify(rows[to]).length + 1;
      if (bytes > batchBytes) break;
    }
    batches.push({
      to,
      payload: encodePayload('out', topic, { epoch, from, to, rows: rows.slice(from - 1, to) }),
    });
    from = to + 1;
  }
  return { edge, epoch, rows, batches };
}

/** @returns rows per second */
async function throughTheHouse(
  database: TemporaryDatabase,
  clickHouse: ClickHouse,
  outboxes: readonly Outbox[],
): Promise<number> {
  const broker = await startBroker(database);
  const pump = startPump({ db: database.kysely, clickHouse, log: silentLog });
  try {
    const clients = await Promise.all(
      outboxes.map(({ edge }) => connectAsync(`mqtt://127.0.0.1:${broker.port}`, { clientId: edge })),
    );
    const began = systemClock.monotonic();
    await Promise.all(outboxes.map((outbox, i) => drain(clients[i]!, outbox)));
    const acked = systemClock.monotonic() - began;
    const total = edges * rowsPerEdge;
    while ((await countCalls(clickHouse)) < total) await sleep(systemClock, 20);
    const seconds = (systemClock.monotonic() - began) / 1000;
    if (process.env['BRANCHLINE_BENCH_DETAIL'])
      console.error({ ackedAfterMs: Math.round(acked), visibleAfterMs: Math.round(seconds * 1000) });
    await Promise.all(clients.map((client) => client.endAsync(true)));
    return total / seconds;
  } finally {
    await pump.stop();
    await broker.stop();
  }
}

async function countCalls(clickHouse: ClickHouse): Promise<number> {
  const [row] = await clickHouse.query<{ n: number }>('SELECT count() AS n FROM branchline.calls');
  return row?.n ?? 0;
}

/** A broker that hands each batch to the inbox, in order per edge, and answers when it is committed. */
async function startBroker(database: TemporaryDatabase): Promise<{ port: number; stop(): Promise<void> }> {
  const broker = await Aedes.createBroker();
  const queues = new Map<string, Promise<void>>();
  broker.on('publish', (packet, client) => {
    const topic = parseTopic(packet.topic);
    if (!client || topic?.channel !== 'out' || topic.edge === undefined) return;
    const { edge, stream } = topic as { edge: string; stream: StreamName };
    const take = async (): Promise<void> => {
      const batch = decodePayload('out', packet.topic, packet.payload as Buffer);
      const ack = await ingestBatch(
        database.kysely,
        { edge, site: 'north' },
        stream,
        batch,
        noEffects,
        Date.now(),
      );
      const answer = topicOf('ack', edge);
      broker.publish(
        {
          cmd: 'publish',
          topic: answer,
          payload: encodePayload('ack', answer, ack),
          qos: 1,
          retain: false,
          dup: false,
        },
        () => undefined,
      );
    };
    queues.set(edge, (queues.get(edge) ?? Promise.resolve()).then(take));
  });
  const server = createServer((socket) => broker.handle(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      await new Promise<void>((resolve) => broker.close(resolve));
      server.close();
    },
  };
}

/** Batches an outbox has on the way before the first is acknowledged. */
const onTheWay = 4;

async function drain(client: MqttClient, outbox: Outbox): Promise<void> {
  const topic = topicOf('out', outbox.edge, 'call');
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let sent = 0;
  let acked = 0;
  const send = (): void => {
    while (sent < outbox.batches.length && sent - acked < onTheWay) {
      client.publishAsync(topic, outbox.batches[sent]?.payload ?? '', { qos: 1 }).catch(reject);
      sent++;
    }
  };
  client.on('message', (_topic, payload) => {
    const ack = JSON.parse(payload.toString()) as Ack;
    if (ack.kind !== 'ack' || ack.rejected.length > 0) return reject(new Error(payload.toString()));
    while (acked < sent && (outbox.batches[acked]?.to ?? Infinity) <= ack.upTo) acked++;
    if (acked === outbox.batches.length) resolve();
    else send();
  });
  await client.subscribeAsync(topicOf('ack', outbox.edge), { qos: 1 });
  send();
  await promise;
}

/** @returns rows per second */
async function directly(clickHouse: ClickHouse, outboxes: readonly Outbox[], table: string): Promise<number> {
  await clickHouse.command(`CREATE TABLE branchline.${table} AS branchline.calls`);
  const { server } = clickHouse;
  const client = createClient({
    url: server?.url ?? '',
    username: server?.user ?? '',
    password: server?.token ?? '',
  });
  const rows = outboxes.flatMap(({ edge, epoch, rows }) =>
    linesOf({ edge, epoch, site: 'north' }, 'call', rows).flatMap(({ body }) =>
      body
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as object),
    ),
  );
  const began = systemClock.monotonic();
  for (let i = 0; i < rows.length; i += blockRows) {
    await client.insert({
      table: `branchline.${table}`,
      format: 'JSONEachRow',
      values: rows.slice(i, i + blockRows),
      clickhouse_settings: { input_format_parallel_parsing: 0, max_insert_threads: '1' },
    });
  }
  const seconds = (systemClock.monotonic() - began) / 1000;
  await client.close();
  return rows.length / seconds;
}
