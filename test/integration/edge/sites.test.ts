import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { idSource, inboundQueue, type Queue, type StreamRow } from '@branchline/shared';
import { logInAll } from '../../support/agents.ts';
import { startBranch, testAgent, testCampaign, type Branch } from '../../support/branch.ts';
import { eventually } from '../../support/eventually.ts';
import { JoinedSites } from '../../support/join-sites.ts';
import { neighbour } from '../../virtual-branch/switch/neighbour.ts';
import type { InboundCaller } from '../../virtual-branch/switch/inbound.ts';
import type { PartyLink, VirtualPhone } from '../../virtual-branch/index.ts';

/** A box of the two, by the id of its site. */
interface Box {
  readonly site: string;
  readonly branch: Branch;
  readonly phone: VirtualPhone;
}

const ids = idSource();
const ports = { east: 5601, west: 5602 } as const;
let east: Box;
let west: Box;
let joined: JoinedSites;

beforeAll(async () => {
  [east, west] = await Promise.all([open('east', '1001'), open('west', '2001')]);
  east.branch.switch.listen(`127.0.0.1:${ports.west}`, neighbour(west.branch.switch, 'sites'));
  west.branch.switch.listen(`127.0.0.1:${ports.east}`, neighbour(east.branch.switch, 'sites'));
  joined = new JoinedSites(
    [east, west].map(({ site, branch: { edge, controller } }) => ({ site, edge, controller })),
  );
}, 60_000);
beforeEach(async () => {
  await order(east, 'agent-break');
  await order(west, 'agent-ready');
  west.phone.policy = { kind: 'answer', afterMs: 1500 };
  await eventually(
    'only west has an agent who is ready, and both are reached over the overlay',
    () => ready('east') === 0 && ready('west') === 1,
    20_000,
  );
}, 30_000);
afterAll(async () => {
  await joined.stop();
  await Promise.all([east.branch.close(), west.branch.close()]);
});

async function open(site: keyof typeof ports, extension: string): Promise<Box> {
  const queue: Queue = {
    ...inboundQueue,
    wrapUpSeconds: 0,
    ringSeconds: 5,
    overflow: [{ afterSeconds: 1, exit: { to: 'site' } }],
    maxWaitSeconds: 600,
  };
  const branch = await startBranch(
    {
      speed: 4,
      agents: [testAgent(extension, { mode: 'ring' })],
      desired: {
        site: { id: site, name: site, zone: 'Asia/Shanghai', region: 'CN' },
        queues: [queue],
        overlay: { address: '127.0.0.1/32', port: ports[site] },
      },
    },
    // Nothing is dialed.
    testCampaign({ status: 'paused' }),
  );
  await branch.startEdge();
  await branch.switch.start();
  const [phone] = await logInAll(branch);
  return { site, branch, phone: phone! };
}

/** Agents whom a site shows as ready to the center. */
const ready = (site: string): number | undefined => {
  const { guests, queues } = joined.live(site) ?? {};
  return guests === undefined ? undefined : queues?.['inbound']?.ready;
};

async function order({ branch }: Box, verb: 'agent-ready' | 'agent-break'): Promise<void> {
  const agent = branch.desired.agents[0]!.id;
  const wish = { id: ids(), expiresAt: branch.clock.now() + 3_600_000, ttlMs: 60_000 };
  await branch.controller.send(
    branch.edge,
    'command',
    verb === 'agent-ready'
      ? { ...wish, verb, args: { agent } }
      : { ...wish, verb, args: { agent, reason: 'meeting' } },
  );
}

/** The caller of a test, and what is told of them at a site. */
class Caller {
  readonly #number: string;
  readonly #line: InboundCaller;

  constructor(number: string) {
    this.#number = number;
    this.#line = east.branch.switch.inbound({ gateway: 'carrier-a', did: '02088888888', callerId: number });
  }

  get state(): InboundCaller['state'] {
    return this.#line.state;
  }

  get talks(): boolean {
    return this.#line.bridgedTo !== undefined;
  }

  hangUp(): void {
    this.#line.hangUp();
  }

  talking(): Promise<true> {
    return eventually('the caller talks', () => this.talks, 20_000);
  }

  record({ branch, site }: Box): Promise<StreamRow<'call'>> {
    return eventually(
      `the record of ${site}`,
      () => branch.controller.rows('call').find(({ customer }) => customer === this.#number),
      20_000,
    );
  }

