import { AnswerRate } from './pacer/answer-rate.ts';
import type {
  Pacer,
  PacerDecision,
  PacerEvent,
  PacerOptions,
  PacerOutlook,
  PacerSnapshot,
} from './pacer/contract.ts';
import { Crowd } from './pacer/crowd.ts';
import { DialLimit } from './pacer/dial-limit.ts';
import { DropBudget } from './pacer/drop-budget.ts';
import { Durations } from './pacer/durations.ts';
import { moments, Outlook } from './pacer/outlook.ts';
import { RingTimes } from './pacer/ring-times.ts';

export type {
  Pacer,
  PacerDecision,
  PacerEvent,
  PacerOptions,
  PacerOutlook,
  PacerSnapshot,
} from './pacer/contract.ts';

/** Until so many answers and ended talks were seen, there is one call for each ready agent. */
const answersToKnow = 5;
const talksToKnow = 3;
/** How often the tables are made anew, ms. */
const refreshMs = 4000;
/**
 * Standard deviations by which more are expected to answer than seems likely: a share believed too low drops calls by the
 * dozen in a large team, one believed too high costs seconds.
 */
const doubtWeight = 1;
/** Steps of exact arithmetic a decision may cost at each moment; beyond, a normal distribution is close enough. */
const exactSteps = 600;

/** A pacer that knows nothing yet. It dials progressively until it does. See docs/pacing.md. */
export function createPacer(options: PacerOptions): Pacer {
  return new PredictivePacer(options);
}

class PredictivePacer implements Pacer {
  readonly #drops: DropBudget;
  readonly #rate = new AnswerRate();
  // Weak beliefs about ringing, worth 5 calls each: answers after 2 to 25 s, failures at once or when ringing is cut short.
  readonly #answers = new RingTimes((ms) => (ms > 2000 && ms < 25_000 ? 5 / 46 : 0));
  readonly #failures = new RingTimes((ms) => (ms < 5000 ? 0.1 : ms > 20_000 && ms < 45_000 ? 0.05 : 0));
  readonly #talk = new Durations(60_000);
  readonly #wrap = new Durations(10_000);
  readonly #limit = new DialLimit();
  readonly #outlook: Outlook;
  readonly #crowds = Array.from({ length: moments }, () => new Crowd());
  #share = 0;
  #refreshedAt = -Infinity;

  constructor(options: PacerOptions) {
    this.#drops = new DropBudget(Math.min(1, Math.max(0, options.maxAbandonRate)));
    this.#outlook = new Outlook(Math.max(0, options.maxWaitMs), this.#wrap);
  }

  observe(event: PacerEvent): void {
    const durationMs = Math.max(0, event.durationMs);
    switch (event.type) {
      case 'dialed':
        this.#rate.dialed();
        this.#limit.dialed(event.at);
        break;
      case 'answered':
        this.#rate.answered();
        this.#answers.learn(durationMs);
        break;
      case 'failed':
        if (event.reason !== 'CALLEE_HUNGUP') this.#failures.learn(durationMs);
        break;
      case 'talk-ended':
        this.#talk.learn(durationMs);
        break;
      case 'wrap-ended':
        this.#wrap.learn(durationMs);
        break;
      case 'abandoned':
        this.#drops.dropped();
        break;
      case 'connected':
        break;
    }
  }

