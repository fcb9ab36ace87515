import { Worker } from 'node:worker_threads';
import type { NumberAnswer } from './number-knowledge.worker.ts';

/** Numbers that are remembered: several leases of every campaign. */
const remembered = 50_000;

/**
 * What numbering plans tell of numbers, offline: the operator a range was given to (a number may have moved since) and the
 * place. The tables are large and read in a thread of their own, so what is needed at once has to be learned before.
 */
export class NumberKnowledge {
  readonly #known = new Map<string, NumberAnswer>();
  readonly #waiting = new Map<number, () => void>();
  #worker: Worker | undefined;
  #next = 1;

  /** Looks numbers up; resolves when they are known, or cannot be. @param numbers E.164 */
  async learn(numbers: readonly string[]): Promise<void> {
    const fresh = numbers.filter((number) => !this.#known.has(number));
    if (fresh.length === 0) return;
    this.#worker ??= this.#start();
    const id = this.#next++;
    await new Promise<void>((resolve) => {
      this.#waiting.set(id, resolve);
      this.#worker!.postMessage({ id, numbers: fresh });
    });
  }

  /** The operator whose range a number is in, as the plan names it in English; undefined when that is not known (yet). */
  operatorOf(number: string): string | undefined {
    return this.#known.get(number)?.operator || undefined;
  }

  /** Where a number belongs, in English; undefined when that is not known (yet). */
  placeOf(number: string): string | undefined {
    return this.#known.get(number)?.place || undefined;
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
    this.#giveUp();
  }

  #start(): Worker {
    const worker = new Worker(new URL('./number-knowledge.worker.ts', import.meta.url));
    worker.unref();
    worker.on('message', ({ id, answers }: { id: number; answers: readonly NumberAnswer[] }) => {
      for (const answer of answers) this.#known.set(answer.number, answer);
      for (const number of this.#known.keys()) {
        if (this.#known.size <= remembered) break;
        this.#known.delete(number);
      }
      this.#waiting.get(id)?.();
      this.#waiting.delete(id);
    });
    // Knowledge is a help, not a need: calls go on without it.
    worker.on('error', () => this.#giveUp());
    worker.on('exit', () => this.#giveUp());
    return worker;
  }

  #giveUp(): void {
    this.#worker = undefined;
    for (const resolve of this.#waiting.values()) resolve();
    this.#waiting.clear();
  }
}
