import { expect, test } from 'vitest';
import { BranchlineError, ManualClock } from '@branchline/shared';
import { EdgeQueue, type Job } from './edge-queue.ts';

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function job(run: Job['run'], more: Partial<Job> = {}): Job {
  return { mustKeep: false, retry: false, beside: false, failed: () => undefined, run, ...more };
}

test('jobs of one edge run one after the other in their order', async () => {
  const queue = new EdgeQueue(10, new ManualClock());
  const steps: string[] = [];
  let finish: () => void = () => undefined;
  queue.push(job(() => new Promise<void>((resolve) => (finish = () => (steps.push('first'), resolve())))));
  queue.push(job(() => void steps.push('second')));
  await settle();
  expect(steps).toEqual([]);
  finish();
  await settle();
  expect(steps).toEqual(['first', 'second']);
});

test('a full queue takes no more, except what must not be lost', () => {
  const queue = new EdgeQueue(2, new ManualClock());
  const never = (): Promise<void> => new Promise(() => undefined);
  expect([1, 2, 3].map(() => queue.push(job(never)))).toEqual([true, true, true]);
  expect(queue.push(job(never))).toBe(false);
  expect(queue.push(job(never, { mustKeep: true }))).toBe(true);
});

test('a retryable failure is tried again until it works, and holds up the others meanwhile', async () => {
  const clock = new ManualClock();
  const queue = new EdgeQueue(10, clock);
  const steps: string[] = [];
  let away = true;
  queue.push(
    job(
      () => {
        steps.push('try');
        if (away) throw new BranchlineError('BL_DB_UNREACHABLE', { problem: 'gone' });
      },
      { retry: true },
    ),
  );
  queue.push(job(() => void steps.push('next')));
  await settle();
  clock.advance(100);
  await settle();
  expect(steps).toEqual(['try', 'try']);
  away = false;
  clock.advance(2000);
  await settle();
  expect(steps).toEqual(['try', 'try', 'try', 'next']);
});

test('a failure that will not pass is reported once and the next job runs', async () => {
  const queue = new EdgeQueue(10, new ManualClock());
  const failures: unknown[] = [];
  const steps: string[] = [];
  queue.push(
    job(() => Promise.reject(new Error('bad')), { retry: true, failed: (error) => failures.push(error) }),
  );
  queue.push(job(() => void steps.push('next')));
  await settle();
  expect(failures).toHaveLength(1);
  expect(steps).toEqual(['next']);
});

test('closing waits for the running job and drops those that wait', async () => {
  const queue = new EdgeQueue(10, new ManualClock());
  const steps: string[] = [];
  let finish: () => void = () => undefined;
  queue.push(job(() => new Promise<void>((resolve) => (finish = resolve))));
  queue.push(job(() => void steps.push('dropped')));
  let closed = false;
  const closing = queue.close().then(() => (closed = true));
  await settle();
  expect(closed).toBe(false);
  finish();
  await closing;
  expect(steps).toEqual([]);
  expect(queue.push(job(() => undefined))).toBe(false);
});

test('jobs that may run beside each other do, and the others wait for all of them', async () => {
  const queue = new EdgeQueue(10, new ManualClock());
  const steps: string[] = [];
  const ends: (() => void)[] = [];
  const slow = (name: string) => (): Promise<void> => {
    steps.push(name);
    return new Promise((resolve) => ends.push(resolve));
  };
  queue.push(job(slow('batch 1'), { beside: true }));
  queue.push(job(slow('batch 2'), { beside: true }));
  queue.push(job(slow('state')));
  queue.push(job(slow('batch 3'), { beside: true }));
  expect(steps).toEqual(['batch 1', 'batch 2']);
  expect(queue.size).toBe(4);
  ends[1]!();
  await settle();
  expect(steps).toHaveLength(2);
  ends[0]!();
  await settle();
  expect(steps).toEqual(['batch 1', 'batch 2', 'state']);
  ends[2]!();
  await settle();
  expect(steps.at(-1)).toBe('batch 3');
});

test('closing waits for all that run beside each other', async () => {
  const queue = new EdgeQueue(10, new ManualClock());
  const ends: (() => void)[] = [];
  for (let i = 0; i < 2; i++)
    queue.push(job(() => new Promise<void>((resolve) => ends.push(resolve)), { beside: true }));
  let closed = false;
  const closing = queue.close().then(() => (closed = true));
  ends[0]!();
  await settle();
  expect(closed).toBe(false);
  ends[1]!();
  await closing;
});
