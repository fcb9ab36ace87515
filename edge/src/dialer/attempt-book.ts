import type { Attempt } from './attempt.ts';

/** Running attempts by id: what a call's end needs to know about the effort it was part of. */
export class AttemptBook {
  readonly #attempts = new Map<string, Attempt>();

  open(attempt: Attempt): void {
    this.#attempts.set(attempt.id, attempt);
  }

  get(id: string): Attempt | undefined {
    return this.#attempts.get(id);
  }

  close(id: string): void {
    this.#attempts.delete(id);
  }

  get size(): number {
    return this.#attempts.size;
  }
}
