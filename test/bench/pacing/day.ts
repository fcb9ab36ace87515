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
  readonly answered: number;
  readonly abandoned: number;
  readonly dialed: number;
  /** Share of the day on which a window that ended then would have been above the cap. */
  readonly above: number;
}

const tickMs = 250;

interface Call {
  since: number;
  /** Place in the list that holds the call now. */
  at: number;
  agent?: Agent;
}
interface Agent {
  readonly number: number;
  state: 'ready' | 'talking' | 'wrapUp' | 'away';
  since: number;
  at: number;
}
type Due = () => void;

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
  readonly #random: RandomSource;
  readonly #agenda = new Agenda<Due>();
  readonly #agents: Agent[];
  readonly #ready: Agent[] = [];
  readonly #talking: Agent[] = [];
  readonly #wrapUp: Agent[] = [];
  readonly #ringing: Call[] = [];
  #waiting: Call[] = [];
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
    this.#random = seededRandom(seed);
    this.#agents = Array.from({ length: employed }, (_, number) => ({
      number,
      state: 'away',
      since: 0,
      at: 0,
    }));
  }

  run(): DayResult {
    const endsAt = (6 + 4 * this.#random.next()) * 3_600_000;
    for (let tick = 0; tick < endsAt; tick += tickMs) {
      while (this.#agenda.nextAt <= tick) this.#due();
      this.#now = tick;
      this.#count();
      this.#rota();
      this.#dial();
    }
    const { answered, abandoned } = this.#budget;
    return {
      utilisation: this.#busyMs / this.#loggedInMs,
      answered,
      abandoned,
      dialed: this.#dialed,
      above: this.#aboveMs / endsAt,
    };
  }

  #due(): void {
    this.#now = this.#agenda.nextAt;
    this.#agenda.take()();
  }

  #count(): void {
    const busy = this.#talking.length + this.#wrapUp.length;
    this.#busyMs += busy * tickMs;
    this.#loggedInMs += (busy + this.#ready.length) * tickMs;
    const { answered, abandoned } = this.#budget;
    if (abandoned > this.#scenario.cap * answered) this.#aboveMs += tickMs;
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
    const channels = this.#scenario.channels(this.#employed);
    const used = this.#ringing.length + this.#waiting.length + this.#talking.length;
    const freeChannels = Math.max(0, channels - used);
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
    const call: Call = { since: this.#now, at: 0 };
    enter(this.#ringing, call);
    this.#dialed++;
    this.#tell({ at: this.#now, durationMs: 0, type: 'dialed' });
    if (this.#random.next() < this.#scenario.live(this.#now)) {
      const afterMs = this.#scenario.answerAfter(this.#random);
      this.#agenda.add(this.#now + afterMs, () => this.#answered(call));
      return;
    }
    const { afterMs, reason } = this.#scenario.failure(this.#random, this.#now);
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
    const agent = this.#ready[0];
    if (agent) {
      leave(this.#ready, agent);
      this.#connect(call, agent);
      return;
    }
    this.#waiting.push(call);
    const gone = (event: { type: 'abandoned' } | { type: 'failed'; reason: string }): void => {
      if (call.agent || !this.#waiting.includes(call)) return;
      this.#waiting = this.#waiting.filter((other) => other !== call);
      if (event.type === 'abandoned') this.#budget.abandoned++;
      this.#tell({ at: this.#now, durationMs: this.#now - call.since, ...event });
    };
    this.#agenda.add(this.#now + this.#scenario.maxWaitMs, () => gone({ type: 'abandoned' }));
    if (this.#scenario.patienceMs === Infinity) return;
    const patience = randomExponential(this.#random, this.#scenario.patienceMs);
    this.#agenda.add(this.#now + patience, () => gone({ type: 'failed', reason: 'CALLEE_HUNGUP' }));
  }

  #connect(call: Call, agent: Agent): void {
    call.agent = agent;
    this.#tell({ at: this.#now, durationMs: this.#now - call.since, type: 'connected' });
    agent.state = 'talking';
    agent.since = this.#now;
    enter(this.#talking, agent);
    const talk = this.#scenario.talk(this.#random, this.#now);
    this.#agenda.add(this.#now + talk, () => this.#talked(agent, talk));
  }

  #talked(agent: Agent, talkMs: number): void {
    leave(this.#talking, agent);
    this.#tell({ at: this.#now, durationMs: talkMs, type: 'talk-ended' });
    agent.state = 'wrapUp';
    agent.since = this.#now;
    enter(this.#wrapUp, agent);
    const wrap = this.#scenario.wrap(this.#random, this.#now);
    this.#agenda.add(this.#now + wrap, () => {
      leave(this.#wrapUp, agent);
      this.#tell({ at: this.#now, durationMs: wrap, type: 'wrap-ended' });
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
