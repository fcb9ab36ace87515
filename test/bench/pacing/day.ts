import { randomExponential, seededRandom, type RandomSource } from '@branchline/shared';
import type { PacerEvent, PacerSnapshot } from '@branchline/edge/pacer';
import { Agenda } from './agenda.ts';
import type { Scenario } from './scenario.ts';

/** What decides how many calls to dial; a pacer is one. */
export interface Policy {
  observe?(event: PacerEvent): void;
  decide(snapshot: PacerSnapshot): { dial: number };
}

export interface DayResult {
  /** Talk and wrap-up over logged-in time. */
  readonly utilisation: number;
  /** The same of the first half hour. */
  readonly atFirst: number;
  readonly answered: number;
  readonly abandoned: number;
  readonly dialed: number;
  /** Share of the day on which a window that ended then would have been above the cap. */
  readonly above: number;
}

const firstMs = 30 * 60_000;

/** How long a bridge takes; the agent is promised to the call meanwhile. */
const bridgeMs = 100;

interface Call {
  since: number;
  /** Place in the list that holds the call now. */
  at: number;
  state: 'ringing' | 'waiting' | 'gone';
}
interface Agent {
  readonly number: number;
  state: 'ready' | 'talking' | 'wrapUp' | 'away';
  since: number;
  at: number;
}

function enter<T extends { at: number }>(list: T[], item: T): void {
  item.at = list.length;
  list.push(item);
}

function leave<T extends { at: number }>(list: T[], item: T): void {
  const last = list.pop()!;
  if (last === item) return;
  list[item.at] = last;
  last.at = item.at;
}

/** One day of a call center in virtual time. The same seed is the same day, as far as the policy lets it be. */
export class Day {
  readonly #scenario: Scenario;
  readonly #policy: Policy;
  readonly #employed: number;
  readonly #endsAt: number;
  readonly #tickMs: number;
  /** Chance of the people called and of the agents, apart, so that policies meet people alike. */
  readonly #people: RandomSource;
  readonly #work: RandomSource;
  readonly #agenda = new Agenda<() => void>();
  readonly #agents: Agent[];
  readonly #ready: Agent[] = [];
  readonly #talking: Agent[] = [];
  readonly #wrapUp: Agent[] = [];
  readonly #ringing: Call[] = [];
  readonly #waiting: Call[] = [];
  readonly #budget = { answered: 0, abandoned: 0 };
  #now = 0;
  #dialed = 0;
  #busyMs = 0;
  #loggedInMs = 0;
  #aboveMs = 0;

