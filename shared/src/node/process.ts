import { constants } from 'node:os';

/**
 * Runs `stop` once when the process is asked to end: SIGTERM, SIGINT, or the parent's ipc channel closing (so that a
 * killed parent leaves nothing behind). Exits 0 afterwards, 1 when stopping fails or takes longer than `deadlineMs`.
 */
export function onShutdown(stop: () => Promise<void>, deadlineMs = 10_000): void {
  let stopping = false;
  const begin = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), deadlineMs).unref();
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.once('SIGTERM', begin);
  process.once('SIGINT', begin);
  if (process.channel) {
    process.once('disconnect', begin);
    // The channel is only a leash: it must not keep a process alive that has nothing else to do.
    process.channel.unref();
  }
}

/** What a shell would report for a child that was ended by a signal. */
export function exitStatus(code: number | null, signal: NodeJS.Signals | null): number {
  return code ?? 128 + (signal ? constants.signals[signal] : 0);
}
