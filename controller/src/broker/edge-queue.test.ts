import { expect, test } from 'vitest';
import { BranchlineError, ManualClock } from '@branchline/shared';
import { EdgeQueue, type Job } from './edge-queue.ts';

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function job(run: Job['run'], more: Partial<Job> = {}): Job {
  return { mustKeep: false, retry: false, failed: () => undefined, run, ...more };
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
