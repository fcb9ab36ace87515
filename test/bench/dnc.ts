import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { sleep, systemClock, type DncUploaded } from '@branchline/shared';
import { DncList } from '@branchline/shared/node';
import { signIn } from '../integration/controller/center.ts';
import { temporaryDatabase } from '../integration/stores/parts.ts';
import { temporaryFolder } from '../integration/stores/support.ts';
import { uploadTo } from '../support/list-upload.ts';
import { startProgram } from '../support/processes.ts';
import { watchMemory } from '../support/process-memory.ts';
import { benchLine, type BenchLine } from './bench-line.ts';

const rows = Number(process.env['BRANCHLINE_BENCH_ROWS'] ?? 10_000_000);
const rowsOfBlock = 5000;
/** What a list may add to the controller's memory, MB. */
const memoryLimit = 150;
/** Coprime to all counts of rows: the numbers come in no order. */
const stride = 61_803_391;
const lookUps = 200_000;

const number = (i: number): string => `139${String((i * stride) % 100_000_000).padStart(8, '0')}`;

function* list(): Generator<Buffer> {
  for (let from = 0; from < rows; from += rowsOfBlock) {
    const count = Math.min(rowsOfBlock, rows - from);
    yield Buffer.from(Array.from({ length: count }, (_, i) => `${number(from + i)}\n`).join(''));
  }
}

/**
 * Do-not-call numbers per second from the first byte of an upload until all hold, against `COPY` of the very rows it made into
 * an empty table with the same index; what the controller's memory grew by, the artifact included; its size; and a look-up in it.
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
    const memory = watchMemory(program.child.pid ?? 0);
    const began = systemClock.monotonic();
    const { status, body } = await uploadTo(
      `${ready.http}/api/v1/dnc/lists?region=CN`,
      person.cookie,
      list(),
      rows * 12,
    ).answer;
    const seconds = (systemClock.monotonic() - began) / 1000;
    if (status !== 200 || (body as DncUploaded).added !== rows) throw new Error(JSON.stringify(body));
    const artifact = await artifactOf(client, 8 + 8 * rows);
    const untilArtifact = (systemClock.monotonic() - began) / 1000;
    const grown = await memory.stop();
    const baselineSeconds = await copyOf(client);
    const listed = new DncList(artifact);
    const lookUpBegan = systemClock.monotonic();
    let found = 0;
    for (let i = 0; i < lookUps; i++) if (listed.has(`+86${number(i * 97)}`)) found++;
    const microseconds = ((systemClock.monotonic() - lookUpBegan) * 1000) / lookUps;
    if (found < Math.min(lookUps, rows / 97) * 0.99)
      throw new Error(`only ${found} of ${lookUps} were found`);
    return [
      benchLine(
        'dnc: numbers from upload to listed, against COPY of the same rows',
        rows / seconds,
        rows / baselineSeconds,
        'numbers/s',
      ),
      benchLine('dnc: seconds until the artifact is there, against the upload', untilArtifact, seconds, 's'),
      benchLine(
        `dnc: memory the controller grew by for ${rows} numbers, against the limit`,
        grown,
        memoryLimit,
        'MB',
      ),
      benchLine('dnc: artifact, against 8 bytes a number', artifact.byteLength, 8 * rows, 'bytes'),
      benchLine('dnc: a look-up with all beginnings, against 1 ms', microseconds, 1000, 'µs'),
    ];
  } finally {
    await client.end().catch(() => undefined);
    await program.stop();
  }
}

/** The list as branches fetch it, once it is there. */
async function artifactOf(client: pg.Client, bytes: number): Promise<Buffer> {
  for (;;) {
    const { rows: versions } = await client.query<{ version: string }>(
      "select version from artifacts where name = 'dnc' and bytes = $1",
      [bytes],
    );
    const version = versions[0]?.version;
    if (version === undefined) {
      await sleep(systemClock, 100);
      continue;
    }
    const parts = await client.query<{ bytes: Buffer }>(
      "select bytes from artifact_parts where name = 'dnc' and version = $1 order by start",
      [version],
    );
    return Buffer.concat(parts.rows.map((part) => part.bytes));
  }
}

/** Seconds that COPY takes for the rows of `do_not_call`. */
async function copyOf(client: pg.Client): Promise<number> {
  const blocks: Buffer[] = [];
  let lines: Buffer[] = [];
  for await (const line of client.query(copyTo('copy do_not_call to stdout')) as AsyncIterable<Buffer>) {
    lines.push(line);
    if (lines.length < rowsOfBlock) continue;
    blocks.push(Buffer.concat(lines));
    lines = [];
  }
  blocks.push(Buffer.concat(lines));
  await client.query('create table listed_copy (like do_not_call including all)');
  await client.query('checkpoint');
  const began = systemClock.monotonic();
  await pipeline(Readable.from(blocks), client.query(copyFrom('copy listed_copy from stdin')));
  return (systemClock.monotonic() - began) / 1000;
}
