// The simulated boxes of a fleet as one process, so that what they cost is not counted as the controller's.
import { readFileSync } from 'node:fs';
import { SimulatedBox } from './simulated-box.ts';

/** What the process is started with: a file of this. */
export interface BoxesFile {
  readonly url: string;
  readonly caFile: string;
  /** Boxes that work; the others are idle. */
  readonly workers: number;
  readonly boxes: readonly {
    readonly edge: string;
    readonly certificateFile: string;
    readonly keyFile: string;
    readonly recipient: string;
  }[];
}

export interface BoxesFacts {
  readonly up: number;
  readonly made: Readonly<Record<'attempt' | 'call' | 'event' | 'agent' | 'metric', number>>;
  readonly pending: number;
  /** Boxes that have leads to call. */
  readonly stocked: number;
  /** From a row's making to its acknowledgement, ms, since the last question; sorted. */
  readonly ackMs: readonly number[];
}

export type BoxesOrder =
  | { readonly order: 'facts' }
  /** What was made so far; asked for often, so nothing else. */
  | { readonly order: 'counts' }
  | { readonly order: 'work'; readonly everyMs: number }
  | { readonly order: 'rest' }
  | { readonly order: 'replay'; readonly rows: Readonly<Record<'call' | 'agent' | 'metric', number>> };

export const agentsOf = (edge: string): string[] =>
  Array.from({ length: 10 }, (_, i) => `${edge}-agent-${i}`);

const file = process.argv[2];
if (import.meta.main && file !== undefined) {
  const { boxes, workers, url, caFile } = JSON.parse(readFileSync(file, 'utf8')) as BoxesFile;
  let ackMs: number[] = [];
  const fleet = boxes.map(
    ({ edge, certificateFile, keyFile, recipient }, i) =>
      new SimulatedBox({
        edge,
        url,
        tls: { caFile, keyFile, certificateFile },
        recipient,
        agents: i < workers ? agentsOf(edge) : [],
        acknowledged: (ms) => ackMs.push(ms),
      }),
  );
  for (const box of fleet) box.start();
  const count = (stream: 'attempt' | 'call' | 'event' | 'agent' | 'metric'): number =>
    fleet.reduce((sum, { outbox }) => sum + outbox.count(stream), 0);
  const made = (): BoxesFacts['made'] => ({
    attempt: count('attempt'),
    call: count('call'),
    event: count('event'),
    agent: count('agent'),
    metric: count('metric'),
  });
  const facts = (): BoxesFacts => {
    const times = ackMs.toSorted((a, b) => a - b);
    ackMs = [];
    return {
      up: fleet.filter((box) => box.up).length,
      made: made(),
      pending: fleet.reduce((sum, { outbox }) => sum + outbox.pending, 0),
      stocked: fleet.filter((box) => box.leads > 0).length,
      ackMs: times,
    };
  };
  const answerTo = ({ order }: BoxesOrder): object => {
    if (order === 'facts') return facts();
    return order === 'counts' ? made() : {};
  };
  process.on('message', (order: BoxesOrder) => {
    const workersOf = fleet.slice(0, workers);
    if (order.order === 'work') for (const box of workersOf) box.work(order.everyMs);
    if (order.order === 'rest') for (const box of workersOf) box.rest();
    // The last box is an idle one: what it sends is its backlog alone.
    if (order.order === 'replay')
      void fleet
        .at(-1)!
        .replay(order.rows)
        .then((ms) => process.send?.({ replayedMs: ms }));
    else process.send?.(answerTo(order));
  });
  process.on('disconnect', () => process.exit(0));
  process.stdout.write(`${JSON.stringify({ ready: true })}\n`);
}
