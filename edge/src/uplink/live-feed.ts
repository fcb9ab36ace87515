import { makeMergePatch, type LiveSnapshot, type Payload } from '@branchline/shared';

/** Numbers the live messages: a full snapshot first and on request, then only what changed. */
export class LiveFeed {
  #n = 0;
  #last: LiveSnapshot | undefined;
  #full = true;

  /** The next message; one without changes still says that the branch lives. */
  next(session: string, snapshot: LiveSnapshot, at: number, sentAt: number): Payload<'live'> {
    const head = { session, n: this.#n++, at, sentAt };
    const patch = this.#full || !this.#last ? undefined : (makeMergePatch(this.#last, snapshot) ?? {});
    this.#last = snapshot;
    this.#full = false;
    return patch === undefined
      ? { ...head, snapshot }
      : { ...head, changes: patch as Record<string, unknown> };
  }

  /** The next message is a full snapshot: a session began, or the receiver missed a number. */
  restart(): void {
    this.#full = true;
  }
}
