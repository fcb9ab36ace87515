import { problemOf } from '@branchline/shared';

/** Waits until `probe` gives something other than undefined or false. @throws Error naming what was awaited */
export async function eventually<T>(
  what: string,
  probe: () => T | Promise<T>,
  timeoutMs = 10_000,
  everyMs = 20,
): Promise<Exclude<T, false | null | undefined>> {
  const end = Date.now() + timeoutMs;
  let last: unknown;
  while (Date.now() < end) {
    try {
      const value = await probe();
      if (value !== undefined && value !== null && value !== false)
        return value as Exclude<T, false | null | undefined>;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
  throw new Error(
    `${what} did not happen within ${timeoutMs} ms${last === undefined ? '' : ` (${problemOf(last)})`}`,
  );
}
