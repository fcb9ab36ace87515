import { BranchlineError, type Clock, type Timer } from '@branchline/shared';
import type { GoipCommand } from './commands.ts';
import { nextDialogue, type Dialogue, type DialogueEffect, type DialogueInput } from './dialogue.ts';

/** UDP loses: the last line is said again after this, ms; a GoIP ignores what it has finished. */
const againMs = 3_000;
/** So many times in a row before it is left to the deadline. */
const tries = 5;

export interface ExchangeOptions {
  readonly gateway: string;
  /** What is asked, for errors: `message`, `USSD`. */
  readonly name: string;
  readonly clock: Clock;
  /** From the start, ms. */
  readonly deadlineMs: number;
  readonly dialogue: Dialogue;
  readonly first: GoipCommand;
  readonly lines: Readonly<Record<'password' | 'recipient' | 'done', () => GoipCommand>>;
  readonly say: (command: GoipCommand) => void;
  /** Nothing more is expected. */
  readonly over: () => void;
}

/** One dialogue on the wire: repeats, waits for its deadline, ends once. */
export class Exchange {
  readonly answer: Promise<string>;
  readonly #options: ExchangeOptions;
  readonly #deadline: Timer;
  #state: Dialogue;
  #last: GoipCommand;
  #said = 0;
  #again: Timer | undefined;
  readonly #resolve: (text: string) => void;
  readonly #reject: (error: BranchlineError) => void;

  constructor(options: ExchangeOptions) {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    [this.answer, this.#resolve, this.#reject] = [promise, resolve, reject];
    this.#options = options;
    this.#state = options.dialogue;
    this.#last = options.first;
    this.#deadline = options.clock.schedule(options.deadlineMs, () => {
      const { gateway, name: request, deadlineMs: ms } = options;
      this.#end(new BranchlineError('BL_GATEWAY_TIMEOUT', { gateway, request, ms }));
    });
    this.#say(options.first);
  }

  reply(input: DialogueInput): void {
    const { state, effects } = nextDialogue(this.#state, input);
    if (state === this.#state) return;
    this.#state = state;
    for (const effect of effects) this.#do(effect);
    if (state.at === 'over') this.#end();
  }

  cancel(problem: string): void {
    const { gateway, name: request } = this.#options;
    this.#end(new BranchlineError('BL_GATEWAY_UNREACHABLE', { gateway, request, problem }));
  }

  #do(effect: DialogueEffect): void {
    switch (effect.do) {
      case 'say':
        return this.#say(this.#options.lines[effect.line]());
      case 'wait':
        this.#said = 0;
        return this.#sayAgainLater();
      case 'resolve':
        return this.#resolve(effect.text);
      case 'refuse': {
        const { gateway, name: request } = this.#options;
        return this.#end(
          new BranchlineError('BL_GATEWAY_REFUSED', { gateway, request, answer: effect.problem }),
        );
      }
    }
  }

  #say(command: GoipCommand): void {
    this.#last = command;
    this.#said = 0;
    this.#options.say(command);
    this.#sayAgainLater();
  }

  #sayAgainLater(): void {
    this.#again?.cancel();
    if (++this.#said >= tries) return;
    this.#again = this.#options.clock.schedule(againMs, () => {
      this.#options.say(this.#last);
      this.#sayAgainLater();
    });
  }

  /** An error after the answer has no reader any more. */
  #end(error?: BranchlineError): void {
    this.#state = { at: 'over' };
    this.#deadline.cancel();
    this.#again?.cancel();
    if (error) this.#reject(error);
    this.#options.over();
  }
}
