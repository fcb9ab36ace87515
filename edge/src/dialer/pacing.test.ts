import { expect, test } from 'vitest';
import { defaultCampaign, idSource, ManualClock, type EdgeCampaign } from '@branchline/shared';
import { offlineAgent, type AgentPresence } from '../agents/agent.ts';
import { outboundCall, type Call } from '../calls/index.ts';
import { createPacer, type PacerEvent } from './pacer.ts';
import { decisionMs, Pacing } from './pacing.ts';

const ids = idSource();
const noon = Date.parse('2026-11-18T04:00:00Z');
const { region: _r, sites: _s, retries: _t, leaseSeconds: _l, inDoubt: _d, ...settings } = defaultCampaign;

function paced(change: Partial<EdgeCampaign> = {}) {
  const campaign: EdgeCampaign = {
    ...settings,
    mode: 'power',
    callsPerAgent: 2.5,
    id: ids(),
    name: 'k',
    status: 'running',
    ...change,
  };
  const clock = new ManualClock(noon);
  const agents: AgentPresence[] = [];
  const events: PacerEvent[] = [];
  const pacing = new Pacing({
    business: clock,
    agents: () => agents,
    zone: () => 'Asia/Shanghai',
    pacer: (options) => {
      const pacer = createPacer(options);
      return {
        observe: (event) => {
          events.push(event);
          pacer.observe(event);
        },
        decide: (snapshot) => pacer.decide(snapshot),
        weigh: (snapshot, dial) => pacer.weigh(snapshot, dial),
      };
    },
  });
  pacing.configure([campaign]);
  const call = (): Call => {
    const made = callOf(campaign.id, clock.now());
    pacing.begin(made.id, campaign.id);
    pacing.follow(made);
    return made;
  };
  const wanted = (ready: number, channels = 100): number => {
    clock.advance(decisionMs);
    return pacing.wanted(campaign, ready, channels);
  };
  /** Answers enough for a drop. */
  const earn = (): void => pacing.restore([{ campaign: campaign.id, answered: 100, abandoned: 0 }]);
  /** What the pacer was told since the last time. */
  const heard = (): string[] =>
    events
      .splice(0)
      .map((event) =>
        [event.type, ...(event.type === 'failed' ? [event.reason] : []), event.durationMs].join(' '),
      );
  return { campaign, clock, agents, pacing, call, wanted, earn, heard };
}

test('power dials a fixed number of calls for each ready agent once a drop is earned, those under way counted', () => {
  const { wanted, call, earn } = paced();
  expect(wanted(2)).toBe(2);
  earn();
  expect(wanted(2)).toBe(5);
  call();
  call();
  expect(wanted(2)).toBe(3);
  expect(wanted(2, 1)).toBe(1);
  expect(wanted(0)).toBe(0);
});

test('power says that it goes by its ratio, and what is known of who answers is not lost', () => {
  const { wanted, pacing, campaign, earn } = paced();
  earn();
  wanted(2);
  expect(pacing.view(campaign.id)!.outlook).toMatchObject({ because: 'ratio', unspent: 3 });
  wanted(0);
  expect(pacing.view(campaign.id)!.outlook.because).toBe('nobody');
  wanted(2, 0);
  expect(pacing.view(campaign.id)!.outlook.because).toBe('no-channel');
  expect(pacing.expecting(campaign)).toBe(0);
});

test.each([
  ['manual', 'asked'],
  ['preview', 'shown'],
  ['progressive', 'one-each'],
  ['broadcast', 'within-rate'],
] as const)('in %s mode the view says what is done instead: %s', (mode, because) => {
  const { pacing, campaign, call } = paced({ mode });
  expect(pacing.view(campaign.id)).toBeUndefined();
  pacing.see(campaign, 3, 9, 0);
  expect(pacing.paceOf(campaign)).toEqual({ mode, because, ready: 3, ringing: 0 });
  call();
  expect(pacing.view(campaign.id)).toMatchObject({
    ready: 3,
    freeChannels: 9,
    ringing: 1,
    outlook: { because },
  });
});

