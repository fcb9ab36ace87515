import { ManualClock } from '@branchline/shared';
import { silentLog } from '@branchline/shared/node';
import { describe, expect, it } from 'vitest';
import { keepRunning, type Launched } from './kept-process.ts';

/** A launcher whose processes end when told to. */
function launcher() {
  const made: { die: (how: string) => void; stopped: boolean }[] = [];
  let failures = 0;
  const launch = (): Promise<Launched> => {
    if (failures > 0) {
      failures--;
      return Promise.reject(new Error('not now'));
    }
    const { promise, resolve } = Promise.withResolvers<string>();
    const process = { die: resolve, stopped: false };
    made.push(process);
    const stop = (): Promise<void> => {
      process.stopped = true;
      resolve('stopped');
      return Promise.resolve();
    };
    return Promise.resolve({ pid: 100 + made.length, exited: promise, stop });
  };
  return { made, launch, fail: (times: number) => (failures = times) };
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a kept process', () => {
  it('is started again when it dies, after a pause that doubles while it will not start', async () => {
    const clock = new ManualClock();
    const { made, launch, fail } = launcher();
    const kept = await keepRunning('thing', launch, silentLog, clock);
    expect(kept.pid).toBe(101);
    fail(1);
    made[0]?.die('signal SIGKILL');
    await settle();
    expect(kept.pid).toBeUndefined();
    clock.advance(100);
    await settle();
    expect(kept.pid).toBeUndefined();
    clock.advance(199);
    await settle();
    expect(kept.pid).toBeUndefined();
    clock.advance(1);
    await settle();
    expect(kept.pid).toBe(102);
    expect(kept.restarts).toBe(1);
    await kept.stop();
  });

  it('ends when it is stopped while it is being started again', async () => {
    const clock = new ManualClock();
    const { made, launch } = launcher();
    const { promise: slow, resolve: goOn } = Promise.withResolvers<void>();
    let launches = 0;
    const kept = await keepRunning(
      'thing',
      async () => {
        if (launches++ > 0) await slow;
        return launch();
      },
      silentLog,
      clock,
    );
    made[0]?.die('signal SIGKILL');
    await settle();
    clock.advance(100);
    await settle();
    const stopped = kept.stop();
    goOn();
    await stopped;
    expect(made.map((process) => process.stopped)).toEqual([false, true]);
  });

  it('is not started again once it was stopped', async () => {
    const clock = new ManualClock();
    const { made, launch } = launcher();
    const kept = await keepRunning('thing', launch, silentLog, clock);
    await kept.stop();
    clock.advance(60_000);
    await settle();
    expect(made).toHaveLength(1);
    expect(made[0]?.stopped).toBe(true);
  });

  it('that is down when it is stopped stays down', async () => {
    const clock = new ManualClock();
    const { made, launch } = launcher();
    const kept = await keepRunning('thing', launch, silentLog, clock);
    made[0]?.die('signal SIGKILL');
    await settle();
    await kept.stop();
    clock.advance(60_000);
    await settle();
    expect(made).toHaveLength(1);
  });

  it('tells its caller when it cannot be started the first time', async () => {
    const { launch, fail } = launcher();
    fail(1);
    await expect(keepRunning('thing', launch, silentLog)).rejects.toThrow('not now');
  });
});
