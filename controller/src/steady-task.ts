import { problemOf, type Clock, type Timer } from '@branchline/shared';
import type { Log } from '@branchline/shared/node';

/** Work that is done again and again, and at once when somebody asks. */
export interface SteadyTask {
  /** Runs it soon; several requests become one run. */
  poke(): void;
  /** Resolves when the run under way has ended; none follows. */
  stop(): Promise<void>;
}

export interface SteadyOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Pause between the end of a run and the next, ms of the clock. */
  readonly everyMs: number;
  /** The task rests while another controller has this duty. */
  readonly onlyWhile?: { readonly held: boolean };
}

/** Logs a failing task once per this many failures: an outage must not fill the disk. */
const logEvery = 20;

/** Repeats `run`, never two at a time; a failure is logged and the next run comes as usual. */
export function steadyTask(options: SteadyOptions, run: (signal: AbortSignal) => Promise<void>): SteadyTask {
  const { name, clock, log, everyMs } = options;
  const stopping = new AbortController();
  let timer: Timer | undefined;
  let running: Promise<void> | undefined;
  let poked = false;
  let failures = 0;

  const once = async (): Promise<void> => {
    if (options.onlyWhile?.held === false) return;
    try {
      await run(stopping.signal);
      failures = 0;
    } catch (error) {
      if (failures++ % logEvery !== 0 || stopping.signal.aborted) return;
      log.warn(
        { task: name, err: error, failures },
        `${name} failed and will be tried again: ${problemOf(error)}`,
      );
    }
  };
  const begin = (): void => {
    if (stopping.signal.aborted) return;
    if (running) {
      poked = true;
      return;
    }
    timer?.cancel();
    poked = false;
    running = once().finally(() => {
      running = undefined;
      if (stopping.signal.aborted) return;
      // After a failure a poke waits for the next turn, or an outage would be a busy loop.
      timer = clock.schedule(poked && failures === 0 ? 0 : everyMs, begin);
    });
  };
  begin();
  return {
    poke: begin,
    async stop() {
      stopping.abort();
      timer?.cancel();
      await running;
    },
  };
}