test('a view is of now, also when no calls are wanted', () => {
  const { pacing, campaign, wanted, call, earn } = paced();
  wanted(2);
  expect(pacing.view(campaign.id)).toMatchObject({ ready: 2, ringing: 0, answered: 0, dialed: 2 });
  call();
  earn();
  pacing.see(campaign, 1, 5, 0);
  expect(pacing.view(campaign.id)).toMatchObject({
    ready: 1,
    freeChannels: 5,
    ringing: 1,
    answered: 100,
    dialed: 0,
    outlook: { because: 'spent' },
  });
});

test('a call that has an agent of its own from the start needs none of those who are ready', () => {
  const { pacing, campaign, wanted, clock, earn } = paced();
  earn();
  const own = callOf(campaign.id, clock.now());
  pacing.begin(own.id, campaign.id, 'li');
  expect(pacing.expecting(campaign)).toBe(0);
  pacing.follow({ ...own, agent: 'li' });
  expect(pacing.expecting(campaign)).toBe(0);
  expect(wanted(2)).toBe(5);
  pacing.follow(own);
  expect(pacing.expecting(campaign)).toBe(1);
});

test('a campaign is asked once in a step', () => {
  const { wanted, pacing, campaign } = paced();
  expect(wanted(2)).toBe(2);
  expect(pacing.wanted(campaign, 2, 100)).toBe(0);
});

test('a call that was prepared and not placed counts no longer, one that was placed does', () => {
  const { pacing, campaign, call } = paced();
  const open = call();
  pacing.begin('other', campaign.id);
  expect(pacing.open(campaign.id)).toBe(2);
  pacing.unplaced('other');
  pacing.unplaced(open.id);
  expect(pacing.open(campaign.id)).toBe(1);
});

test('with its drops spent, power falls back to one call for each ready agent', () => {
  const { pacing, wanted, call, clock, campaign } = paced();
  for (let i = 0; i < 3; i++) {
    const ringing = call();
    clock.advance(5000);
    const answered: Call = { ...ringing, phase: 'waiting', answeredAt: clock.now() };
    pacing.follow(answered);
    clock.advance(2000);
    pacing.follow({ ...answered, phase: 'message', abandoned: true });
    pacing.follow({ ...answered, phase: 'ended', abandoned: true, endedAt: clock.now() });
  }
  expect(wanted(4)).toBe(4);
  expect(pacing.view(campaign.id)).toMatchObject({ answered: 3, abandoned: 3, ready: 4, dialed: 4 });
  expect(pacing.view(campaign.id)!.outlook.unspent).toBeLessThan(0);
});

test('a broadcast has no drop left once somebody who asked finds no agent, until answers have earned another; with the day it is over', () => {
  const { pacing, call, clock, campaign } = paced({ mode: 'broadcast', maxAbandonRate: 0.03 });
  expect(pacing.spent(campaign)).toBe(false);
  const hearing: Call = { ...call(), flow: ids(), phase: 'answered', answeredAt: clock.now() };
  pacing.follow(hearing);
  expect(pacing.spent(campaign)).toBe(false);
  const asking: Call = { ...hearing, phase: 'waiting', flowLeftAt: clock.now() };
  pacing.follow(asking);
  expect(pacing.spent(campaign)).toBe(true);
  pacing.follow({ ...asking, agent: 'li', phase: 'bridging' });
  expect(pacing.spent(campaign)).toBe(false);
  pacing.follow(asking);
  pacing.follow({ ...asking, phase: 'message', abandoned: true });
  pacing.follow({ ...asking, phase: 'ended', abandoned: true, endedAt: clock.now() });
  expect(pacing.spent(campaign)).toBe(true);
  pacing.restore([{ campaign: campaign.id, answered: 60, abandoned: 0 }]);
  expect(pacing.spent(campaign)).toBe(true);
  pacing.restore([{ campaign: campaign.id, answered: 10, abandoned: 0 }]);
  expect(pacing.spent(campaign)).toBe(false);
  pacing.restore([{ campaign: campaign.id, answered: 0, abandoned: 5 }]);
  expect(pacing.spent(campaign)).toBe(true);
  clock.advance(24 * 3_600_000);
  expect(pacing.spent(campaign)).toBe(false);
});

