import { problemOf, sleep, type Clock } from '@branchline/shared';
import type { Log } from '@branchline/shared/node';
import type { Kysely } from 'kysely';
import { withAdvisoryLock, type Tables } from './database/index.ts';

/** What of the work one controller does, and the others of the same database stand by for. */
export type DutyName = 'link' | 'planner' | 'pump';

/** A duty as this process sees it. */
export interface Duty {
  /** Whether this process is the one that does it. */
  readonly held: boolean;
  /** Resolves as soon as it is held. @throws the signal's reason */
  taken(signal: AbortSignal): Promise<void>;
  /** Lets the work end, and another controller take over. */
  stop(): Promise<void>;
}

export interface DutyOptions {
  readonly db: Kysely<Tables>;
  readonly name: DutyName;
  readonly clock: Clock;
  readonly log: Log;
  /** An interruption, before the duty is waited for again. */
  readonly interrupted?: (error: unknown) => void;
}

/** Pauses after interruptions, ms: doubled from the first to the longest, from the first again after a calm time. */
const firstPauseMs = 250;
const longestPauseMs = 5000;
const calmMs = 30_000;

/**
 * Does `work` whenever this process holds the duty, until stopped. A process that was killed, frozen or cut off from the
 * database loses the duty within some seconds, and another one takes it over.
 * @param work ends soon after its signal was aborted; when it ends or throws by itself it is begun anew
 */
export function keepDuty(options: DutyOptions, work: (held: AbortSignal) => Promise<void>): Duty {
  const { db, name, clock, log } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  let taken = Promise.withResolvers<void>();
  let held = false;

  const keep = async (): Promise<void> => {
    for (let failures = 0; !signal.aborted;) {
      let began = clock.monotonic();
      try {
        await withAdvisoryLock(
          db,
          name,
          async (lost) => {
            began = clock.monotonic();
            held = true;
            taken.resolve();
            log.info({ duty: name }, 'this controller took over a duty');
            try {
              await work(lost);
            } finally {
              held = false;
              taken = Promise.withResolvers();
            }
          },
          { signal, clock },
        );
      } catch (error) {
        if (signal.aborted) return;
        options.interrupted?.(error);
        log.warn({ duty: name, problem: problemOf(error) }, 'a duty was interrupted and goes on by itself');
      }
      failures = clock.monotonic() - began > calmMs ? 0 : failures + 1;
      const pause = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(failures, 10));
      await sleep(clock, pause, signal).catch(() => undefined);
    }
  };
  const done = keep();
  return {
    get held() {
      return held;
    },
    async taken(giveUp) {
      const gone = new Promise<never>((_, reject) => {
        giveUp.addEventListener('abort', () => reject(giveUp.reason as Error), { once: true });
      });
      await Promise.race([taken.promise, gone]);
    },
    async stop() {
      stopping.abort(new Error(`the duty "${name}" is being given up`));
      await done;
    },
  };
}
