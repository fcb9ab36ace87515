import { useEffect, useRef, useState } from 'react';
import type { ApiError, CommandView } from '@branchline/shared';
import { refusalOf, request } from '../api/request.ts';
import type { FloorOrder } from './floor-acts.ts';

/** An order given on this page, and what came of it. */
export interface GivenOrder {
  readonly key: number;
  /** In words. */
  readonly what: string;
  readonly state: CommandView['state'];
  readonly error?: Pick<ApiError, 'code' | 'message'>;
}

/** Between two looks at what a box made of an order, ms. */
const lookMs = 700;
const mostShown = 5;
const over: ReadonlySet<CommandView['state']> = new Set(['done', 'failed', 'expired']);

/** Gives orders to boxes and follows each until the box has answered or the order is worthless. */
export function useOrders(): {
  readonly orders: readonly GivenOrder[];
  /** Whether it was done. */
  readonly give: (edge: string, order: FloorOrder, what: string) => Promise<boolean>;
} {
  const [orders, setOrders] = useState<readonly GivenOrder[]>([]);
  const left = useRef<AbortController>(undefined);
  const last = useRef(0);
  useEffect(() => {
    const here = new AbortController();
    left.current = here;
    return () => here.abort();
  }, []);

  const give = async (edge: string, order: FloorOrder, what: string): Promise<boolean> => {
    const key = ++last.current;
    const signal = left.current?.signal;
    const tell = (told: Omit<GivenOrder, 'key' | 'what'>): void =>
      setOrders((before) =>
        [{ key, what, ...told }, ...before.filter((each) => each.key !== key)]
          .toSorted((a, b) => b.key - a.key)
          .slice(0, mostShown),
      );
    const path = `/edges/${encodeURIComponent(edge)}/commands`;
    tell({ state: 'queued' });
    try {
      let view = await request<CommandView>('POST', path, order);
      while (!over.has(view.state)) {
        await new Promise((resolve) => setTimeout(resolve, lookMs));
        if (signal?.aborted) return false;
        view = await request<CommandView>('GET', `${path}/${view.id}`, undefined, signal);
        tell({ state: view.state, ...(view.error && { error: view.error }) });
      }
      return view.state === 'done';
    } catch (problem) {
      if (!signal?.aborted) tell({ state: 'failed', error: refusalOf(problem) });
      return false;
    }
  };
  return { orders, give };
}
