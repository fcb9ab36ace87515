import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { BranchlineError, Name, type Clock } from '@branchline/shared';
import { findProblem } from '@branchline/shared';
import Type from 'typebox';

export interface SessionsOptions {
  /** Signs what browsers keep; the same over restarts, so that a restart signs nobody out. */
  readonly secret: string;
  /** Transport time. */
  readonly clock: Clock;
  /** The PIN of an agent, while there is one. */
  readonly pinOf: (agent: string) => string | undefined;
  /** Notes that were handed back before this process, and when each would have ended anyway. */
  readonly ended?: Readonly<Record<string, number>>;
  /** Keeps the notes that were handed back. */
  readonly onEnded?: (ended: Readonly<Record<string, number>>) => void;
}

/** A day's work: whoever comes back tomorrow keys the PIN again. */
export const sessionMs = 14 * 3_600_000;

/** So many wrong PINs for one agent or from one machine, and both wait. */
const mostFailures = 5;
const waitMs = 60_000;

const Claim = Type.Object({
  agent: Name,
  address: Type.String(),
  at: Type.Number(),
  nonce: Type.String(),
  training: Type.Optional(Type.Literal(true)),
});

/** Who a session is for, and whether it is one of the training. */
export type DeskSession = Pick<Type.Static<typeof Claim>, 'agent' | 'training'>;

/**
 * Who is signed in at the desk page. A session belongs to the machine that it began on, and ends with the PIN: it is a signed note in the
 * browser, so that it outlives this process.
 */
export class DeskSessions {
  readonly #options: SessionsOptions;
  readonly #failures = new Map<string, { count: number; since: number }>();
  /** Notes that were handed back; forgotten when they would have ended anyway. */
  readonly #ended = new Map<string, number>();

  constructor(options: SessionsOptions) {
    this.#options = options;
    for (const [text, until] of Object.entries(options.ended ?? {})) this.#ended.set(text, until);
  }

  /**
   * @param address of the machine
   * @param training whether it is a session of the training
   * @returns the note the browser keeps
   * @throws BranchlineError `BL_AUTH_WRONG`, `BL_AUTH_THROTTLED`
   */
  signIn(agent: string, pin: string, address: string, training?: true): string {
    const now = this.#options.clock.now();
    const subjects = [`agent ${agent}`, `machine ${address}`];
    if (subjects.some((subject) => this.#waits(subject, now))) throw new BranchlineError('BL_AUTH_THROTTLED');
    const own = this.#options.pinOf(agent);
    if (own === undefined || !same(own, pin)) {
      for (const subject of subjects) this.#fail(subject, now);
      throw new BranchlineError('BL_AUTH_WRONG');
    }
    for (const subject of subjects) this.#failures.delete(subject);
    const claim = {
      agent,
      address,
      at: now,
      nonce: randomBytes(9).toString('base64url'),
      ...(training && { training }),
    };
    const text = Buffer.from(JSON.stringify(claim)).toString('base64url');
    return `${text}.${this.#sign(text, own)}`;
  }

  /**
   * Who a note is for.
   * @throws BranchlineError `BL_AUTH_REQUIRED` when it holds no longer, `BL_DESK_ELSEWHERE` when it comes from another machine
   */
  sessionOf(note: string | undefined, address: string): DeskSession {
    const [text = '', signature = ''] = (note ?? '').split('.');
    const claim = readClaim(text);
    const pin = claim && this.#options.pinOf(claim.agent);
    if (!claim || pin === undefined || !same(this.#sign(text, pin), signature))
      throw new BranchlineError('BL_AUTH_REQUIRED');
    const age = this.#options.clock.now() - claim.at;
    if (age > sessionMs || this.#ended.has(text)) throw new BranchlineError('BL_AUTH_REQUIRED');
    if (claim.address !== address)
      throw new BranchlineError('BL_DESK_ELSEWHERE', { agent: claim.agent, address });
    return claim;
  }

  signOut(note: string | undefined): void {
    const now = this.#options.clock.now();
    for (const [text, until] of this.#ended) if (until < now) this.#ended.delete(text);
    const [text, signature = ''] = (note ?? '').split('.');
    const claim = readClaim(text ?? '');
    const pin = claim && this.#options.pinOf(claim.agent);
    // What anybody could make up is not worth keeping.
    if (!text || !claim || pin === undefined || !same(this.#sign(text, pin), signature)) return;
    this.#ended.set(text, claim.at + sessionMs);
    this.#options.onEnded?.(Object.fromEntries(this.#ended));
  }

  /** The PIN is part of the key: a new one ends the sessions of the old. */
  #sign(text: string, pin: string): string {
    return createHmac('sha256', `${this.#options.secret}:${pin}`).update(text).digest('base64url');
  }

  #waits(subject: string, now: number): boolean {
    const failures = this.#failures.get(subject);
    return failures !== undefined && failures.count >= mostFailures && now - failures.since < waitMs;
  }

  #fail(subject: string, now: number): void {
    for (const [other, { since }] of this.#failures) if (now - since >= waitMs) this.#failures.delete(other);
    this.#failures.set(subject, { count: (this.#failures.get(subject)?.count ?? 0) + 1, since: now });
  }
}

function readClaim(text: string) {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    return findProblem(Claim, value) ? undefined : (value as Type.Static<typeof Claim>);
  } catch {
    return undefined;
  }
}

function same(a: string, b: string): boolean {
  const [left, right] = [a, b].map((text) => createHmac('sha256', 'compare').update(text).digest());
  return timingSafeEqual(left!, right!);
}
