import { replaceEqualDeep } from '@tanstack/react-query';
import { describe, expect, it } from 'vitest';
import type { CampaignSummary, ImportView, Overview, SiteView } from '@branchline/shared';
import {
  businessNow,
  emptyFeed,
  linkHealth,
  nextFeed,
  silenceMs,
  type FeedInput,
  type FeedState,
} from './feed-state.ts';

const site = (id: string): SiteView => ({ id, name: id, zone: 'UTC', region: 'CN', edges: [] });
const overview = (at: number, sites: SiteView[] = []): Overview => ({
  at,
  speed: 10,
  sites,
  today: { calls: 0, answered: 0, live: 0, abandoned: 0, attempts: 0, refused: 0 },
  todayAgeMs: 0,
  campaigns: [],
});
const feed = (...inputs: FeedInput[]): FeedState =>
  inputs.reduce((state, input) => nextFeed(state, input, (a, b) => replaceEqualDeep(a, b)), emptyFeed);
const view = (id: string, rows = 0): ImportView => ({
  id,
  campaign: 'c',
  file: 'f.csv',
  state: 'running',
  startedAt: 0,
  bytesRead: 0,
  rows,
  imported: 0,
  duplicates: 0,
  rejected: 0,
  errorsKept: 0,
  takenBack: 0,
});

describe('the live feed', () => {
  it('is live while overviews come, reconnecting when the link breaks, stale when the silence lasts', () => {
    const open = feed({ kind: 'opened' }, { kind: 'overview', overview: overview(1), at: 1000 });
    expect(linkHealth(open, 1500)).toEqual({ state: 'live' });
    const broken = nextFeed(open, { kind: 'broke' }, (_, after) => after);
    expect(linkHealth(broken, 3000)).toEqual({ state: 'reconnecting', ageMs: 2000 });
    expect(linkHealth(broken, 1000 + silenceMs + 1)).toEqual({ state: 'stale', ageMs: silenceMs + 1 });
  });

  it('is stale also when the link looks open but says nothing', () => {
    const silent = feed({ kind: 'overview', overview: overview(1), at: 0 });
    expect(linkHealth(silent, silenceMs + 1).state).toBe('stale');
  });

  it('is live again with the first overview after a break', () => {
    const back = feed(
      { kind: 'overview', overview: overview(1), at: 0 },
      { kind: 'broke' },
      { kind: 'overview', overview: overview(2), at: 9000 },
    );
    expect(linkHealth(back, 9100)).toEqual({ state: 'live' });
  });

  it('is only connecting before anything came', () => {
    expect(linkHealth(feed({ kind: 'broke' }), 60_000)).toEqual({ state: 'connecting' });
  });

  it('keeps the identity of sites that did not change, so that they are not drawn again', () => {
    const first = feed({ kind: 'overview', overview: overview(1, [site('a'), site('b')]), at: 0 });
    const changed = { ...site('b'), name: 'B' };
    const second = nextFeed(
      first,
      { kind: 'overview', overview: overview(2, [site('a'), changed]), at: 1 },
      (a, b) => replaceEqualDeep(a, b),
    );
    expect(second.overview?.sites[0]).toBe(first.overview?.sites[0]);
    expect(second.overview?.sites[1]).not.toBe(first.overview?.sites[1]);
  });

  it('runs business time on at its speed, and stops it when the feed has gone silent', () => {
    const state = feed({ kind: 'overview', overview: overview(100_000), at: 1000 });
    expect(businessNow(state, 2000)).toBe(110_000);
    expect(businessNow(state, 1000 + silenceMs + 60_000)).toBe(100_000 + silenceMs * 10);
    expect(businessNow(emptyFeed, 0)).toBeUndefined();
  });

  it('knows the last word about each campaign and import, and forgets old imports', () => {
    const summary = { id: 'c', name: 'x' } as CampaignSummary;
    const inputs = Array.from({ length: 80 }, (_, i): FeedInput => ({ kind: 'import', view: view(`i${i}`) }));
    const state = feed({ kind: 'campaign', campaign: summary }, ...inputs, {
      kind: 'import',
      view: view('i79', 5),
    });
    expect(state.campaigns['c']).toBe(summary);
    expect(Object.keys(state.imports)).toHaveLength(50);
    expect(state.imports['i79']?.rows).toBe(5);
    expect(state.imports['i0']).toBeUndefined();
  });
});
