import { describe, expect, it } from 'vitest';
import type { Ack } from '@branchline/shared';
import {
  inboxAgeMs,
  ingestBatch,
  ingestBatches,
  noEffects,
  sampleCall,
  sampleDisposition,
  sampleEvent,
  sampleId,
  temporaryDatabase,
  type BatchEffects,
  type TemporaryDatabase,
} from './parts.ts';

const origin = { edge: 'edge-1', site: 'north' };
const now = 1_770_000_000_000;

const inbox = (database: TemporaryDatabase) =>
  database.kysely.selectFrom('ingest_inbox').selectAll().orderBy('id').execute();
const ack = (epoch: string, upTo: number, rejected: { seq: number; code: string }[] = []): Ack => ({
  kind: 'ack',
  stream: 'call',
  epoch,
  upTo,
  rejected,
});
const calls = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => sampleCall(from + i));
const batch = (epoch: string, from: number, to: number) => ({ epoch, from, to, rows: calls(from, to) });

describe('taking in batches', () => {
  it('stores a batch once and acknowledges it each time it comes', async () => {
    await using database = await temporaryDatabase();
    const epoch = sampleId();
    const first = batch(epoch, 1, 5);
    for (let i = 0; i < 3; i++) {
      expect(await ingestBatch(database.kysely, origin, 'call', first, noEffects, now)).toEqual(
        ack(epoch, 5),
      );
    }
    expect(await inbox(database)).toMatchObject([
      { target: 'calls', first: 1, last: 5, rows: 5, edge: 'edge-1', site: 'north' },
    ]);
  });

  it('knows how long the oldest record has waited to be counted', async () => {
    await using database = await temporaryDatabase();
    expect(await inboxAgeMs(database.kysely, now)).toBe(0);
    const epoch = sampleId();
    await ingestBatch(database.kysely, origin, 'call', batch(epoch, 1, 5), noEffects, now);
    await ingestBatch(database.kysely, origin, 'call', batch(epoch, 6, 8), noEffects, now + 900);
    expect(await inboxAgeMs(database.kysely, now + 1200)).toBe(1200);
  });

  it('stores of a batch that overlaps only what is new', async () => {
    await using database = await temporaryDatabase();
    const epoch = sampleId();
    await ingestBatch(database.kysely, origin, 'call', batch(epoch, 1, 5), noEffects, now);
    expect(await ingestBatch(database.kysely, origin, 'call', batch(epoch, 3, 8), noEffects, now)).toEqual(
      ack(epoch, 8),
    );
    expect((await inbox(database)).map(({ first, last, rows }) => [first, last, rows])).toEqual([
      [1, 5, 5],
      [6, 8, 3],
    ]);
  });

  it('asks for a replay where rows are missing, and stores nothing', async () => {
    await using database = await temporaryDatabase();
    const epoch = sampleId();
    await ingestBatch(database.kysely, origin, 'call', batch(epoch, 1, 5), noEffects, now);
    expect(await ingestBatch(database.kysely, origin, 'call', batch(epoch, 7, 9), noEffects, now)).toEqual({
      kind: 'replay',
      stream: 'call',
      epoch,
      from: 6,
    });
    expect(await inbox(database)).toHaveLength(1);
    expect(await ingestBatch(database.kysely, origin, 'call', batch(epoch, 6, 9), noEffects, now)).toEqual(
      ack(epoch, 9),
    );
  });

  it('gives rows up that the edge no longer has, and writes down which', async () => {
    await using database = await temporaryDatabase();
    const epoch = sampleId();
    await ingestBatch(database.kysely, origin, 'call', batch(epoch, 1, 5), noEffects, now);
    const offered = batch(epoch, 9, 10);
    // It misses rows, but not those that are asked for: it was late with them.
    for (const missingFrom of [undefined, 7])
      expect(
        await ingestBatch(
          database.kysely,
          origin,
          'call',
          { ...offered, ...(missingFrom && { missingFrom }) },
          noEffects,
          now,
        ),
      ).toMatchObject({ kind: 'replay', from: 6 });
    const lost: unknown[] = [];
    const effects = { ...noEffects, givenUp: (...what: unknown[]) => void lost.push(what) };
    expect(
      await ingestBatch(database.kysely, origin, 'call', { ...offered, missingFrom: 6 }, effects, now),
    ).toEqual(ack(epoch, 10));
    expect(lost).toEqual([[origin, 'call', 6, 8]]);
    expect(await database.kysely.selectFrom('ingest_gap').selectAll().execute()).toMatchObject([
      { edge: 'edge-1', epoch, stream: 'call', first: 6, last: 8 },
    ]);
    expect((await inbox(database)).map(({ first, last }) => [first, last])).toEqual([
      [1, 5],
      [9, 10],
    ]);
    expect(await ingestBatch(database.kysely, origin, 'call', batch(epoch, 11, 12), noEffects, now)).toEqual(
      ack(epoch, 12),
    );
    expect(
      await ingestBatch(database.kysely, origin, 'call', batch(epoch, 14, 14), noEffects, now),
    ).toMatchObject({ kind: 'replay', from: 13 });
  });

  it('counts each ledger, each stream and each edge by itself', async () => {
    await using database = await temporaryDatabase();
    const epoch = sampleId();
    await ingestBatch(database.kysely, origin, 'call', batch(epoch, 1, 5), noEffects, now);
    const other = sampleId();
    expect(await ingestBatch(database.kysely, origin, 'call', batch(other, 1, 2), noEffects, now)).toEqual(
      ack(other, 2),
    );
    const elsewhere = { ...origin, edge: 'edge-2' };
    expect(await ingestBatch(database.kysely, elsewhere, 'call', batch(epoch, 1, 1), noEffects, now)).toEqual(
      ack(epoch, 1),
    );
    const events = { epoch, from: 1, to: 1, rows: [sampleEvent(1)] };
    expect(await ingestBatch(database.kysely, origin, 'event', events, noEffects, now)).toMatchObject({
      upTo: 1,
    });
  });

  it('sets a row aside that does not fit, stores the others and names it again in every repeat', async () => {
    await using database = await temporaryDatabase();
    const epoch = sampleId();
    const rows: unknown[] = calls(1, 4);
    rows[1] = { seq: 2, at: 'yesterday', text: '\u0000' };
    rows[2] = { ...sampleCall(3), at: Date.UTC(2200, 0, 1) };
    const mixed = { epoch, from: 1, to: 4, rows };
    const rejected = [
      { seq: 2, code: 'BL_CONTRACT_PAYLOAD' },
      { seq: 3, code: 'BL_CONTRACT_PAYLOAD' },
    ];
    for (let i = 0; i < 2; i++) {
      expect(await ingestBatch(database.kysely, origin, 'call', mixed, noEffects, now)).toEqual(
        ack(epoch, 4, rejected),
      );
    }
    expect(await inbox(database)).toMatchObject([{ first: 1, last: 4, rows: 2 }]);
    const aside = await database.kysely.selectFrom('ingest_rejected').selectAll().orderBy('seq').execute();
    expect(aside.map(({ seq, code }) => ({ seq, code }))).toEqual(rejected);
    expect(JSON.parse(aside[0]?.raw ?? '')).toEqual(rows[1]);
    expect(aside[1]?.problem).toBe('/at is after the year 2099');
  });

  it('goes on after a batch of which no row fits', async () => {
    await using database = await temporaryDatabase();
    const epoch = sampleId();
    const junk = { epoch, from: 1, to: 2, rows: [null, 'x'] };
    expect(await ingestBatch(database.kysely, origin, 'call', junk, noEffects, now)).toMatchObject({
      upTo: 2,
    });
    expect(await inbox(database)).toEqual([]);
    expect(
      await ingestBatch(database.kysely, origin, 'call', batch(epoch, 3, 3), noEffects, now),
    ).toMatchObject({ upTo: 3 });
  });

  it('rejects a row that stands in the place of another', async () => {
    await using database = await temporaryDatabase();
    const epoch = sampleId();
    const swapped = { epoch, from: 1, to: 2, rows: [sampleCall(2), sampleCall(1)] };
    const answer = await ingestBatch(database.kysely, origin, 'call', swapped, noEffects, now);
    expect(answer).toMatchObject({ upTo: 2, rejected: [{ seq: 1 }, { seq: 2 }] });
  });

  it('refuses a batch that is not what its head says', async () => {
    await using database = await temporaryDatabase();
    const epoch = sampleId();
    for (const [from, to] of [
      [1, 3],
      [2, 1],
    ] as const) {
      const wrong = { epoch, from, to, rows: calls(1, 2) };
      await expect(ingestBatch(database.kysely, origin, 'call', wrong, noEffects, now)).rejects.toMatchObject(
        {
          code: 'BL_CONTRACT_PAYLOAD',
        },
      );
    }
    expect(await database.kysely.selectFrom('ingest_position').selectAll().execute()).toEqual([]);
  });

  it('sends the parts of one batch to the tables they belong to', async () => {
    await using database = await temporaryDatabase();
    const epoch = sampleId();
    const rows = [sampleEvent(1), sampleDisposition(2, sampleId(), 'interested'), sampleEvent(3)];
    await ingestBatch(database.kysely, origin, 'event', { epoch, from: 1, to: 3, rows }, noEffects, now);
    expect((await inbox(database)).map(({ target, rows }) => [target, rows])).toEqual([
      ['events', 2],
      ['dispositions', 1],
    ]);
  });

  it('lets two batches of one stream that arrive together in one after the other', async () => {
    await using database = await temporaryDatabase();
    const epoch = sampleId();
    const same = batch(epoch, 1, 50);
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => ingestBatch(database.kysely, origin, 'call', same, noEffects, now)),
    );
    for (const answer of answers) expect(answer).toEqual(ack(epoch, 50));
    expect(await inbox(database)).toHaveLength(1);
  });
});