test('a call found after a restart is followed from where it stands, and what was dropped today is remembered', () => {
  const { pacing, wanted, clock, campaign, agents } = paced();
  pacing.restore([{ campaign: campaign.id, answered: 100, abandoned: 1 }]);
  const found = callOf(campaign.id, clock.now() - 30_000);
  const [answeredAt, bridgedAt] = [clock.now() - 20_000, clock.now() - 19_000];
  pacing.follow({ ...found, phase: 'talking', agent: 'a', answeredAt, bridgedAt });
  agents.push({
    ...offlineAgent('a', '1001', 'nailed', noon),
    state: 'talking',
    engagements: [{ channel: 'voice', call: found.id, disposed: false, campaign: campaign.id }],
  });
  wanted(1);
  expect(pacing.open(campaign.id)).toBe(0);
  expect(pacing.view(campaign.id)).toMatchObject({ answered: 101, abandoned: 1, ringing: 0, waiting: 0 });
});

test('a talk that is handed on is a talk of each agent, and none of the time between them', () => {
  const { pacing, call, clock, heard, wanted, agents, campaign } = paced();
  const ringing = call();
  clock.advance(4000);
  const waiting: Call = { ...ringing, phase: 'waiting', answeredAt: clock.now() };
  pacing.follow(waiting);
  clock.advance(100);
  const first: Call = { ...waiting, phase: 'talking', agent: 'li', bridgedAt: clock.now() };
  pacing.follow(first);
  heard();
  clock.advance(60_000);
  const parting: Call = { ...first, phase: 'parting', partedAt: clock.now(), lastAgent: 'li' };
  const { agent: _li, ...alone } = parting;
  pacing.follow(alone);
  expect(heard()).toEqual(['talk-ended 60000']);
  clock.advance(5000);
  pacing.follow({ ...alone, phase: 'parked' });
  pacing.follow({ ...alone, phase: 'bridging', agent: 'wang' });
  pacing.follow({ ...alone, phase: 'talking', agent: 'wang' });
  clock.advance(30_000);
  agents.push({
    ...offlineAgent('wang', '1002', 'nailed', noon),
    state: 'talking',
    engagements: [{ channel: 'voice', call: first.id, disposed: false, campaign: campaign.id }],
  });
  wanted(1);
  expect(pacing.open(campaign.id)).toBe(0);
  pacing.follow({ ...alone, phase: 'ended', agent: 'wang', endedAt: clock.now() });
  expect(heard()).toEqual([`talk-ended ${30_000 + decisionMs}`]);
});

test.each<[string, Partial<Call>]>([
  ['in the park', { phase: 'parked' }],
  ['with somebody who is no agent', { phase: 'talking' }],
])('a customer who leaves %s ends no talk of an agent', (_, where) => {
  const { pacing, call, clock, heard } = paced();
  const at = clock.now();
  const first: Call = { ...call(), phase: 'talking', agent: 'li', answeredAt: at, bridgedAt: at };
  pacing.follow(first);
  clock.advance(10_000);
  const { agent: _li, ...alone } = first;
  pacing.follow({ ...alone, phase: 'parting', partedAt: clock.now() });
  heard();
  clock.advance(20_000);
  pacing.follow({ ...alone, partedAt: at + 10_000, ...where });
  pacing.follow({ ...alone, partedAt: at + 10_000, phase: 'ended', endedAt: clock.now() });
  expect(heard()).toEqual([]);
});

