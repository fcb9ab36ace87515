import { afterEach, expect, it } from 'vitest';
import { unheardLine } from '@branchline/shared';
import { serveMetrics, type EdgeState, type MetricsServer } from './metrics.ts';

let server: MetricsServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const state: EdgeState = {
  health: {
    cpu: 0.25,
    memory: 0.5,
    disk: 0.1,
    memoryUsedBytes: 4e9,
    memoryTotalBytes: 8e9,
    diskUsedBytes: 1e10,
    diskTotalBytes: 1e11,
    processMemoryBytes: 1e8,
    eventLoopDelayP99Ms: 3,
  },
  uplinkUp: false,
  turnedAway: { registration: 3, call: 0, line: 1 },
  live: {
    agents: {
      mei: { state: 'ready', since: 1 },
      li: { state: 'talking', since: 1 },
      wang: { state: 'ready', since: 1 },
    },
    campaigns: {},
    lines: {
      'trunk-1': { ...unheardLine(30), state: 'up', inUse: 2 },
      'gsm-1': { ...unheardLine(1), state: 'down' },
    },
    calls: { dialing: 1, ringing: 0, waiting: 0, talking: 2, inbound: 1 },
    switch: 'up',
    clock: 'holdover',
    outboxPending: 12,
    lent: { leases: 2, unconfirmed: 0 },
    cpu: 0.25,
    memory: 0.5,
    disk: 0.1,
  },
};

async function scrape(path = '/metrics'): Promise<{ status: number; type: string | null; text: string }> {
  const response = await fetch(`http://127.0.0.1:${server?.port}${path}`);
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
}

it('a scrape tells what the edge knows at that moment', async () => {
  let now = state;
  server = await serveMetrics('north-1', 0, () => now);
  const first = await scrape();
  expect(first).toMatchObject({ status: 200, type: expect.stringContaining('text/plain') as string });
  const lines = first.text.split('\n');
  for (const line of [
    'branchline_edge_switch_up{edge="north-1"} 1',
    'branchline_edge_uplink_up{edge="north-1"} 0',
    'branchline_edge_clock_trust{trust="holdover",edge="north-1"} 1',
    'branchline_edge_clock_trust{trust="untrusted",edge="north-1"} 0',
    'branchline_edge_outbox_pending_rows{edge="north-1"} 12',
    'branchline_edge_agents{state="ready",edge="north-1"} 2',
    'branchline_edge_line_up{line="gsm-1",edge="north-1"} 0',
    'branchline_edge_line_channels_in_use{line="trunk-1",edge="north-1"} 2',
    'branchline_edge_calls{phase="talking",edge="north-1"} 2',
    'branchline_edge_disk_used_bytes{edge="north-1"} 10000000000',
    'branchline_edge_cpu_ratio{edge="north-1"} 0.25',
  ])
    expect(lines).toContain(line);
  now = { ...state, live: { ...state.live, agents: {}, outboxPending: 0 } };
  const second = (await scrape()).text;
  expect(second).toContain('branchline_edge_outbox_pending_rows{edge="north-1"} 0');
  // A state that nobody is in any more is not shown with its old count.
  expect(second).not.toContain('state="talking"');
});

it('there is nothing else to be had, and a path that is none gets 404', async () => {
  server = await serveMetrics('north-1', 0, () => state);
  expect((await scrape('/')).status).toBe(404);
  expect((await scrape('/metrics/../etc')).status).toBe(404);
});

it('a port that is taken is told by the name of the setting', async () => {
  server = await serveMetrics('north-1', 0, () => state);
  await expect(serveMetrics('north-1', server.port, () => state)).rejects.toMatchObject({
    code: 'BL_CONFIG_INVALID',
    message: expect.stringContaining('metricsPort') as string,
  });
});
