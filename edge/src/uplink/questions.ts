import type { Answer, Ask, Clock, IdSource } from '@branchline/shared';

export interface QuestionsOptions {
  readonly ids: IdSource;
  readonly real: Clock;
  /** Gives false while the center cannot be reached. */
  readonly send: (ask: Ask) => boolean;
}

/** Questions to the center: each has a deadline, after which its answer means nothing. */
export class Questions {
  readonly #options: QuestionsOptions;
  readonly #open = new Map<string, (answer: Answer['answer'] | undefined) => void>();

  constructor(options: QuestionsOptions) {
    this.#options = options;
  }

  /**
   * Asks. The promise gives undefined when no answer came in time; there is none when the center cannot be reached.
   * @param deadlineMs real ms
   */
  ask(question: Ask['question'], deadlineMs: number): Promise<Answer['answer'] | undefined> | undefined {
    const { ids, real, send } = this.#options;
    const id = ids();
    const answered = new Promise<Answer['answer'] | undefined>((resolve) => this.#open.set(id, resolve));
    if (!send({ id, deadlineMs, question })) {
      this.#open.delete(id);
      return undefined;
    }
    const deadline = real.schedule(deadlineMs, () => this.#settle(id, undefined));
    return answered.finally(() => deadline.cancel());
  }

  /** What the center said; too late, or to a question of a process before this one, it is nothing. */
  onAnswer({ id, answer }: Answer): void {
    this.#settle(id, answer);
  }

  #settle(id: string, answer: Answer['answer'] | undefined): void {
    this.#open.get(id)?.(answer);
    this.#open.delete(id);
  }
}