describe('what a batch does to the relational state', () => {
  /** Counts rows in a table of its own, inside the transaction. */
  const counting: BatchEffects = {
    async apply(trx, batches) {
      for (const { epoch, seq } of batches.flatMap(({ epoch, rows }) =>
        rows.map(({ seq }) => ({ epoch, seq })),
      )) {
        await trx
          .insertInto('ingest_rejected')
          .values({
            ...origin,
            epoch,
            stream: 'effect',
            seq,
            code: 'x',
            problem: '',
            raw: '',
            received_at: 0,
          })
          .execute();
      }
    },
  };
  const effects = (database: TemporaryDatabase) =>
    database.kysely
      .selectFrom('ingest_rejected')
      .select('seq')
      .where('stream', '=', 'effect')
      .orderBy('seq')
      .execute();

  it('happens once for each new row, with the batch', async () => {
    await using database = await temporaryDatabase();
    const epoch = sampleId();
    for (const [from, to] of [
      [1, 2],
      [1, 2],
      [2, 4],
      [9, 9],
    ] as const) {
      await ingestBatch(database.kysely, origin, 'call', batch(epoch, from, to), counting, now);
    }
    expect((await effects(database)).map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
  });

  it('sees only rows that fit', async () => {
    await using database = await temporaryDatabase();
    const epoch = sampleId();
    const rows = [sampleCall(1), { bad: true }, sampleCall(3)];
    await ingestBatch(database.kysely, origin, 'call', { epoch, from: 1, to: 3, rows }, counting, now);
    expect((await effects(database)).map(({ seq }) => seq)).toEqual([1, 3]);
  });

  it('undoes the whole batch when it fails, and the repeat succeeds', async () => {
    await using database = await temporaryDatabase();
    const epoch = sampleId();
    const failing: BatchEffects = {
      async apply(trx, received) {
        await counting.apply(trx, received);
        throw new Error('no');
      },
    };
    const first = batch(epoch, 1, 3);
    await expect(ingestBatch(database.kysely, origin, 'call', first, failing, now)).rejects.toThrow('no');
    expect(await inbox(database)).toEqual([]);
    expect(await effects(database)).toEqual([]);
    expect(await ingestBatch(database.kysely, origin, 'call', first, counting, now)).toEqual(ack(epoch, 3));
  });
});

describe('batches that are taken in together', () => {
  const offer = (edge: string, offered: ReturnType<typeof batch>, stream: 'call' | 'event' = 'call') => ({
    origin: { edge, site: `site of ${edge}` },
    stream,
    batch: offered,
  });

  it('are each answered as they would be alone, and those of one stream follow one another', async () => {
    await using database = await temporaryDatabase();
    const [a, b, c] = [sampleId(), sampleId(), sampleId()];
    await ingestBatch(
      database.kysely,
      { edge: 'edge-b', site: 'south' },
      'call',
      batch(b, 1, 3),
      noEffects,
      now,
    );
    const seen: string[] = [];
    const watching: BatchEffects = {
      apply: (_trx, batches) => {
        for (const { edge, site, rows } of batches)
          seen.push(`${edge} ${site} ${rows.map(({ seq }) => seq).join()}`);
        return Promise.resolve();
      },
    };
    const bad = batch(a, 3, 4);
    const mixed = { ...bad, rows: [{ ...bad.rows[0]!, outcome: 'SILENCE' as never }, bad.rows[1]!] };
    const offers = [
      offer('edge-a', batch(a, 1, 2)),
      offer('edge-b', batch(b, 2, 5)),
      offer('edge-c', batch(c, 4, 5)),
      offer('edge-a', mixed),
      // Sent twice: the first answer was late.
      offer('edge-a', mixed),
    ];
    const rejected = [{ seq: 3, code: 'BL_CONTRACT_PAYLOAD' }];
    expect(await ingestBatches(database.kysely, offers, watching, now)).toEqual([
      ack(a, 2),
      ack(b, 5),
      { kind: 'replay', stream: 'call', epoch: c, from: 1 },
      { ...ack(a, 4), rejected },
      { ...ack(a, 4), rejected },
    ]);
    expect(seen).toEqual([
      'edge-a site of edge-a 1,2',
      'edge-b site of edge-b 4,5',
      'edge-a site of edge-a 4',
    ]);
    expect((await inbox(database)).map(({ edge, first, last, rows }) => [edge, first, last, rows])).toEqual([
      ['edge-b', 1, 3, 3],
      ['edge-a', 1, 2, 2],
      ['edge-b', 4, 5, 2],
      ['edge-a', 3, 4, 1],
    ]);
    expect(await ingestBatches(database.kysely, [offer('edge-a', batch(a, 5, 5))], noEffects, now)).toEqual([
      ack(a, 5),
    ]);
  });

  it('are stored together or not at all', async () => {
    await using database = await temporaryDatabase();
    const [a, b] = [sampleId(), sampleId()];
    const failing: BatchEffects = {
      apply: (_trx, batches) =>
        batches.some(({ edge }) => edge === 'edge-b') ? Promise.reject(new Error('no')) : Promise.resolve(),
    };
    const offers = [offer('edge-a', batch(a, 1, 2)), offer('edge-b', batch(b, 1, 2))];
    await expect(ingestBatches(database.kysely, offers, failing, now)).rejects.toThrow('no');
    expect(await inbox(database)).toEqual([]);
    expect(await ingestBatches(database.kysely, offers, noEffects, now)).toEqual([ack(a, 2), ack(b, 2)]);
  });

  it('cross without blocking each other, each stored once, whoever sends them again meanwhile', async () => {
    await using database = await temporaryDatabase();
    const ledgers = Array.from({ length: 6 }, (_, i) => offer(`edge-${i}`, batch(sampleId(), 1, 3)));
    const turned = ledgers.toReversed();
    await Promise.all(
      [ledgers, turned, ledgers.slice(2), turned.slice(1)].map((offers) =>
        ingestBatches(database.kysely, offers, noEffects, now),
      ),
    );
    expect((await inbox(database)).map(({ edge }) => edge).toSorted()).toEqual(
      ledgers.map(({ origin: { edge } }) => edge),
    );
  });
});
