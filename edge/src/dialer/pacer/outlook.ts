import type { PacerSnapshot } from './contract.ts';
import type { Crowd } from './crowd.ts';
import type { Durations } from './durations.ts';
import type { RingTimes } from './ring-times.ts';

/** At how many moments ahead the floor is looked at. */
export const moments = 5;

/** Tables of ringing calls: one row every half second of age. */
const ringStepMs = 500;
const ringAges = 181;
/** Tables of agents in a talk: ages grow by a constant factor. */
const talkFirstMs = 500;
const talkLogGrowth = Math.log(1.17);
const talkAges = 64;
/** Step, ms, in which the end of a talk and the wrap-up after it are added up. */
const talkStepMs = 1500;
const talkSteps = 40;

function talkAgeOf(row: number): number {
  return row === 0 ? 0 : talkFirstMs * Math.exp((row - 1) * talkLogGrowth);
}

function talkRowOf(ageMs: number): number {
  if (!(ageMs >= talkFirstMs)) return 0;
  return Math.min(talkAges - 1, 1 + Math.round(Math.log(ageMs / talkFirstMs) / talkLogGrowth));
}

/**
 * What is expected at the moments at which a call dialed now would be answered, if it is: quantiles of the learned ring
 * time of answers. Chances are looked up in tables, because a decision asks for each call and agent at each moment.
 */
export class Outlook {
  readonly #maxWaitMs: number;
  readonly #wrap: Durations;
  /** The moments, ms from now. */
  readonly #aheadMs = new Float64Array(moments);
  /** [moment][age]: chance that a call that rings is answered by then. */
  readonly #answered = new Float64Array(moments * ringAges);
  /** [moment][age]: chance that an agent in a talk is still busy then. */
  readonly #talking = new Float64Array(moments * talkAges);
  /** How many calls ring and agents talk now, by age. */
  readonly #ringingNow = new Uint16Array(ringAges);
  readonly #talkingNow = new Uint16Array(talkAges);
  /** [moment][step]: chance that wrap-up is over then, if the talk ends in that step. */
  readonly #wrapped = new Float64Array(moments * talkSteps);

  constructor(maxWaitMs: number, wrap: Durations) {
    this.#maxWaitMs = maxWaitMs;
    this.#wrap = wrap;
  }

  refresh(share: number, answers: RingTimes, failures: RingTimes, talk: Durations): void {
    for (let m = 0; m < moments; m++) {
      this.#aheadMs[m] = answers.quantile((m + 0.5) / moments);
      this.#refreshRinging(m, share, answers, failures);
    }
    this.#refreshTalking(talk);
  }

  #refreshRinging(m: number, share: number, answers: RingTimes, failures: RingTimes): void {
    const ahead = this.#aheadMs[m]!;
    for (let row = 0; row < ringAges; row++) {
      const age = row * ringStepMs;
      const before = answers.atMost(age);
      const ringing = share * (1 - before) + (1 - share) * (1 - failures.atMost(age));
      this.#answered[m * ringAges + row] =
        ringing > 1e-9 ? (share * (answers.atMost(age + ahead) - before)) / ringing : 0;
    }
  }

  #refreshTalking(talk: Durations): void {
    const furthest = this.#aheadMs[moments - 1]! + this.#maxWaitMs;
    const steps = Math.min(talkSteps, Math.ceil(furthest / talkStepMs));
    // A long wait does not fit into the steps: then they are longer.
    const stepMs = Math.max(talkStepMs, furthest / talkSteps);
    for (let m = 0; m < moments; m++)
      for (let step = 0; step < steps; step++) {
        const left = this.#aheadMs[m]! + this.#maxWaitMs - (step + 0.5) * stepMs;
        this.#wrapped[m * talkSteps + step] = left <= 0 ? 0 : 1 - this.#wrap.survival(left);
      }
    this.#talking.fill(1);
    for (let row = 0; row < talkAges; row++) {
      const age = talkAgeOf(row);
      let before = 0;
      for (let step = 0; step < steps; step++) {
        const ended = talk.endsWithin(age, (step + 1) * stepMs);
        for (let m = 0; m < moments; m++)
          this.#talking[m * talkAges + row]! -= (ended - before) * this.#wrapped[m * talkSteps + step]!;
        before = ended;
      }
    }
  }

  /** Chance that a call dialed now is answered by the moment. */
  answered(moment: number): number {
    return this.#answered[moment * ringAges]!;
  }

  /** Adds to each moment's crowd the agents who will not be free by then plus the allowed wait, and the calls answered by then. */
  expect({ now, agents, ringing }: PacerSnapshot, crowds: readonly Crowd[]): void {
    this.#ringingNow.fill(0);
    this.#talkingNow.fill(0);
    for (const { since } of ringing)
      this.#ringingNow[Math.min(ringAges - 1, Math.max(0, Math.round((now - since) / ringStepMs)))]!++;
    for (const { since } of agents.talking) this.#talkingNow[talkRowOf(now - since)]!++;
    for (let m = 0; m < moments; m++) {
      const crowd = crowds[m]!;
      const byThenMs = this.#aheadMs[m]! + this.#maxWaitMs;
      for (const { since } of agents.wrapUp)
        crowd.add(1 - this.#wrap.endsWithin(Math.max(0, now - since), byThenMs), 1);
      for (let row = 0; row < talkAges; row++)
        if (this.#talkingNow[row]! > 0) crowd.add(this.#talking[m * talkAges + row]!, this.#talkingNow[row]!);
      for (let row = 0; row < ringAges; row++)
        if (this.#ringingNow[row]! > 0)
          crowd.add(this.#answered[m * ringAges + row]!, this.#ringingNow[row]!);
    }
  }
}