test('a changed cap is paced for anew; the drops of the day stay', () => {
  const { pacing, campaign, wanted } = paced();
  pacing.restore([{ campaign: campaign.id, answered: 10, abandoned: 1 }]);
  pacing.configure([{ ...campaign, maxAbandonRate: 0.01 }]);
  wanted(1);
  expect(pacing.view(campaign.id)).toMatchObject({ answered: 10, abandoned: 1 });
  pacing.configure([]);
  expect(pacing.view(campaign.id)).toBeUndefined();
});

function callOf(campaign: string, at: number): Call {
  return outboundCall({
    id: ids(),
    conversation: ids(),
    customer: '+8613800000001',
    callerId: '',
    line: 'trunk',
    campaign,
    lead: ids(),
    attempt: ids(),
    at,
  });
}

test('the pacer is told of a machine as failed and of no talk, though an agent had it; of a person once it is heard', () => {
  const { pacing, call, clock, heard } = paced();
  const answer = (): Call => {
    const dialed: Call = { ...call(), machines: { how: 'bridge-first' } };
    clock.advance(5000);
    const answered: Call = { ...dialed, phase: 'waiting', answeredAt: clock.now() };
    pacing.follow(answered);
    clock.advance(300);
    const talking: Call = { ...answered, phase: 'talking', agent: 'a', bridgedAt: clock.now() };
    pacing.follow(talking);
    clock.advance(1600);
    return talking;
  };
  const machine: Call = { ...answer(), phase: 'machine', machine: 0.9 };
  pacing.follow(machine);
  clock.advance(20_000);
  pacing.follow({ ...machine, phase: 'ended', endedAt: clock.now() });
  expect(heard()).toEqual(['dialed 0', 'failed MACHINE 5000']);

  const person: Call = { ...answer(), person: true };
  expect(heard()).toEqual(['dialed 0']);
  pacing.follow(person);
  expect(heard()).toEqual(['answered 5000', 'connected 300']);
  clock.advance(30_000);
  pacing.follow({ ...person, phase: 'ended', endedAt: clock.now() });
  expect(heard()).toEqual(['talk-ended 31600']);

  // No verdict came: whoever talked to the end was a person.
  pacing.follow({ ...answer(), phase: 'ended', endedAt: clock.now() });
  expect(heard()).toEqual(['dialed 0', 'answered 5000', 'connected 300', 'talk-ended 1600']);
});

test('a machine is no live answer: none while it is held, and none any more when an agent had it', () => {
  const { pacing, wanted, call, clock, campaign } = paced();
  const bridgedFirst: Call = { ...call(), machines: { how: 'bridge-first' } };
  clock.advance(5000);
  const at = clock.now();
  pacing.follow({ ...bridgedFirst, phase: 'answered', answeredAt: at });
  const talking: Call = { ...bridgedFirst, phase: 'talking', agent: 'a', answeredAt: at, bridgedAt: at };
  pacing.follow(talking);
  clock.advance(1600);
  wanted(1);
  expect(pacing.view(campaign.id)).toMatchObject({ answered: 0, ringing: 0, waiting: 0 });
  const left: Call = { ...talking, phase: 'machine', machine: 0.9 };
  pacing.follow(left);
  wanted(1);
  // While the message is left on it, it is nobody's and waits for nobody.
  expect(pacing.view(campaign.id)).toMatchObject({ answered: 0, abandoned: 0, waiting: 0, ringing: 0 });
  pacing.follow({ ...left, phase: 'ended', endedAt: clock.now() });

  const held: Call = { ...call(), machines: { how: 'hold' }, answeredAt: clock.now() };
  pacing.follow({ ...held, phase: 'answered' });
  pacing.follow({ ...held, phase: 'judging' });
  wanted(1);
  expect(pacing.view(campaign.id)).toMatchObject({ answered: 0, ringing: 1 });
  pacing.follow({ ...held, phase: 'ended', machine: 0.9, endedAt: clock.now() });
  wanted(1);
  expect(pacing.view(campaign.id)).toMatchObject({ answered: 0, ringing: 0 });
  expect(pacing.open(campaign.id)).toBe(0);
});
