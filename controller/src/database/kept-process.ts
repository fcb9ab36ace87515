import { problemOf, sleep, systemClock, type Clock } from '@branchline/shared';
import type { Log } from '@branchline/shared/node';

/** A child process that answers. */
export interface Launched {
  readonly pid: number;
  /** Resolves with how it ended. */
  readonly exited: Promise<string>;
  /** Ends it in order. */
  stop(): Promise<void>;
}

/** A child process that is started again when it dies. */
export interface KeptProcess {
  /** Of the present process; undefined while it is down. */
  readonly pid: number | undefined;
  readonly restarts: number;
  stop(): Promise<void>;
}

const firstDelayMs = 100;
const longestDelayMs = 10_000;
/** A process that lived this long is counted as healthy: its next restart does not wait long. */
const healthyMs = 60_000;

/**
 * Launches a process and launches it again, with back-off, whenever it ends unasked.
 * @throws what the first launch throws; later failures are logged and tried again
 */
export async function keepRunning(
  name: string,
  launch: () => Promise<Launched>,
  log: Log,
  clock: Clock = systemClock,
): Promise<KeptProcess> {
  let present: Launched | undefined = await launch();
  let restarts = 0;
  const stopping = new AbortController();

  const keep = async (): Promise<void> => {
    let delayMs = firstDelayMs;
    for (;;) {
      if (present) {
        const since = clock.monotonic();
        const how = await present.exited;
        present = undefined;
        if (stopping.signal.aborted) return;
        log.error({ process: name, how }, `${name} ended unexpectedly; it is being restarted`);
        if (clock.monotonic() - since > healthyMs) delayMs = firstDelayMs;
      }
      try {
        await sleep(clock, delayMs, stopping.signal);
      } catch {
        return;
      }
      delayMs = Math.min(delayMs * 2, longestDelayMs);
      try {
        present = await launch();
        restarts++;
        // Whoever stops it waits for this, and ends it then.
        if (stopping.signal.aborted) return;
        log.info({ process: name, pid: present.pid }, `${name} is back`);
      } catch (error) {
        log.error(
          { process: name, problem: problemOf(error) },
          `${name} could not be restarted; trying again`,
        );
      }
    }
  };
  const keeping = keep();

  return {
    get pid() {
      return present?.pid;
    },
    get restarts() {
      return restarts;
    },
    async stop() {
      stopping.abort(new Error(`${name} is being stopped`));
      await present?.stop();
      await keeping;
      // A launch that was under way when the stop came has finished by now.
      await present?.stop();
    },
  };
}