  constructor(scenario: Scenario, employed: number, seed: number, policy: Policy) {
    this.#scenario = scenario;
    this.#policy = policy;
    this.#employed = employed;
    this.#people = seededRandom(seed * 2);
    this.#work = seededRandom(seed * 2 + 1);
    this.#endsAt = (6 + 4 * this.#work.next()) * 3_600_000;
    this.#tickMs = 100 + 50 * Math.floor(9 * this.#work.next());
    this.#agents = Array.from({ length: employed }, (_, number) => ({
      number,
      state: 'away',
      since: 0,
      at: 0,
    }));
  }

  run(): DayResult {
    let atFirst = 0;
    for (let tick = 0; tick < this.#endsAt; tick += this.#tickMs) {
      while (this.#agenda.nextAt <= tick) {
        this.#now = this.#agenda.nextAt;
        this.#agenda.take()();
      }
      this.#now = tick;
      this.#rota();
      this.#dial();
      this.#count();
      if (tick < firstMs) atFirst = this.#busyMs / this.#loggedInMs;
    }
    const { answered, abandoned } = this.#budget;
    return {
      utilisation: this.#busyMs / this.#loggedInMs,
      atFirst,
      answered,
      abandoned,
      dialed: this.#dialed,
      above: this.#aboveMs / this.#endsAt,
    };
  }

  #count(): void {
    const busy = this.#talking.length + this.#wrapUp.length;
    this.#busyMs += busy * this.#tickMs;
    this.#loggedInMs += (busy + this.#ready.length) * this.#tickMs;
    if (this.#budget.abandoned > this.#scenario.cap * this.#budget.answered) this.#aboveMs += this.#tickMs;
  }

  /** Agents come and go; who is in a call finishes it first. */
  #rota(): void {
    const wanted = this.#scenario.onDuty(this.#now, this.#employed);
    for (const agent of this.#agents) {
      if (agent.state === 'away' && agent.number < wanted) this.#free(agent);
      else if (agent.state === 'ready' && agent.number >= wanted) {
        leave(this.#ready, agent);
        agent.state = 'away';
      }
    }
  }

  #dial(): void {
    const used = this.#ringing.length + this.#waiting.length + this.#talking.length;
    const freeChannels = Math.max(0, this.#scenario.channels(this.#employed) - used);
    const { dial } = this.#policy.decide({
      now: this.#now,
      agents: { ready: this.#ready.length, talking: this.#talking, wrapUp: this.#wrapUp },
      ringing: this.#ringing,
      waiting: this.#waiting,
      freeChannels,
      budget: this.#budget,
    });
    if (dial > freeChannels) throw new Error(`${dial} calls for ${freeChannels} channels`);
    for (let i = 0; i < dial; i++) this.#place();
  }

  #place(): void {
    const call: Call = { since: this.#now, at: 0, state: 'ringing' };
    enter(this.#ringing, call);
    this.#dialed++;
    this.#tell({ at: this.#now, durationMs: 0, type: 'dialed' });
    if (this.#people.next() < this.#scenario.live(this.#now)) {
      const afterMs = this.#scenario.answerAfter(this.#people);
      this.#agenda.add(this.#now + afterMs, () => this.#answered(call));
      return;
    }
    const { afterMs, reason } = this.#scenario.failure(this.#people, this.#now);
    this.#agenda.add(this.#now + afterMs, () => {
      leave(this.#ringing, call);
      this.#tell({ at: this.#now, durationMs: afterMs, type: 'failed', reason });
    });
  }

  #answered(call: Call): void {
    leave(this.#ringing, call);
    this.#tell({ at: this.#now, durationMs: this.#now - call.since, type: 'answered' });
    this.#budget.answered++;
    call.since = this.#now;
    call.state = 'waiting';
    const agent = this.#ready[0];
    if (agent) {
      leave(this.#ready, agent);
      this.#connect(call, agent);
      return;
    }
    this.#waiting.push(call);
    this.#agenda.add(this.#now + this.#scenario.maxWaitMs, () => this.#giveUp(call, true));
    if (this.#scenario.patienceMs === Infinity) return;
    const patience = randomExponential(this.#people, this.#scenario.patienceMs);
    this.#agenda.add(this.#now + patience, () => this.#giveUp(call, false));
  }

  /** Nobody came in time: the call is abandoned by us, or the callee hangs up before. */
  #giveUp(call: Call, abandoned: boolean): void {
    if (call.state !== 'waiting') return;
    call.state = 'gone';
    this.#waiting.splice(this.#waiting.indexOf(call), 1);
    const about = { at: this.#now, durationMs: this.#now - call.since };
    if (abandoned) this.#budget.abandoned++;
    this.#tell(
      abandoned ? { ...about, type: 'abandoned' } : { ...about, type: 'failed', reason: 'CALLEE_HUNGUP' },
    );
  }

  #connect(call: Call, agent: Agent): void {
    call.state = 'gone';
    agent.state = 'talking';
    agent.since = this.#now;
    enter(this.#talking, agent);
    this.#agenda.add(this.#now + bridgeMs, () =>
      this.#tell({ at: this.#now, durationMs: this.#now - call.since, type: 'connected' }),
    );
    const talkMs = this.#scenario.talk(this.#work, this.#now);
    this.#agenda.add(this.#now + bridgeMs + talkMs, () => this.#talked(agent, talkMs));
  }

  #talked(agent: Agent, talkMs: number): void {
    leave(this.#talking, agent);
    this.#tell({ at: this.#now, durationMs: talkMs, type: 'talk-ended' });
    agent.state = 'wrapUp';
    agent.since = this.#now;
    enter(this.#wrapUp, agent);
    const wrapMs = this.#scenario.wrap(this.#work, this.#now);
    this.#agenda.add(this.#now + wrapMs, () => {
      leave(this.#wrapUp, agent);
      this.#tell({ at: this.#now, durationMs: wrapMs, type: 'wrap-ended' });
      this.#free(agent);
    });
  }

  #free(agent: Agent): void {
    if (agent.number >= this.#scenario.onDuty(this.#now, this.#employed)) {
      agent.state = 'away';
      return;
    }
    const call = this.#waiting.shift();
    if (call) {
      this.#connect(call, agent);
      return;
    }
    agent.state = 'ready';
    agent.since = this.#now;
    enter(this.#ready, agent);
  }

  #tell(event: PacerEvent): void {
    this.#policy.observe?.(event);
  }
}
