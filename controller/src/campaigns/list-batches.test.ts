import { Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BranchlineError, idSource } from '@branchline/shared';
import { LocalReading, type ListBatch, type ListReading } from './list-batches.ts';
import { ThreadReading } from './list-thread.ts';

interface Lead {
  readonly id: string;
  readonly first_number: string;
}

const never = new AbortController().signal;

async function read(reading: ListReading, content: Iterable<Buffer>): Promise<ListBatch[]> {
  const batches: ListBatch[] = [];
  for await (const batch of reading.batches(Readable.from(content), never)) batches.push(batch);
  return batches;
}

function entries<T>(bytes: Uint8Array): T[] {
  return JSON.parse(Buffer.from(bytes).toString()) as T[];
}

const local = () => new LocalReading({ region: 'CN', newId: idSource() });

const row = fc.oneof(
  fc.integer({ min: 0, max: 9999 }).map((n) => `139${String(n).padStart(8, '0')},x`),
  fc.constantFrom('12,short', ',none', '13900000001,too,many', '+12125552368,far'),
);

test('every row is a lead or an error; the leads of a batch stand by number, equal ones as in the list', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 60 }), async (rows) => {
      const reading = local();
      const batches = await read(reading, [Buffer.from(['phone,name', ...rows].join('\n'))]);
      const leads = batches.flatMap((batch) => entries<Lead>(batch.leads));
      const errors = batches.flatMap((batch) => entries<{ row: number }>(batch.errors));
      expect(leads.length + errors.length).toBe(rows.length);
      expect(reading.soFar).toMatchObject({ rows: rows.length, rejected: errors.length });
      const sorted = leads.toSorted((a, b) =>
        a.first_number === b.first_number
          ? a.id.localeCompare(b.id)
          : a.first_number < b.first_number
            ? -1
            : 1,
      );
      expect(leads).toEqual(sorted);
      expect(batches[0]?.header).toEqual(['phone', 'name']);
    }),
    { numRuns: 50 },
  );
});

test('a thread reads what this one reads', async () => {
  const text = [
    'phone,name',
    ...Array.from({ length: 9000 }, (_, i) => `${i % 7 === 0 ? '1' : '139'}${10_000_000 + i},p ${i}`),
  ];
  const content = [Buffer.from(text.join('\n'))];
  const [here, there] = [local(), new ThreadReading({ region: 'CN' })];
  const [a, b] = [await read(here, content), await read(there, content)];
  const withoutIds = (batches: readonly ListBatch[]) =>
    batches.map(({ leads, errors, numbers, ...rest }) => ({
      ...rest,
      numbers: numbers.number,
      leads: entries<Lead>(leads).map((lead) => ({ ...lead, id: '' })),
      errors: entries(errors),
    }));
  expect(withoutIds(b)).toEqual(withoutIds(a));
  expect(there.soFar).toEqual(here.soFar);
});

test.each(['here', 'there'])(
  'a reading that waits for its upload ends when it is told to (%s)',
  async (where) => {
    const stop = new AbortController();
    const reading = where === 'here' ? local() : new ThreadReading({ region: 'CN' });
    const stalled = new Readable({ read: () => undefined });
    stalled.push('phone\n13900000001\n');
    setTimeout(() => stop.abort(new BranchlineError('BL_IMPORT_CANCELLED')), 100);
    const reads = reading.batches(stalled, stop.signal).next();
    await expect(reads).rejects.toMatchObject({ code: 'BL_IMPORT_CANCELLED' });
  },
);

test.each(['here', 'there'])(
  'an upload that breaks off ends the reading with its reason (%s)',
  async (where) => {
    const reading = where === 'here' ? local() : new ThreadReading({ region: 'CN' });
    const broken = new Readable({ read: () => undefined });
    broken.push('phone\n13900000001\n');
    setTimeout(() => broken.destroy(), 50);
    await expect(reading.batches(broken, never).next()).rejects.toMatchObject({
      code: 'BL_IMPORT_INTERRUPTED',
      details: { problem: 'the upload ended early' },
    });
  },
);

test('a number has the zones of its area, unless its row names one', async () => {
  const rows = ['phone,zone', '+12125552368,', '+18085552368,', '+12125552369,America/Chicago'];
  const [batch] = await read(local(), [Buffer.from(`${rows.join('\n')}\n`)]);
  const leads = entries<{ numbers: { zones: string[] }[] }>(batch!.leads);
  // By number.
  expect(leads.map(({ numbers }) => numbers[0]?.zones)).toEqual([
    ['America/New_York'],
    ['America/Chicago'],
    ['Pacific/Honolulu'],
  ]);
  expect(batch?.zones).toEqual(['America/New_York', 'Pacific/Honolulu', 'America/Chicago']);
});
