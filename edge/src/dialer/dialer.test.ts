import { describe, expect, test } from 'vitest';
import {
  defaultCampaign,
  idSource,
  ManualClock,
  type DialMode,
  type EdgeCampaign,
  type Line,
} from '@branchline/shared';
import type { Log } from '@branchline/shared/node';
import { Roster } from '../agents/index.ts';
import type { Call, Calls } from '../calls/index.ts';
import { LinePool } from '../lines/index.ts';
import type { NewRow } from '../store/index.ts';
import { emptyDesired } from '../switch/configuration/index.ts';
import { Dialer } from './dialer.ts';
import { decisionMs } from './pacing.ts';

const ids = idSource();
const noon = Date.parse('2026-11-18T04:00:00Z');
const modes: readonly DialMode[] = ['manual', 'preview', 'progressive', 'power', 'predictive', 'broadcast'];
const team = ['li', 'wang', 'zhang', 'chen'];
const callsPerAgent = 2;
const log = { debug: ignore, info: ignore, warn: ignore, error: ignore } as unknown as Log;
const trunk: Line = {
  id: 'trunk',
  kind: 'sip-trunk',
  enabled: true,
  channels: 60,
  sip: { proxy: '192.0.2.1', register: false, pingSeconds: 0 },
  callerIds: ['020'],
  answerSupervision: 'reliable',
  emergency: false,
};

function ignore(): void {}

/** A branch without a switch: a dialer, agents who are ready, and calls that do what the test says. */
class Branch {
  readonly clock = new ManualClock(noon);
  readonly calls = new Map<string, Call>();
  /** What was told of agents. */
  readonly told: NewRow[] = [];
  /** Leads that the ledger keeps as not due. */
  readonly postponed: { lead: string; until: number }[] = [];
  readonly roster: Roster;
  readonly dialer: Dialer;
  readonly #campaigns: EdgeCampaign[];

