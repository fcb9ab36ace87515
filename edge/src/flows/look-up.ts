import type { Clock } from '@branchline/shared';

/** More than this is no answer to a question about a caller, bytes. */
const longestAnswer = 64 * 1024;

/**
 * Asks a program elsewhere. Whatever goes wrong is no answer: the flow has a way on.
 * @param field of the JSON answer, dots between levels
 * @param deadlineMs for all of it, by that clock
 */
export async function lookUp(
  url: string,
  field: string,
  clock: Clock,
  deadlineMs: number,
): Promise<string | undefined> {
  const over = new AbortController();
  const timer = clock.schedule(deadlineMs, () => over.abort());
  try {
    const { signal } = over;
    const response = await fetch(url, { signal, redirect: 'error', headers: { accept: 'application/json' } });
    if (!response.ok) return undefined;
    const text = await boundedText(response);
    let value: unknown = text === undefined ? undefined : JSON.parse(text);
    for (const level of field.split('.')) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, level)) return undefined;
      value = (value as Record<string, unknown>)[level];
    }
    const plain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    return plain ? String(value).slice(0, 100) : undefined;
  } catch {
    return undefined;
  } finally {
    timer.cancel();
  }
}

/** The body of an answer; undefined where it is longer than any should be. */
export async function boundedText(response: Response): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > longestAnswer) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
