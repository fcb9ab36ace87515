import { expect, test } from 'vitest';
import { BranchlineError, ManualClock, type Ack } from '@branchline/shared';
import { Intake } from './intake.ts';
import type { OfferedBatch } from './batch-reading.ts';

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function offer(edge: string, from: number, rows = 1): OfferedBatch {
  const batch = { epoch: 'e', from, to: from + rows - 1, rows: Array.from({ length: rows }, () => ({})) };
  return { origin: { edge, site: `site of ${edge}` }, stream: 'call', batch };
}

const ackOf = ({ stream, batch }: OfferedBatch): Ack => ({
  kind: 'ack',
  stream,
  epoch: batch.epoch,
  upTo: batch.to,
  rejected: [],
});

/** An intake into a store that answers when it is told to. */
function bench() {
  const clock = new ManualClock();
  const groups: { names: string[]; end: () => void; fail: (error: Error) => void }[] = [];
  const intake = new Intake({
    clock,
    ingest: (offers) =>
      new Promise((resolve, reject) => {
        groups.push({
          names: offers.map(({ origin, batch }) => `${origin.edge} ${batch.from}`),
          end: () => resolve(offers.map(ackOf)),
          fail: reject,
        });
      }),
  });
  return { clock, groups, intake };
}

test('an idle center takes a batch at once, and what comes in the next moment goes together', async () => {
  const { clock, groups, intake } = bench();
  const first = intake.take(offer('a', 1));
  expect(groups.map(({ names }) => names)).toEqual([['a 1']]);
  const later = [intake.take(offer('b', 1)), intake.take(offer('c', 1, 2))];
  groups[0]!.end();
  expect(await first).toMatchObject({ upTo: 1 });
  expect(groups).toHaveLength(1);
  clock.advance(50);
  expect(groups[1]?.names).toEqual(['b 1', 'c 1']);
  groups[1]!.end();
  expect(await Promise.all(later)).toMatchObject([{ upTo: 1 }, { upTo: 2 }]);
});

test('a full group does not wait', () => {
  const { groups, intake } = bench();
  for (let n = 0; n < 7; n++) void intake.take(offer(`box ${n}`, 1, 199));
  expect(groups.map(({ names }) => names.length)).toEqual([1, 5]);
});

test('a box has one group under way, and one that is held up does not hold up the others', async () => {
  const { clock, groups, intake } = bench();
  void intake.take(offer('stuck', 1));
  void intake.take(offer('stuck', 2));
  for (const edge of ['b', 'c', 'd']) {
    const taken = intake.take(offer(edge, 1));
    clock.advance(50);
    groups.at(-1)!.end();
    await taken;
    await settle();
  }
  expect(groups.map(({ names }) => names)).toEqual([['stuck 1'], ['b 1'], ['c 1'], ['d 1']]);
  groups[0]!.end();
  await settle();
  clock.advance(50);
  expect(groups.at(-1)?.names).toEqual(['stuck 2']);
});

test('a box whose backlog is large delays no batch of the others by more than the group under way', async () => {
  const { clock, groups, intake } = bench();
  for (let n = 0; n < 50; n++) void intake.take(offer('backlog', 1 + n * 400, 400));
  const served: string[] = [];
  for (let round = 1; round <= 20; round++) {
    for (const edge of ['a', 'b', 'c'])
      void intake.take(offer(edge, round)).then(() => served.push(`${edge} ${round}`));
    clock.advance(50);
    for (const { end } of groups.splice(0)) end();
    await settle();
    for (const { end } of groups.splice(0)) end();
    await settle();
    expect(served).toHaveLength(3 * round);
  }
});

test.each([
  { took: 50, rest: 400 },
  { took: 300, rest: 600 },
])(
  'a box that catches up goes alone, and rests for $rest ms after a batch of $took while others report',
  async ({ took, rest }) => {
    const { clock, groups, intake } = bench();
    const first = intake.take(offer('behind', 1, 500));
    void intake.take(offer('behind', 501, 20));
    void intake.take(offer('live', 1));
    expect(groups.map(({ names }) => names)).toEqual([['behind 1'], ['live 1']]);
    clock.advance(took);
    for (const { end } of groups) end();
    await first;
    await settle();
    void intake.take(offer('other', 1));
    clock.advance(rest - 1);
    expect(groups.slice(2).map(({ names }) => names)).toEqual([['other 1']]);
    clock.advance(1);
    expect(groups.at(-1)?.names).toEqual(['behind 501']);
  },
);

test('a box that catches up does not rest when there is nobody else', async () => {
  const { clock, groups, intake } = bench();
  const first = intake.take(offer('behind', 1, 500));
  void intake.take(offer('behind', 501, 500));
  clock.advance(100);
  groups[0]!.end();
  await first;
  await settle();
  expect(groups.map(({ names }) => names)).toEqual([['behind 1'], ['behind 501']]);
});

test('a batch that comes again while it waits is taken once, and both are answered', async () => {
  const { clock, groups, intake } = bench();
  void intake.take(offer('a', 1));
  const sent = [intake.take(offer('a', 2)), intake.take(offer('a', 2)), intake.take(offer('a', 2, 3))];
  groups[0]!.end();
  await settle();
  clock.advance(50);
  expect(groups[1]?.names).toEqual(['a 2', 'a 2']);
  groups[1]!.end();
  expect(await Promise.all(sent)).toMatchObject([{ upTo: 2 }, { upTo: 2 }, { upTo: 4 }]);
});

test('what is wrong with one batch keeps no other out', async () => {
  const clock = new ManualClock();
  const tried: number[] = [];
  const intake = new Intake({
    clock,
    ingest: (offers) => {
      tried.push(offers.length);
      return offers.some(({ origin }) => origin.edge === 'bad')
        ? Promise.reject(new Error('no'))
        : Promise.resolve(offers.map(ackOf));
    },
  });
  await intake.take(offer('a', 1));
  const ends = Promise.allSettled(['b', 'bad', 'c'].map((edge) => intake.take(offer(edge, 1))));
  clock.advance(50);
  expect((await ends).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(tried).toEqual([1, 3, 1, 1, 1]);
});

test('while the database is away each batch is refused, none tried one by one', async () => {
  const { clock, groups, intake } = bench();
  void intake.take(offer('a', 1));
  groups[0]!.end();
  const ends = Promise.allSettled(['b', 'c'].map((edge) => intake.take(offer(edge, 1))));
  clock.advance(50);
  groups[1]!.fail(new BranchlineError('BL_DB_UNREACHABLE', { problem: 'gone' }));
  expect((await ends).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(groups).toHaveLength(2);
});

test('a batch that is not what its head says does not come as far as a group', async () => {
  const { groups, intake } = bench();
  const wrong = offer('a', 1);
  const refused = intake.take({ ...wrong, batch: { ...wrong.batch, to: 7 } });
  await expect(refused).rejects.toMatchObject({ code: 'BL_CONTRACT_PAYLOAD' });
  expect(groups).toEqual([]);
});
