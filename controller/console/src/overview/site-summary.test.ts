import { describe, expect, it } from 'vitest';
import { unheardLine, type EdgeView, type LiveSnapshot, type SiteView } from '@branchline/shared';
import { abandonTone } from './abandon-cap.ts';
import { filterSites, summarize, summarizeFleet } from './site-summary.ts';

const live = (over: Partial<LiveSnapshot> = {}): LiveSnapshot => ({
  agents: { a: { state: 'talking', since: 0 }, b: { state: 'offline', since: 0 } },
  campaigns: {},
  lines: { one: { ...unheardLine(30), state: 'up', inUse: 3 } },
  calls: { dialing: 1, ringing: 0, waiting: 0, talking: 1, inbound: 0 },
  switch: 'up',
  clock: 'trusted',
  outboxPending: 7,
  lent: { leases: 0, unconfirmed: 7 },
  cpu: 0.5,
  memory: 0,
  disk: 0,
  ...over,
});
const edge = (over: Partial<EdgeView> = {}): EdgeView => ({
  id: 'e',
  site: 's',
  status: 'online',
  desiredVersion: 1,
  live: live(),
  liveAgeMs: 300,
  ...over,
});
const site = (...edges: EdgeView[]): SiteView => ({
  id: 's',
  name: 'Beijing 北京',
  zone: 'UTC',
  region: 'CN',
  edges,
});

describe('a site', () => {
  it('adds up its boxes and takes the state of the worst', () => {
    const summary = summarize(site(edge(), edge({ id: 'f', status: 'lost', liveAgeMs: 60_000 })));
    expect(summary).toMatchObject({
      state: 'lost',
      ageMs: 60_000,
      channelsInUse: 6,
      channels: 60,
      outbox: 14,
      trouble: true,
    });
    expect(summary.agents).toMatchObject({ talking: 2, offline: 2 });
  });

  it('is in trouble when anything needs a person', () => {
    const troubles: Partial<EdgeView>[] = [
      { status: 'never' },
      { liveAgeMs: 11_000 },
      { live: live({ switch: 'down' }) },
      { live: live({ clock: 'untrusted' }) },
      { live: live({ lines: { one: { ...unheardLine(1), state: 'down' } } }) },
      { reported: { version: 1, tried: 2, at: 0, status: 'rejected', artifacts: [] } },
    ];
    expect(troubles.map((over) => summarize(site(edge(over))).trouble)).toEqual(troubles.map(() => true));
    expect(summarize(site(edge())).trouble).toBe(false);
  });

  it('without a box is empty, and old data of an online box is stale', () => {
    expect(summarize(site()).state).toBe('empty');
    expect(summarize(site(edge({ liveAgeMs: 10_001 }))).stale).toBe(true);
  });
});

describe('the fleet', () => {
  it('counts people and channels only where the data can be believed', () => {
    const lost = site(edge({ status: 'lost' }));
    expect(summarizeFleet([site(edge()), lost])).toMatchObject({
      sites: 2,
      online: 1,
      talking: 1,
      loggedIn: 1,
      channels: 30,
    });
  });

  it('is filtered by name in any script and by state', () => {
    const all = [site(edge()), { ...site(edge({ status: 'lost' })), id: 'sh', name: 'Shanghai 上海' }];
    expect(filterSites(all, '上海', 'all').map(({ id }) => id)).toEqual(['sh']);
    expect(filterSites(all, ' BEI', 'all')).toHaveLength(1);
    expect(filterSites(all, '', 'trouble').map(({ id }) => id)).toEqual(['sh']);
    expect(filterSites(all, '', 'online').map(({ id }) => id)).toEqual(['s']);
  });
});

describe('the abandon rate', () => {
  it('warns before the cap and alarms past it', () => {
    expect([0, 0.02, 0.021, 0.03, 0.031].map((rate) => abandonTone(rate))).toEqual([
      'good',
      'good',
      'warn',
      'warn',
      'bad',
    ]);
  });
});
