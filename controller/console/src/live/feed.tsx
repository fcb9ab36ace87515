import { createContext, use, useEffect, useState, useSyncExternalStore, type ReactNode } from 'react';
import { businessNow, linkHealth, type FeedState, type LinkHealth } from './feed-state.ts';
import { FeedStore } from './feed-store.ts';

const FeedContext = createContext<FeedStore | undefined>(undefined);

/** Keeps the live feed open for everything inside. */
export function Feed({ children }: { readonly children: ReactNode }) {
  const [store] = useState(() => new FeedStore());
  useEffect(() => {
    store.open();
    return () => store.close();
  }, [store]);
  return <FeedContext value={store}>{children}</FeedContext>;
}

function useStore(): FeedStore {
  const store = use(FeedContext);
  if (!store) throw new Error('a page that shows live data must stand inside <Feed>');
  return store;
}

/** A part of the live feed; draws again only when that part changes. */
export function useFeed<T>(part: (state: FeedState) => T): T {
  const store = useStore();
  return useSyncExternalStore(store.subscribe, () => part(store.state()));
}

const beats = new Set<() => void>();
let beat: ReturnType<typeof setInterval> | undefined;
let beatAt = performance.now();

/** One heartbeat a second for everything on the page that shows a running time. */
function subscribeBeat(listener: () => void): () => void {
  beats.add(listener);
  if (beat === undefined) {
    beatAt = performance.now();
    beat = setInterval(() => {
      beatAt = performance.now();
      for (const each of beats) each();
    }, 1000);
  }
  return () => {
    beats.delete(listener);
    if (beats.size === 0) {
      clearInterval(beat);
      beat = undefined;
    }
  };
}

/** Ms of the page's own clock, once a second. */
export function useBeat(): number {
  return useSyncExternalStore(subscribeBeat, () => beatAt);
}

/** What the header says about the link. */
export function useLinkHealth(): LinkHealth {
  const now = useBeat();
  const state = useFeed((feed) => feed);
  return linkHealth(state, Math.max(now, state.receivedAt ?? 0));
}

/** Whether what is shown is old: the link is stale. */
export function useIsStale(): boolean {
  return useLinkHealth().state === 'stale';
}

/** Business time, once a second; undefined before the first message. */
export function useBusinessNow(): number | undefined {
  const now = useBeat();
  const state = useFeed((feed) => feed);
  return businessNow(state, Math.max(now, state.receivedAt ?? 0));
}
