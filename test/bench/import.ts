import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { sleep, systemClock, type ImportView } from '@branchline/shared';
import { signIn } from '../integration/controller/center.ts';
import { temporaryDatabase } from '../integration/stores/parts.ts';
import { temporaryFolder } from '../integration/stores/support.ts';
import { leadList } from '../support/lead-list.ts';
import { uploadList } from '../support/list-upload.ts';
import { startProgram } from '../support/processes.ts';
import { watchMemory } from '../support/process-memory.ts';
import { benchLine, type BenchLine } from './bench-line.ts';

const rows = Number(process.env['BRANCHLINE_BENCH_ROWS'] ?? 1_000_000);
const rounds = 2;
/** How long a controller takes until it no longer grows without work, ms. */
const settleMs = 20_000;

/**
 * Leads per second from the first byte of an upload until all are visible, against `COPY` of the very rows it made, from
 * prepared text into an empty table with the same indexes on the same server; and what the controller's memory grew by, against a
 * list of a tenth: constant memory is the same for both.
 */
export async function run(): Promise<BenchLine[]> {
  using folder = temporaryFolder('bench');
  await using database = await temporaryDatabase();
  const program = startProgram(
    join(import.meta.dirname, '../../controller/src/main.ts'),
    ['--home', folder.path, '--port', '0', '--edge-port', '0', '--mqtt-port', '0'],
    join(folder.path, 'log', 'controller.log'),
    { DATABASE_URL: database.url },
  );
  const client = new pg.Client({ connectionString: database.url });
  try {
    const ready = (await program.ready) as { http: string; admin: { name: string; password: string } };
    const person = await signIn(ready.http, ready.admin.name, ready.admin.password);
    await client.connect();
    // As the rows of COPY, the list is there before the clock starts.
    const list = [...leadList(rows)];
    const bytes = list.reduce((sum, piece) => sum + piece.length, 0);
    // A controller that has just started still grows by itself; what is measured is what a list adds to one that runs.
    await person.upload(
      (await person.call<{ id: string }>('POST', '/campaigns', { name: 'first' })).body.id,
      'phone\n13900000001\n',
    );
    await sleep(systemClock, settleMs);
    const [memory, memoryAtFirst] = [1, 2].map(() => watchMemory(program.child.pid ?? 0)) as [Memory, Memory];
    const fewer = [...leadList(rows / 10)];
    const tenth = await person.call<{ id: string }>('POST', '/campaigns', { name: 'tenth' });
    const fewerBytes = fewer.reduce((sum, piece) => sum + piece.length, 0);
    await uploadList(ready.http, person.cookie, tenth.body.id, fewer, fewerBytes).answer;
    const grownByTenth = await memoryAtFirst.stop();
    await client.query('truncate leads cascade');
    let [seconds, leads, baselineSeconds] = [0, 0, 0];
    // In turns: the machine is shared, and a figure of another minute is not comparable.
    for (let round = 0; round < rounds; round++) {
      const made = await person.call<{ id: string }>('POST', '/campaigns', { name: 'import' });
      await client.query('checkpoint');
      const began = systemClock.monotonic();
      const { status, body } = await uploadList(ready.http, person.cookie, made.body.id, list, bytes).answer;
      seconds += (systemClock.monotonic() - began) / 1000;
      if (status !== 201) throw new Error(JSON.stringify(body));
      leads += (body as ImportView).imported;
      baselineSeconds += await copyOf(client);
      await client.query('truncate leads cascade');
    }
    const grown = await memory.stop();
    return [
      benchLine(
        'import: leads from upload to visible, against COPY of the same rows',
        leads / seconds,
        leads / baselineSeconds,
        'leads/s',
      ),
      benchLine(
        `import: memory the controller grew by for lists of ${rows} rows, against one of a tenth`,
        grown,
        grownByTenth,
        'MB',
      ),
    ];
  } finally {
    await client.end().catch(() => undefined);
    await program.stop();
  }
}

type Memory = ReturnType<typeof watchMemory>;

/** Seconds that COPY takes for the rows of `leads`. */
async function copyOf(client: pg.Client): Promise<number> {
  const text: Buffer[] = [];
  for await (const piece of client.query(copyTo('copy leads to stdout')) as AsyncIterable<Buffer>)
    text.push(piece);
  await client.query('create table leads_copy (like leads including all)');
  await client.query('checkpoint');
  const began = systemClock.monotonic();
  await pipeline(Readable.from(inBlocks(text)), client.query(copyFrom('copy leads_copy from stdin')));
  const seconds = (systemClock.monotonic() - began) / 1000;
  await client.query('drop table leads_copy');
  return seconds;
}

/** Pieces of about 64 KiB: `COPY … TO` gives one for each row. */
function* inBlocks(pieces: readonly Buffer[]): Generator<Buffer> {
  let block: Buffer[] = [];
  let bytes = 0;
  for (const piece of pieces) {
    block.push(piece);
    bytes += piece.length;
    if (bytes < 65_536) continue;
    yield Buffer.concat(block);
    block = [];
    bytes = 0;
  }
  yield Buffer.concat(block);
}
