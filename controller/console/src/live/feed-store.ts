import { replaceEqualDeep } from '@tanstack/react-query';
import {
  applyMergePatch,
  keyOverview,
  listOverview,
  type CampaignSummary,
  type ImportView,
  type Overview,
  type OverviewDocument,
  type SessionView,
} from '@branchline/shared';
import { isSignedOut, request } from '../api/request.ts';
import { askAgain, askSession } from '../session/session.ts';
import { emptyFeed, nextFeed, type FeedInput, type FeedState } from './feed-state.ts';

/** Between two tries after the browser gave up by itself, ms; spread, so that a wall of screens does not come at once. */
const againMs = { least: 2000, most: 6000 };

/** The one connection of a page to the live feed. */
export class FeedStore {
  #state: FeedState = emptyFeed;
  readonly #listeners = new Set<() => void>();
  #source: EventSource | undefined;
  #again: ReturnType<typeof setTimeout> | undefined;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly state = (): FeedState => this.#state;

  open(): void {
    this.close();
    const source = new EventSource('/api/v1/feed');
    this.#source = source;
    source.addEventListener('open', () => {
      // It is ended, too, when rights were taken away.
      if (this.#state.overview) void askAgain();
      this.#take({ kind: 'opened' });
    });
    source.addEventListener('error', () => {
      this.#take({ kind: 'broke' });
      // The browser tries again by itself, except when it was answered with an error.
      if (source.readyState === EventSource.CLOSED) this.#later();
    });
    let document: OverviewDocument | undefined;
    const show = (overview: Overview): void =>
      this.#take({ kind: 'overview', overview, at: performance.now() });
    this.#on<Overview>(source, 'overview', (overview) => {
      document = keyOverview(overview);
      show(overview);
    });
    this.#on(source, 'overview-changes', (changes) => {
      if (!document) return;
      document = applyMergePatch(document, changes) as OverviewDocument;
      show(listOverview(document));
    });
    this.#on<CampaignSummary>(source, 'campaign', (campaign) => this.#take({ kind: 'campaign', campaign }));
    this.#on<ImportView>(source, 'import', (view) => this.#take({ kind: 'import', view }));
  }

  close(): void {
    clearTimeout(this.#again);
    this.#source?.close();
    this.#source = undefined;
  }

  #on<T>(source: EventSource, event: string, take: (data: T) => void): void {
    source.addEventListener(event, (message: MessageEvent<string>) => take(JSON.parse(message.data) as T));
  }

  #take(input: FeedInput): void {
    this.#state = nextFeed(this.#state, input, (before, after) => replaceEqualDeep(before, after));
    for (const listener of this.#listeners) listener();
  }

  #later(): void {
    const wait = againMs.least + Math.random() * (againMs.most - againMs.least);
    this.#again = setTimeout(() => {
      // An EventSource does not say why it was refused; a plain request does.
      request<SessionView>('GET', '/session').then(
        ({ mustEnrol }) => (mustEnrol ? void askSession() : this.open()),
        (error: unknown) => {
          if (!isSignedOut(error)) this.#later();
        },
      );
    }, wait);
  }
}
