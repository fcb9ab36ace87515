import type { FleetBus } from './broker/index.ts';
import type { EdgeRegistry, ViolationLog } from './fleet/index.ts';
import type { FeedHub, Metrics } from './http/index.ts';
import type { DutyName } from './duty.ts';
import type { Pump } from './ingest/index.ts';
import type { LeaseDesk } from './campaigns/index.ts';

export interface TelemetrySources {
  readonly metrics: Metrics;
  readonly bus: FleetBus;
  readonly pump: Pump | undefined;
  readonly registry: EdgeRegistry;
  readonly feed: FeedHub;
  readonly leases: LeaseDesk | undefined;
  /** Which duties this process has at the moment. */
  readonly duties: Readonly<Record<DutyName, () => boolean>>;
  readonly violations: ViolationLog;
  /** Transport time, ms. */
  readonly now: () => number;
}

/** What the controller shows of itself to Prometheus. */
export function exposeTelemetry(sources: TelemetrySources): void {
  const { metrics, bus, pump, registry, feed, leases, violations, duties, now } = sources;
  const busCounts = [
    ['received', 'Messages received from edges.'],
    ['sent', 'Messages sent to edges.'],
    ['overflowed', 'Messages not taken because the queue of their edge was full.'],
    ['drained', 'Edges disconnected because they did not read in time.'],
    ['refused', 'Connections refused at the broker.'],
    ['quarantined', 'Messages swallowed because their topic was refused before.'],
  ] as const;
  for (const [key, help] of busCounts) {
    metrics.add({
      name: `branchline_mqtt_${key}_total`,
      help,
      kind: 'counter',
      read: () => [{ value: bus.stats()[key] }],
    });
  }
  metrics.add({
    name: 'branchline_contract_violations_total',
    help: 'Messages that did not fit the contract, by error code.',
    kind: 'counter',
    labels: ['code'],
    read: () => Object.entries(bus.stats().violations).map(([code, value]) => ({ value, labels: { code } })),
  });
  metrics.add({
    name: 'branchline_contract_violations_unrecorded_total',
    help: 'Violations that were only counted because too many came at once.',
    kind: 'counter',
    read: () => [{ value: violations.dropped }],
  });
  metrics.add({
    name: 'branchline_mqtt_queued_messages',
    help: 'Messages waiting to be handled.',
    kind: 'gauge',
    read: () => [{ value: bus.stats().queued }],
  });
  metrics.add({
    name: 'branchline_edges',
    help: 'Edges by state.',
    kind: 'gauge',
    labels: ['status'],
    read: () => {
      const counts: Record<string, number> = { never: 0, online: 0, lost: 0, stopped: 0 };
      for (const edge of registry.all()) counts[edge.status] = (counts[edge.status] ?? 0) + 1;
      return Object.entries(counts).map(([status, value]) => ({ value, labels: { status } }));
    },
  });
  metrics.add({
    name: 'branchline_edge_live_age_seconds',
    help: 'Age of the last live data of an edge that is online.',
    kind: 'gauge',
    labels: ['edge', 'site'],
    read: () =>
      registry.all().flatMap(({ id, site, status }) => {
        if (status !== 'online') return [];
        const live = registry.board.get(id);
        return live ? [{ value: Math.max(0, now() - live.sentAt) / 1000, labels: { edge: id, site } }] : [];
      }),
  });
  metrics.add({
    name: 'branchline_leasing_blocked',
    help: '1 while nothing is lent because edges have not reported after a restore.',
    kind: 'gauge',
    read: () => [{ value: leases?.blocked === undefined ? 0 : 1 }],
  });
  metrics.add({
    name: 'branchline_duty_held',
    help: '1 while this controller is the one that has the duty.',
    kind: 'gauge',
    labels: ['duty'],
    read: () => Object.entries(duties).map(([duty, held]) => ({ value: held() ? 1 : 0, labels: { duty } })),
  });
  metrics.add({
    name: 'branchline_feed_readers',
    help: 'Open live feeds.',
    kind: 'gauge',
    read: () => [{ value: feed.size }],
  });
  if (!pump) return;
  const pumpGauges = [
    ['pendingRows', 'branchline_ingest_pending_rows', 1, 'Rows received and not yet in ClickHouse.'],
    [
      'oldestAgeMs',
      'branchline_ingest_oldest_age_seconds',
      1000,
      'Age of the oldest row that is not yet in ClickHouse.',
    ],
    [
      'refusedBlocks',
      'branchline_ingest_refused_blocks',
      1,
      'Blocks that ClickHouse refuses; a person has to look.',
    ],
  ] as const;
  for (const [key, name, divisor, help] of pumpGauges) {
    metrics.add({
      name,
      help,
      kind: 'gauge',
      read: async () => [{ value: (await pump.stats())[key] / divisor }],
    });
  }
  metrics.add({
    name: 'branchline_ingest_sent_rows_total',
    help: 'Rows acknowledged by ClickHouse since this process started.',
    kind: 'counter',
    read: async () => [{ value: (await pump.stats()).sentRows }],
  });
}
