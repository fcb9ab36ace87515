import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import { BranchlineError, problemOf, type ClockTrust, type LiveSnapshot } from '@branchline/shared';
import type { Health } from './health.ts';

/** What an edge knows of itself at the moment somebody asks. */
export interface EdgeState {
  readonly live: LiveSnapshot;
  readonly health: Health;
  readonly uplinkUp: boolean;
  /** Since the start of this process, by what was tried. */
  readonly turnedAway: Readonly<Record<string, number>>;
}

export interface MetricsServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Serves `/metrics` on 127.0.0.1, without a password: whoever is on the box may see it, nobody else reaches it.
 * @param port 0 = any free port
 * @throws BranchlineError `BL_CONFIG_INVALID` when the port is taken
 */
export async function serveMetrics(
  edge: string,
  port: number,
  read: () => EdgeState,
): Promise<MetricsServer> {
  const registry = edgeMetrics(edge, read);
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url?.split('?')[0] !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    registry.metrics().then(
      (text) => response.writeHead(200, { 'Content-Type': registry.contentType }).end(text),
      (error: unknown) => response.writeHead(500).end(problemOf(error)),
    );
  });
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch (error) {
    throw new BranchlineError(
      'BL_CONFIG_INVALID',
      { place: 'metricsPort', problem: problemOf(error) },
      error,
    );
  }
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const trusts: readonly ClockTrust[] = ['trusted', 'holdover', 'untrusted'];

/** Every metric of an edge; values are read at each scrape. */
function edgeMetrics(edge: string, read: () => EdgeState): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ edge });
  collectDefaultMetrics({ register: registry });
  const gauge = (name: string, help: string, value: (state: EdgeState) => number): void => {
    const one: Gauge = new Gauge({
      name: `branchline_edge_${name}`,
      help,
      registers: [registry],
      collect: () => one.set(value(read())),
    });
  };
  const byLabel = (
    name: string,
    help: string,
    label: string,
    values: (state: EdgeState) => Iterable<readonly [string, number]>,
  ): void => {
    const one: Gauge = new Gauge({
      name: `branchline_edge_${name}`,
      help,
      labelNames: [label],
      registers: [registry],
      collect: () => {
        one.reset();
        for (const [key, value] of values(read())) one.set({ [label]: key }, value);
      },
    });
  };
  gauge('switch_up', '1 while FreeSWITCH answers.', ({ live }) => Number(live.switch === 'up'));
  gauge('uplink_up', '1 while the center is linked.', ({ uplinkUp }) => Number(uplinkUp));
  byLabel('clock_trust', '1 for how far the clock is to be believed.', 'trust', ({ live }) =>
    trusts.map((trust) => [trust, Number(trust === live.clock)]),
  );
  gauge(
    'outbox_pending_rows',
    'Rows that the center has not acknowledged.',
    ({ live }) => live.outboxPending,
  );
  gauge('leases', 'Batches of leads that are lent to this edge.', ({ live }) => live.lent.leases);
  byLabel('calls', 'Calls that are up, by phase; inbound ones are counted in both.', 'phase', ({ live }) =>
    Object.entries(live.calls),
  );
  byLabel('agents', 'Agents by state.', 'state', ({ live }) => counts(Object.values(live.agents)));
  byLabel('line_up', '1 while a line takes calls.', 'line', ({ live }) =>
    Object.entries(live.lines).map(([id, { state }]) => [id, Number(state !== 'down')]),
  );
  byLabel('line_channels', 'Channels of a line.', 'line', ({ live }) =>
    Object.entries(live.lines).map(([id, { channels }]) => [id, channels]),
  );
  byLabel('line_channels_in_use', 'Channels of a line that are busy.', 'line', ({ live }) =>
    Object.entries(live.lines).map(([id, { inUse }]) => [id, inUse]),
  );
  const turnedAway: Counter = new Counter({
    name: 'branchline_edge_sip_turned_away_total',
    help: 'SIP requests that were turned away: wrong passwords at the phones port, calls of no carrier, calls of no site or without a ticket.',
    labelNames: ['what'],
    registers: [registry],
    collect: () => {
      turnedAway.reset();
      for (const [what, count] of Object.entries(read().turnedAway)) turnedAway.inc({ what }, count);
    },
  });
  gauge('cpu_ratio', 'Share of all cores of the box in use.', ({ health }) => health.cpu);
  gauge('memory_used_bytes', 'Memory of the box in use.', ({ health }) => health.memoryUsedBytes);
  gauge('memory_total_bytes', 'Memory of the box.', ({ health }) => health.memoryTotalBytes);
  gauge('disk_used_bytes', 'Used on the disk that holds the data.', ({ health }) => health.diskUsedBytes);
  gauge('disk_total_bytes', 'Size of the disk that holds the data.', ({ health }) => health.diskTotalBytes);
  return registry;
}

function counts(agents: readonly { state: string }[]): [string, number][] {
  return [...Map.groupBy(agents, ({ state }) => state)].map(([state, of]) => [state, of.length]);
}