  constructor(...changes: Partial<EdgeCampaign>[]) {
    const {
      region: _r,
      sites: _s,
      retries: _t,
      leaseSeconds: _l,
      inDoubt: _d,
      ...settings
    } = defaultCampaign;
    this.#campaigns = changes.map((change) => ({
      ...settings,
      previewSeconds: 20,
      callsPerAgent,
      broadcast: { channels: 4, callsPerSecond: 100 },
      flow: ids(),
      id: ids(),
      name: 'k',
      status: 'running',
      window: { fromMinute: 0, toMinute: 1440, weekdays: [1, 2, 3, 4, 5, 6, 7] },
      ...change,
    }));
    const common = { business: this.clock, clockTrust: () => 'trusted' as const, log };
    const done = (): Promise<void> => Promise.resolve();
    this.roster = new Roster({
      ...common,
      switch: { originate: done, hangup: done, setVariables: done, play: done },
      ledger: { saveAgent: ({ rows }) => Promise.resolve(void this.told.push(...rows)) },
      tell: (row) => void this.told.push(row),
      onChange: (before, after) => this.dialer.followAgent(before, after),
    });
    const lines = new LinePool(() => this.clock.now());
    lines.configure({ ...emptyDesired('box'), lines: [trunk], routes: [{ prefix: '', lines: ['trunk'] }] });
    this.dialer = new Dialer({
      ...common,
      switch: { up: true, originate: done },
      ledger: {
        postponeLead: (args) => Promise.resolve(void this.postponed.push(args)),
        openAttempt: () => Promise.resolve(true),
        openTry: done,
        closeAttempt: done,
        endLease: () => Promise.resolve(true),
      },
      roster: this.roster,
      lines,
      calls: () => ({ add: (call: Call) => this.tell(call), onFailed: ignore }) as unknown as Calls,
      ids,
      recordingPath: () => '/r.wav',
      operatorOf: () => undefined,
      listed: () => [],
      saysNotice: () => true,
      hasModAmd: () => false,
      asPromised: (lead) => lead,
      listsKnown: () => true,
    });
  }

  async start(leads = 40): Promise<void> {
    const campaigns = this.#campaigns.map(({ id }) => id);
    this.roster.configure(
      team.map((id, i) => ({
        id,
        name: id,
        extension: `100${i}`,
        mode: 'nailed',
        campaigns,
        inbound: true,
      })),
      'd',
    );
    for (const id of team) this.roster.input(id, { type: 'login', leg: id, at: noon });
    for (const campaign of campaigns)
      this.dialer.book.add({
        id: ids(),
        epoch: ids(),
        campaign,
        issuedAt: noon,
        expiresAt: noon + 9 * 3_600_000,
        budgets: { attemptsPerLead: 4 },
        leads: Array.from({ length: leads }, (_, i) => ({
          id: ids(),
          numbers: [{ number: `+861380000${1000 + i}`, zones: ['Asia/Shanghai'], calledAt: [] }],
          attemptsMade: 0,
          dueAt: 0,
          fields: {},
        })),
      });
    this.dialer.configure(this.#desired());
    this.dialer.restore(campaigns.map((campaign) => ({ campaign, answered: 200, abandoned: 0 })));
    await this.work();
  }

  #desired() {
    const site = { id: 's', name: 'S', zone: 'Asia/Shanghai', region: 'CN' };
    return { ...emptyDesired('box'), site, lines: [trunk], campaigns: this.#campaigns };
  }

  async change(index: number, change: Partial<EdgeCampaign>): Promise<void> {
    this.#campaigns[index] = { ...this.#campaigns[index]!, ...change };
    this.dialer.configure(this.#desired());
    await this.work();
  }

  campaign(index = 0): EdgeCampaign {
    return this.#campaigns[index]!;
  }

  /** A second goes by; who may ask for a person asks. */
  async work(): Promise<void> {
    for (let i = 0; i < 4; i++) {
      this.dialer.work();
      for (let turn = 0; turn < 20; turn++) await Promise.resolve();
      this.clock.advance(decisionMs);
    }
    for (const { id } of this.roster.available(() => true))
      if (this.dialer.mayAsk(id)) this.dialer.showNext(id);
  }

  tell(call: Call): void {
    if (call.phase === 'ended') this.calls.delete(call.id);
    else this.calls.set(call.id, call);
    this.dialer.follow(call);
  }

  open(index = 0): readonly Call[] {
    return [...this.calls.values()].filter(({ campaign }) => campaign === this.#campaigns[index]!.id);
  }

  /** Calls that have no agent yet. */
  alone(index = 0): readonly Call[] {
    return this.open(index).filter(({ agent }) => agent === undefined);
  }

  ready(): number {
    return this.roster.available(() => true).length;
  }

  /** Everybody of these answers, and asks for an agent where a flow speaks. Gives how many find none. */
  answer(calls: readonly Call[]): number {
    let dropped = 0;
    for (const call of calls) {
      const answeredAt = this.clock.now();
      const waiting: Call = {
        ...call,
        phase: 'waiting',
        answeredAt,
        ...(call.flow !== undefined && { flowLeftAt: answeredAt }),
      };
      this.tell(waiting);
      const [free] = this.roster.available(({ campaigns }) => campaigns.includes(call.campaign!));
      if (!free) {
        dropped++;
        continue;
      }
      this.roster.input(free.id, {
        type: 'reserve',
        call: call.id,
        campaign: call.campaign!,
        at: answeredAt,
      });
      this.tell({ ...waiting, phase: 'bridging', agent: free.id });
    }
    return dropped;
  }
}

const pairs = modes.flatMap((from) => modes.filter((to) => to !== from).map((to) => [from, to] as const));

describe('a mode that changes while calls ring', () => {
  test.each(pairs)('leaves them their agents: %s to %s', async (from, to) => {
    const branch = new Branch({ mode: from });
    await branch.start();
    if (from === 'manual' || from === 'preview')
      for (const agent of ['li', 'wang']) branch.dialer.previews.dial(agent);
    await branch.work();
    const ready = branch.ready();
    const alone = branch.alone();
    // Whoever looks at a person may be free soon.
    const free = team.length - (branch.open().length - alone.length);
    expect(branch.open().length).toBeGreaterThan(0);
    await branch.change(0, { mode: to });
    await branch.work();
    const answering = to === 'broadcast' ? alone : branch.alone();
    // What the pace of the old mode and of the new one lets happen, and no more.
    const allowed = Math.max(alone.length - ready, to === 'power' ? (callsPerAgent - 1) * free : 0);
    expect(branch.answer(answering)).toBeLessThanOrEqual(Math.max(0, allowed));
    for (const { id, state } of branch.roster.all())
      if (state !== 'preview') expect(branch.dialer.previews.of(id)).toBeUndefined();
  });

  test('keeps no more agents than calls ring: the others work in the new mode', async () => {
    const branch = new Branch({ mode: 'predictive' });
    for (const id of ['zhang', 'chen']) branch.roster.input(id, { type: 'logout', at: noon });
    await branch.start();
    const [first, ...others] = branch.alone();
    expect(others).toHaveLength(3);
    for (const call of others) branch.tell({ ...call, phase: 'ended' });
    await branch.change(0, { mode: 'progressive' });
    expect(branch.open().filter(({ agent }) => agent !== undefined)).toHaveLength(3);
    expect(branch.dialer.promised().get(branch.campaign().id)).toBe(1);
    branch.tell({ ...first!, phase: 'ended' });
    await branch.work();
    expect(branch.open().filter(({ agent }) => agent !== undefined)).toHaveLength(4);
  });

  test('calls of a campaign that is paused keep agents from another one', async () => {
    const branch = new Branch({ mode: 'predictive' }, { mode: 'progressive', status: 'paused' });
    await branch.start();
    const ringing = branch.alone();
    expect(ringing).toHaveLength(4);
    branch.tell({ ...ringing[0]!, phase: 'ended' });
    await branch.change(0, { status: 'paused' });
    await branch.change(1, { status: 'running' });
    expect(branch.open(1)).toHaveLength(1);
    expect(branch.answer(branch.alone())).toBe(0);
  });

  test('whoever is shown is not dialed by itself any more once only an agent may begin calls', async () => {
    const branch = new Branch({ mode: 'preview' });
    await branch.start();
    expect(branch.dialer.previews.of('li')?.until).toBeDefined();
    await branch.change(0, { mode: 'manual' });
    expect(branch.dialer.previews.of('li')).toBeDefined();
    expect(branch.dialer.previews.of('li')?.until).toBeUndefined();
    branch.clock.advance(60_000);
    await branch.work();
    expect(branch.open()).toHaveLength(0);
  });

  test('a look ends with another call', async () => {
    const branch = new Branch({ mode: 'manual' });
    await branch.start();
    expect(branch.dialer.previews.of('li')).toBeDefined();
    branch.roster.input('li', { type: 'reserve', call: ids(), at: noon });
    expect(branch.dialer.previews.of('li')).toBeUndefined();
  });
});

test('the row of an agent who is reserved tells why it was this one', async () => {
  const branch = new Branch({ mode: 'manual', status: 'paused' });
  await branch.start();
  const choice = { by: 'skill', ahead: 'vip' } as const;
  branch.roster.input('li', { type: 'reserve', call: ids(), choice, at: noon });
  expect(branch.told.at(-1)?.row).toMatchObject({ agent: 'li', to: 'reserved', choice });
  branch.roster.input('wang', { type: 'reserve', call: ids(), at: noon });
  expect(branch.told.at(-1)?.row).not.toHaveProperty('choice');
});

test('each campaign is told how it stands, also while it dials nobody', async () => {
  const branch = new Branch({ mode: 'progressive' }, { mode: 'predictive', status: 'paused' });
  await branch.start();
  const of = (index: number) => branch.dialer.pacing.view(branch.campaign(index).id);
  expect(of(0)).toMatchObject({ ringing: 4, outlook: { because: 'one-each' } });
  expect(of(1)).toMatchObject({ ready: 0, ringing: 0 });
  await branch.change(0, { status: 'paused' });
  for (const call of branch.open()) {
    branch.roster.input(call.agent!, { type: 'release', how: 'unused', wrapUpMs: 0, at: noon });
    branch.tell({ ...call, phase: 'ended' });
  }
  await branch.work();
  expect(of(1)).toMatchObject({ ready: 4, dialed: 0 });
});

test('who is passed over is stored as not due for half an hour', async () => {
  const branch = new Branch({ mode: 'manual' });
  await branch.start();
  const { lead } = branch.dialer.previews.of('li')!.offer.held;
  branch.dialer.previews.pass('li');
  expect(branch.postponed).toMatchObject([{ lead: lead.id, until: branch.clock.now() + 30 * 60_000 }]);
});
