import { randomExponential, randomLogNormal, type RandomSource } from '@branchline/shared';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** How the people who are called behave, and who is there to talk to them. Times in ms since the day began. */
export interface Scenario {
  readonly name: string;
  readonly about: string;
  /** Share of calls answered live. */
  readonly live: (at: number) => number;
  /** Ms from dialing to a live answer. */
  readonly answerAfter: (random: RandomSource) => number;
  /** How a call ends that is not answered live. */
  readonly failure: (
    random: RandomSource,
    at: number,
  ) => { readonly afterMs: number; readonly reason: string };
  readonly talk: (random: RandomSource, at: number) => number;
  readonly wrap: (random: RandomSource, at: number) => number;
  /** Agents on duty of the `agents` employed. */
  readonly onDuty: (at: number, agents: number) => number;
  readonly channels: (agents: number) => number;
  /** Mean patience of a callee who waits for an agent, ms; Infinity when nobody hangs up. */
  readonly patienceMs: number;
  readonly maxWaitMs: number;
  readonly cap: number;
}

/** Log-normal with the given mean. */
function logNormal(mean: number, sigma: number): (random: RandomSource) => number {
  const median = mean * Math.exp((-sigma * sigma) / 2);
  return (random) => randomLogNormal(random, median, sigma);
}

const uniform = (random: RandomSource, low: number, high: number): number =>
  low + (high - low) * random.next();

/** A fifth of the rest fails at once (number unknown, busy), the others ring until the dialer gives up. */
function failsOrRings(random: RandomSource): { afterMs: number; reason: string } {
  return random.next() < 0.2
    ? { afterMs: uniform(random, second, 4 * second), reason: 'BUSY' }
    : { afterMs: 25 * second, reason: 'NO_ANSWER' };
}

function scenario(
  name: string,
  about: string,
  live: number,
  talkSeconds: number,
  wrapSeconds: number,
  more: Partial<Scenario> = {},
): Scenario {
  return {
    name,
    about,
    live: () => live,
    answerAfter: (random) => uniform(random, 5 * second, 20 * second),
    failure: failsOrRings,
    talk: logNormal(talkSeconds * second, 0.8),
    wrap: () => wrapSeconds * second,
    onDuty: (_, agents) => agents,
    channels: (agents) => 20 * agents,
    patienceMs: Infinity,
    maxWaitMs: 2 * second,
    cap: 0.03,
    ...more,
  };
}

/** The four cases with published targets. */
export const mainScenarios: readonly Scenario[] = [
  scenario('A', '30 % live, 105 s talk, 15 s wrap-up', 0.3, 105, 15),
  scenario('B', '10 % live, 50 s talk, 10 s wrap-up', 0.1, 50, 10),
  scenario('C', '30 % live, 220 s talk, 20 s wrap-up', 0.3, 220, 20),
  scenario('shifting', '30 % → 10 % live after 3 h, 30 % of the agents at lunch for an hour', 0.3, 90, 15, {
    live: (at) => (at < 3 * hour ? 0.3 : 0.1),
    onDuty: (at, agents) => (at >= 4 * hour && at < 5 * hour ? agents - Math.round(0.3 * agents) : agents),
  }),
];

const outage = (at: number): boolean => at % (2 * hour) >= 95 * minute && at % (2 * hour) < 100 * minute;

/** What else happens to a dialer. */
export const otherScenarios: readonly Scenario[] = [
  scenario('bursts', 'the live share jumps between 10 % and 40 % every 7 to 20 minutes', 0.25, 105, 15, {
    live: (at) => ((at / minute) % 27 < 20 ? 0.1 : 0.4),
  }),
  scenario(
    'heavy tails',
    'half the talks are over in 10 s, the others are log-normal with σ 1.4',
    0.3,
    105,
    15,
    {
      talk: (random) =>
        random.next() < 0.5 ? randomExponential(random, 10 * second) : logNormal(200 * second, 1.4)(random),
      wrap: (random) => randomExponential(random, 15 * second),
    },
  ),
  scenario('scarce channels', 'two channels an agent', 0.3, 105, 15, { channels: (agents) => 2 * agents }),
  scenario('machines', 'a third of the calls reaches a machine, told apart after 3 s', 0.2, 90, 15, {
    failure: (random) =>
      random.next() < 0.4
        ? { afterMs: uniform(random, 8 * second, 23 * second), reason: 'MACHINE' }
        : failsOrRings(random),
  }),
  scenario('leaving', 'half of the agents goes on a break together every hour', 0.3, 105, 15, {
    onDuty: (at, agents) => (at % hour > 50 * minute ? Math.ceil(agents / 2) : agents),
  }),
  scenario(
    'impatient',
    'callees wait 5 s at most for an agent and half of them hang up within 3 s',
    0.3,
    105,
    15,
    {
      patienceMs: 4 * second,
      maxWaitMs: 5 * second,
    },
  ),
  scenario('outage', 'for 5 minutes in every 2 hours all calls fail at once', 0.3, 105, 15, {
    live: (at) => (outage(at) ? 0 : 0.3),
    failure: (random, at) => (outage(at) ? { afterMs: 500, reason: 'NETWORK' } : failsOrRings(random)),
  }),
  scenario('slow answers', 'answers come after 2 to 40 s, no ringing is cut short', 0.2, 60, 5, {
    answerAfter: (random) => uniform(random, 2 * second, 40 * second),
    failure: (random) => ({ afterMs: uniform(random, 20 * second, 60 * second), reason: 'NO_ANSWER' }),
  }),
  scenario('no wait', 'a call without an agent is dropped at once', 0.3, 105, 15, { maxWaitMs: 0 }),
];
