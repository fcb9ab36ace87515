import type { CampaignSummary, ImportView, Overview } from '@branchline/shared';

/** What has come over the live feed, and when. Times are ms of a clock that only goes forward. */
export interface FeedState {
  readonly link: 'connecting' | 'open' | 'broken';
  readonly overview: Overview | undefined;
  /** When the last overview came. */
  readonly receivedAt: number | undefined;
  /** What changed since the page was opened, by id. */
  readonly campaigns: Readonly<Record<string, CampaignSummary>>;
  readonly imports: Readonly<Record<string, ImportView>>;
}

export type FeedInput =
  | { readonly kind: 'opened' }
  | { readonly kind: 'broke' }
  | { readonly kind: 'overview'; readonly overview: Overview; readonly at: number }
  | { readonly kind: 'campaign'; readonly campaign: CampaignSummary }
  | { readonly kind: 'import'; readonly view: ImportView };

export const emptyFeed: FeedState = {
  link: 'connecting',
  overview: undefined,
  receivedAt: undefined,
  campaigns: {},
  imports: {},
};

/** Imports that are kept: more than a person watches at once, fewer than would slow a wallboard down over months. */
const mostImports = 50;

/**
 * The feed after an input. Parts of the overview that did not change keep their identity (`share` sees to it), so that
 * only what changed is drawn again.
 */
export function nextFeed(
  state: FeedState,
  input: FeedInput,
  share: (before: Overview | undefined, after: Overview) => Overview,
): FeedState {
  switch (input.kind) {
    case 'opened':
      return { ...state, link: 'open' };
    case 'broke':
      return { ...state, link: state.overview ? 'broken' : state.link === 'open' ? 'broken' : 'connecting' };
    case 'overview':
      return {
        ...state,
        link: 'open',
        overview: share(state.overview, input.overview),
        receivedAt: input.at,
      };
    case 'campaign':
      return { ...state, campaigns: { ...state.campaigns, [input.campaign.id]: input.campaign } };
    case 'import': {
      const kept = Object.entries(state.imports).filter(([id]) => id !== input.view.id);
      return {
        ...state,
        imports: Object.fromEntries([...kept.slice(1 - mostImports), [input.view.id, input.view]]),
      };
    }
  }
}

/** How long the feed may be silent before what is shown counts as stale, ms. It speaks every second. */
export const silenceMs = 5000;

/** What the header says about the link. */
export type LinkHealth =
  | { readonly state: 'connecting' }
  | { readonly state: 'live' }
  | { readonly state: 'reconnecting'; readonly ageMs: number }
  | { readonly state: 'stale'; readonly ageMs: number };

export function linkHealth(state: FeedState, now: number): LinkHealth {
  if (state.receivedAt === undefined) return { state: 'connecting' };
  const ageMs = Math.max(0, now - state.receivedAt);
  if (ageMs > silenceMs) return { state: 'stale', ageMs };
  return state.link === 'open' ? { state: 'live' } : { state: 'reconnecting', ageMs };
}

/** Business time as the page shows it: runs on between two messages, stands still when they stop coming. */
export function businessNow(state: FeedState, now: number): number | undefined {
  if (!state.overview || state.receivedAt === undefined) return undefined;
  const since = Math.min(silenceMs, Math.max(0, now - state.receivedAt));
  return state.overview.at + since * state.overview.speed;
}