  decide(snapshot: PacerSnapshot): PacerDecision {
    const { now, agents, ringing, waiting, budget } = snapshot;
    this.#rate.advance(now, this.#answers);
    const ready = Math.max(0, Math.floor(agents.ready));
    const onDuty = ready + agents.talking.length + agents.wrapUp.length;
    const channels = Math.max(0, Math.floor(snapshot.freeChannels));
    const handlingMs = this.#talk.typicalMs + this.#wrap.typicalMs;
    const progressive = Math.min(
      channels,
      this.#limit.left(now, onDuty),
      Math.max(0, ready - ringing.length - waiting.length),
    );
    const most = Math.max(progressive, Math.min(channels, this.#limit.ahead(now, onDuty, handlingMs)));
    const unspent = this.#drops.unspent(budget);
    const decided = (
      dial: number,
      because: PacerOutlook['because'],
      risk = 0,
      allowedRisk = 0,
      expectedDrops = 0,
    ): PacerDecision => {
      const outlook = { because, answerShare: this.#share, risk, allowedRisk, unspent, expectedDrops };
      return { dial, reason: inWords(outlook), outlook };
    };
    if (onDuty === 0) return decided(0, 'nobody');
    if (channels === 0) return decided(0, 'no-channel');
    if (most === 0) return decided(0, 'dial-limit');
    if (!this.#isExperienced) return decided(progressive, 'learning');
    if (now - this.#refreshedAt >= refreshMs || now < this.#refreshedAt) this.#refresh(snapshot);
    const allowed = this.#drops.allowedRisk(budget, this.#share, onDuty);
    if (allowed <= 0) return decided(progressive, 'spent');
    this.#expect(snapshot, onDuty - waiting.length);
    let dial = 0;
    let risk = this.#risk();
    while (dial < most && (risk <= allowed || dial < progressive)) {
      this.#add();
      dial++;
      risk = this.#risk();
    }
    const taken = dial * this.#share * allowed;
    this.#drops.risk(taken);
    return decided(dial, 'risk', risk, allowed, this.#drops.expected(taken));
  }

  weigh(snapshot: PacerSnapshot, dial: number): PacerOutlook {
    const { now, agents, waiting, budget } = snapshot;
    this.#rate.advance(now, this.#answers);
    const onDuty = Math.max(0, Math.floor(agents.ready)) + agents.talking.length + agents.wrapUp.length;
    const unspent = this.#drops.unspent(budget);
    const weighed = (because: PacerOutlook['because'], risk = 0, expectedDrops = 0): PacerOutlook => {
      return { because, answerShare: this.#share, risk, allowedRisk: 0, unspent, expectedDrops };
    };
    if (onDuty === 0) return weighed('nobody');
    if (snapshot.freeChannels < 1) return weighed('no-channel');
    const because = unspent < 1 ? 'spent' : 'ratio';
    if (!this.#isExperienced) return weighed(because);
    if (now - this.#refreshedAt >= refreshMs || now < this.#refreshedAt) this.#refresh(snapshot);
    this.#expect(snapshot, onDuty - waiting.length);
    let risked = 0;
    for (let i = 0; i < dial; i++) {
      risked += this.#share * this.#risk();
      this.#add();
    }
    this.#drops.risk(risked);
    return weighed(because, this.#risk(), this.#drops.expected(risked));
  }

  get #isExperienced(): boolean {
    return this.#answers.seen >= answersToKnow && this.#talk.seen >= talksToKnow;
  }

  /** One more call is dialed. */
  #add(): void {
    for (let m = 0; m < moments; m++) this.#crowds[m]!.add(this.#outlook.answered(m), 1);
  }

  #refresh(snapshot: PacerSnapshot): void {
    this.#refreshedAt = snapshot.now;
    this.#answers.refresh();
    this.#failures.refresh();
    this.#talk.refresh(snapshot.agents.talking, snapshot.now);
    this.#wrap.refresh(snapshot.agents.wrapUp, snapshot.now);
    const { mean, deviation } = this.#rate.share;
    this.#share = Math.min(1, mean + doubtWeight * deviation);
    this.#limit.expect(mean, snapshot.now);
    this.#outlook.refresh(this.#share, this.#answers, this.#failures, this.#talk);
  }

  /** At each moment ahead there is a shortage when `places` agents are busy or calls answered. */
  #expect(snapshot: PacerSnapshot, places: number): void {
    const { agents, ringing } = snapshot;
    const exact = (agents.talking.length + agents.wrapUp.length + ringing.length) * places <= exactSteps;
    for (const crowd of this.#crowds) crowd.reset(places, exact);
    this.#outlook.expect(snapshot, this.#crowds);
  }

  /** The mean chance, over the moments ahead, that a call answered then finds no agent. */
  #risk(): number {
    let sum = 0;
    for (const crowd of this.#crowds) sum += crowd.reaches();
    return sum / moments;
  }
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

function inWords({ because, risk, allowedRisk, unspent, answerShare }: PacerOutlook): string {
  switch (because) {
    case 'nobody':
      return 'Nobody is on duty.';
    case 'no-channel':
      return 'No channel is free.';
    case 'dial-limit':
      return 'Enough was dialed for so few answers: waiting for some to end.';
    case 'learning':
      return 'Still learning: one call for each ready agent.';
    case 'spent':
      return 'The drops allowed are spent: one call for each ready agent.';
    case 'ratio':
      return 'A fixed number of calls for each ready agent.';
    case 'risk':
      return (
        `One more call would find no agent with ${percent(risk)}, ${percent(allowedRisk)} is allowed ` +
        `(${unspent.toFixed(1)} drops unspent; ${percent(answerShare)} answer).`
      );
  }
}
