import {
  BranchlineError,
  problemOf,
  type Clock,
  type Command,
  type CommandResult,
  type CommandVerb,
} from '@branchline/shared';
import type { Log } from '@branchline/shared/node';
import type { Ledger } from '../store/index.ts';

/** What each verb does, with who gave the order; throws a BranchlineError when it cannot. */
export type CommandHandlers = {
  readonly [V in CommandVerb]: (
    args: Extract<Command, { verb: V }>['args'],
    by: string,
  ) => void | Promise<void>;
};

export interface CommandDeskOptions {
  readonly ledger: Pick<Ledger, 'journalCommand' | 'finishCommand'>;
  readonly business: Clock;
  readonly log: Log;
  readonly handlers: CommandHandlers;
  readonly reply: (result: CommandResult) => void;
}

/** Executes typed commands once: the journal is written first, a repeated id is answered from it. */
export class CommandDesk {
  readonly #options: CommandDeskOptions;

  constructor(options: CommandDeskOptions) {
    this.#options = options;
  }

  async onCommand(command: Command, receivedAt: number): Promise<void> {
    const { ledger, business, handlers, reply, log } = this.#options;
    const seen = await ledger.journalCommand({ id: command.id, verb: command.verb, at: receivedAt });
    // One that was begun before a crash is not done a second time; whether it took effect is seen in the live state.
    if (seen === 'in-progress')
      return reply(
        failure(
          command.id,
          business.now(),
          'BL_COMMAND_FAILED',
          `${command.verb} was interrupted by a restart`,
        ),
      );
    if (seen) return reply(seen);
    const result = await this.#execute(command, receivedAt, handlers);
    await ledger.finishCommand({ id: command.id, result });
    log.info(
      { command: command.id, verb: command.verb, status: result.status },
      'a command of the controller was handled',
    );
    reply(result);
  }

  async #execute(command: Command, receivedAt: number, handlers: CommandHandlers): Promise<CommandResult> {
    const { business } = this.#options;
    const now = business.now();
    if (now > command.expiresAt || now > receivedAt + command.ttlMs) {
      return {
        ...failure(command.id, now, 'BL_COMMAND_EXPIRED', `${command.verb} arrived too late`),
        status: 'expired',
      };
    }
    try {
      const handle = handlers[command.verb] as (args: unknown, by: string) => void | Promise<void>;
      await handle(command.args, command.by ?? 'center');
      return { id: command.id, at: business.now(), status: 'done' };
    } catch (error) {
      const code = error instanceof BranchlineError ? error.code : 'BL_COMMAND_FAILED';
      return failure(command.id, business.now(), code, problemOf(error));
    }
  }
}

function failure(id: string, at: number, code: string, message: string): CommandResult {
  return { id, at, status: 'failed', error: { code, message: message.slice(0, 1000) } };
}
