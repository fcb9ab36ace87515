import type { Clock, DeskMessage, IdSource } from '@branchline/shared';
import type { AgentPresence, Roster } from '../agents/index.ts';
import { refuse } from '../refuse.ts';

export interface MessagesOptions {
  readonly roster: Roster;
  readonly business: Clock;
  readonly ids: IdSource;
}

/** So many that an agent has not put away are kept; older ones go. */
const mostKept = 20;

/** What supervisors write to agents: shown until it is put away, and forgotten when the box restarts. */
export class Messages {
  readonly #options: MessagesOptions;
  readonly #kept = new Map<string, readonly DeskMessage[]>();

  constructor(options: MessagesOptions) {
    this.#options = options;
  }

  /** What an agent has not put away, oldest first. */
  of(agent: string): readonly DeskMessage[] {
    return this.#kept.get(agent) ?? [];
  }

  /**
   * @param to one agent; absent: all others who are logged in
   * @throws BranchlineError `BL_DESK_REFUSED` when it has no words or reaches nobody
   */
  write({ id: from }: AgentPresence, to: string | undefined, text: string): void {
    const { roster, business, ids } = this.#options;
    if (text === '') refuse('a message needs words');
    const readers =
      to === undefined
        ? roster.all().filter(({ id, state }) => state !== 'offline' && id !== from)
        : roster.all().filter(({ id }) => id === to);
    if (readers.length === 0) refuse('nobody is there to read it');
    const message = {
      id: ids(),
      at: Math.round(business.now()),
      from: roster.definition(from)?.name ?? from,
      text,
    };
    for (const { id } of readers) this.#kept.set(id, [...this.of(id), message].slice(-mostKept));
  }

  /** An agent has read it. */
  putAway(agent: string, message: string): void {
    this.#kept.set(
      agent,
      this.of(agent).filter(({ id }) => id !== message),
    );
  }
}