  /** Steps of the call that ended with this record. */
  steps({ branch }: Box, { id }: StreamRow<'call'>) {
    return branch.controller
      .rows('event')
      .flatMap((row) => (row.type === 'queue' && row.call === id ? [row] : []));
  }
}

test('a caller whom nobody here can take talks with an idle agent of the other site, in one conversation, and ends both', async () => {
  const caller = new Caller('13700000001');
  await caller.talking();
  expect(west.phone.call?.state).toBe('up');
  caller.hangUp();
  const [here, there] = await Promise.all([caller.record(east), caller.record(west)]);
  expect(here).toMatchObject({ outcome: 'ANSWERED', sentTo: 'west', hangupBy: 'customer' });
  expect(there).toMatchObject({
    outcome: 'ANSWERED',
    guestOf: 'east',
    agent: 'agent-2001',
    callerId: '02088888888',
    conversation: here.conversation,
  });
  // The talk is recorded where the agent is; here it is silence.
  expect(there.recording?.pauses).toBeUndefined();
  expect(here.recording?.pauses).toHaveLength(1);
  const [inEast, inWest] = [caller.steps(east, here), caller.steps(west, there)];
  expect(inEast.map(({ step, peer, exit }) => [step, peer, exit])).toEqual([
    ['entered', undefined, undefined],
    ['offered', 'west', undefined],
    ['overflowed', 'west', 'site west'],
  ]);
  expect(inWest.map(({ step, peer }) => [step, peer])).toEqual([
    ['offered', 'east'],
    ['entered', 'east'],
    ['connected', 'east'],
  ]);
  // The whole wait counts, however quick the last part was.
  expect(inWest.at(-1)!.waitedMs).toBeGreaterThanOrEqual(1000);
  await eventually('nobody is on the phone', () => west.phone.call === undefined);
});

test('the agent of the other site hangs up, and the caller is released', async () => {
  const caller = new Caller('13700000002');
  await caller.talking();
  west.phone.hangUp();
  await eventually('the caller is released', () => caller.state === 'over');
  expect((await caller.record(west)).hangupBy).toBe('agent');
  expect((await caller.record(east)).outcome).toBe('ANSWERED');
});

test('an agent of the other site who does not answer costs the caller neither the place nor the call', async () => {
  west.phone.policy = { kind: 'ignore' };
  const caller = new Caller('13700000003');
  // The other side has its own record of what was in vain.
  const there = await caller.record(west);
  expect(there).toMatchObject({ guestOf: 'east', outcome: 'CANCELLED' });
  expect(new Set(caller.steps(west, there).map(({ step }) => step))).toEqual(
    new Set(['offered', 'no-answer']),
  );
  expect(caller.state).toBe('answered');
  expect(caller.talks).toBe(false);
  // That site is not asked again at once: who becomes free here takes the caller.
  await order(east, 'agent-ready');
  await caller.talking();
  caller.hangUp();
  const here = await caller.record(east);
  expect(here).toMatchObject({ agent: 'agent-1001', outcome: 'ANSWERED' });
  expect(caller.steps(east, here).map(({ step, peer }) => [step, peer])).toEqual([
    ['entered', undefined],
    ['offered', 'west'],
    ['no-answer', 'west'],
    ['offered', undefined],
    ['connected', undefined],
  ]);
});

test('a call that nobody announced is turned away, one with a ticket that was used as well', async () => {
  const knock = (ticket: string): Promise<number> =>
    new Promise((resolve) => {
      const link: PartyLink = {
        ring: () => undefined,
        earlyMedia: () => undefined,
        answer: () => resolve(200),
        reject: resolve,
        hangUp: () => resolve(487),
        sendDtmf: () => undefined,
      };
      const headers = new Map([['X-Branchline-Conversation', '019ab000-0000-7000-8000-000000000001']]);
      neighbour(west.branch.switch, 'sites')(
        {
          channel: 'x',
          to: ticket,
          callerNumber: '1',
          callerName: '1',
          gateway: undefined,
          headers,
          autoAnswer: false,
        },
        link,
      );
    });
  expect(await knock('0'.repeat(32))).toBe(403);
  // No number, no phone and no feature code is reached this way.
  expect(await knock('2001')).toBe(480);
  expect(await knock('*11')).toBe(480);
  const caller = new Caller('13700000004');
  await caller.talking();
  const used = west.branch.switch
    .channels()
    .find(({ channel }) => /^[0-9a-f]{32}$/.test(channel.get('bl_digits') ?? ''));
  expect(await knock(used!.channel.get('bl_digits')!)).toBe(403);
  expect(caller.talks).toBe(true);
  caller.hangUp();
  await caller.record(west);
});

test('without the center a caller stays with the own site, and goes to the other one when it is back', async () => {
  await east.branch.controller.stop();
  const caller = new Caller('13700000005');
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect(caller.state).toBe('answered');
  expect(west.phone.call).toBeUndefined();
  await east.branch.controller.start();
  await caller.talking();
  caller.hangUp();
  expect((await caller.record(east)).sentTo).toBe('west');
  expect([...east.branch.controller.problems, ...west.branch.controller.problems]).toEqual([]);
});
