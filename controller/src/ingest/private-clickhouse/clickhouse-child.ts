import { onShutdown } from '@branchline/shared/node';
import { Engine } from './engine.ts';
import { createFront } from './http-front.ts';

/** What the parent tells the child once it is connected. */
export interface ChildOrders {
  readonly folder: string;
  readonly port: number;
  readonly user: string;
  readonly token: string;
  readonly readerToken: string;
  readonly slots: number;
  readonly memoryBytes: number;
}

/** What the child says when it answers requests, or why it never will. */
export type ChildReport = { readonly ready: true } | { readonly ready: false; readonly problem: string };

const maxBodyBytes = 256 * 1024 * 1024;

function report(text: ChildReport): void {
  process.send?.(text);
}

/** The process of the embedded engine: it must be one of its own, because worker threads crash the engine. */
function begin(orders: ChildOrders): void {
  let engine: Engine;
  try {
    engine = new Engine(orders.folder, {
      slots: orders.slots,
      waiting: 500,
      memoryBytes: orders.memoryBytes,
    });
  } catch (error) {
    report({ ready: false, problem: error instanceof Error ? error.message : String(error) });
    process.exitCode = 1;
    process.disconnect();
    return;
  }
  const { user, token, readerToken } = orders;
  const front = createFront(engine, { user, token, readerToken, maxBodyBytes });
  front.once('error', (error) => {
    report({ ready: false, problem: error.message });
    process.exit(1);
  });
  front.listen(orders.port, '127.0.0.1', () => report({ ready: true }));
  onShutdown(async () => {
    front.close();
    front.closeAllConnections();
    await engine.close();
  });
}

process.once('message', (orders) => begin(orders as ChildOrders));
