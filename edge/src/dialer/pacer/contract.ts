/** What a pacer is told and asked. All times in ms on one monotonic clock. */

/** Options of a pacer. */
export interface PacerOptions {
  /** Highest share of live answers that may find no agent, 0–1 (0.03 is 3 %). */
  readonly maxAbandonRate: number;
  /** How long an answered call may wait for an agent before it counts as abandoned, ms. */
  readonly maxWaitMs: number;
  /** Kept for pacers that use chance; this one uses none. */
  readonly seed?: number;
}

/** Something that began at a time. */
export interface Since {
  since: number;
}

/** The floor as it is now. */
export interface PacerSnapshot {
  now: number;
  /** An agent promised to a call counts as talking. */
  agents: { ready: number; talking: Since[]; wrapUp: Since[] };
  /** Dialed, neither answered nor failed. */
  ringing: Since[];
  /** Answered live, no agent yet. */
  waiting: Since[];
  /** Hard limit of calls that can be placed now. */
  freeChannels: number;
  /** Live answers and abandons in the cap's window so far. */
  budget: { answered: number; abandoned: number };
}

/**
 * What happened, and how long what ended had lasted. `dialed` is a call really placed; `answered` is judged live. Machines
 * are `failed: MACHINE`; a callee who hangs up while waiting is `failed: CALLEE_HUNGUP`, not `abandoned`.
 */
export type PacerEvent = { at: number; durationMs: number } & (
  | { type: 'dialed' | 'answered' | 'connected' | 'abandoned' | 'talk-ended' | 'wrap-ended' }
  | { type: 'failed'; reason: string }
);

/** What a decision rests on, for whoever shows it in another language. */
export interface PacerOutlook {
  readonly because: 'nobody' | 'no-channel' | 'dial-limit' | 'learning' | 'spent' | 'risk' | 'ratio';
  /** Share of calls that are expected to answer. */
  readonly answerShare: number;
  /** Chance that one more call, once answered, finds no agent; and what of it is allowed. */
  readonly risk: number;
  readonly allowedRisk: number;
  /** Drops that the cap allows beyond those that happened; negative in debt. */
  readonly unspent: number;
  /** How many of the calls dialed by this decision are expected to be dropped. */
  readonly expectedDrops: number;
}

/** How many calls to place, and why. */
export interface PacerDecision {
  dial: number;
  /** In words for a supervisor. */
  reason: string;
  outlook: PacerOutlook;
}

/** Decides how many calls to dial. */
export interface Pacer {
  /** To be told of each event, once. */
  observe(event: PacerEvent): void;
  /** How many calls to place now. Asked about every 250 ms. */
  decide(snapshot: PacerSnapshot): PacerDecision;
  /** What it means that so many calls are placed now, which something else has decided. To be asked instead of `decide`. */
  weigh(snapshot: PacerSnapshot, dial: number): PacerOutlook;
}
