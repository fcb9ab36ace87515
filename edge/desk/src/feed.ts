import { useCallback, useEffect, useEffectEvent, useState } from 'react';
import type { DeskView } from '@branchline/shared';
import { view as askView, DeskFailure } from './api.ts';

/** Without a word for so long what is shown is old, ms: two beats and a bit. */
const silenceMs = 25_000;

export interface DeskFeed {
  readonly view: DeskView;
  /** When it came, ms of the page's own clock. */
  readonly receivedAt: number;
  /** What is shown may no longer be true. */
  readonly stale: boolean;
}

/**
 * Follows what the box shows one agent. A lost link comes back by itself; what was typed meanwhile is not the feed's business.
 * @param onSignedOut the session has ended
 */
export function useFeed(
  first: DeskView,
  onSignedOut: () => void,
): DeskFeed & { show: (view: DeskView) => void } {
  const [feed, setFeed] = useState<DeskFeed>(() => ({
    view: first,
    receivedAt: performance.now(),
    stale: false,
  }));
  const follow = useCallback((view: DeskView): void => {
    setFeed({ view, receivedAt: performance.now(), stale: false });
  }, []);
  // The answer to an act may come later than what the act has led to.
  const show = useCallback((view: DeskView): void => {
    setFeed((present) =>
      view.at < present.view.at ? present : { view, receivedAt: performance.now(), stale: false },
    );
  }, []);
  const signedOut = useEffectEvent(onSignedOut);
  useEffect(() => {
    let source: EventSource | undefined;
    let silence: ReturnType<typeof setTimeout> | undefined;
    let again: ReturnType<typeof setTimeout> | undefined;
    const old = (): void => setFeed((present) => ({ ...present, stale: true }));
    const heard = (): void => {
      clearTimeout(silence);
      silence = setTimeout(old, silenceMs);
    };
    const lost = (): void => {
      source?.close();
      old();
      // The browser does not say why: the question does.
      void askView().then(open, (error: unknown) => {
        if (error instanceof DeskFailure && error.code !== undefined) signedOut();
        else again = setTimeout(lost, 1000);
      });
    };
    const open = (): void => {
      source = new EventSource('/desk/v1/feed');
      source.addEventListener('view', (event) => {
        heard();
        follow(JSON.parse(event.data as string) as DeskView);
      });
      source.addEventListener('beat', heard);
      source.addEventListener('error', lost);
      heard();
    };
    open();
    return () => {
      clearTimeout(silence);
      clearTimeout(again);
      source?.close();
    };
  }, [follow]);
  return { ...feed, show };
}

/** Business time of the box, once a second. */
export function useNow({ view, receivedAt }: Pick<DeskFeed, 'view' | 'receivedAt'>): number {
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return view.at + Math.max(0, now - receivedAt) * view.speed;
}
