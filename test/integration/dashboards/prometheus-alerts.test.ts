import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../stores/support.ts';
import { controllerRules, edgeRules } from './parts.ts';

type Series = Readonly<Record<string, string>>;

/** Samples every 30 s for half an hour, as promtool writes them. */
const steady = (value: number): string => `${value}x60`;
const growing = (by: number): string => `0+${by}x60`;
const buckets = (within: number): Series => {
  const name = 'branchline_http_request_duration_seconds_bucket';
  return {
    [`${name}{route="/calls",le="2.5"}`]: growing(within),
    [`${name}{route="/calls",le="5"}`]: growing(100),
    [`${name}{route="/calls",le="+Inf"}`]: growing(100),
  };
};
const broker = (overflowed: string, drained: string): Series => ({
  branchline_mqtt_overflowed_total: overflowed,
  branchline_mqtt_drained_total: drained,
});
const outbox = (rows: number, linked: number): Series => ({
  'branchline_edge_outbox_pending_rows{edge="e"}': steady(rows),
  'branchline_edge_uplink_up{edge="e"}': steady(linked),
});
const disk = (used: number): Series => ({
  'branchline_edge_disk_used_bytes{edge="e"}': steady(used),
  'branchline_edge_disk_total_bytes{edge="e"}': steady(100),
});
/** One gauge, just beyond where somebody is to be told, and just not. */
const gauge = (name: string, beyond: number, within: number): Case => ({
  fires: [{ [name]: steady(beyond) }],
  silent: [{ [name]: steady(within) }],
});

interface Case {
  readonly fires: readonly Series[];
  readonly silent: readonly Series[];
}

const cases: Readonly<Record<string, Case>> = {
  BranchlineControllerDown: gauge('up{job="branchline-controller"}', 0, 1),
  BranchlineEdgeLost: {
    fires: [{ 'branchline_edges{status="lost"}': steady(1) }],
    silent: [
      { 'branchline_edges{status="lost"}': steady(0), 'branchline_edges{status="online"}': steady(9) },
    ],
  },
  BranchlineLiveDataStale: gauge('branchline_edge_live_age_seconds{edge="e"}', 31, 30),
  BranchlineIngestBehind: gauge('branchline_ingest_oldest_age_seconds', 61, 60),
  BranchlineIngestRefused: gauge('branchline_ingest_refused_blocks', 1, 0),
  BranchlineLeasingBlocked: gauge('branchline_leasing_blocked', 1, 0),
  BranchlineContractViolations: {
    fires: [{ 'branchline_contract_violations_total{code="BL_WIRE_INVALID"}': growing(1) }],
    silent: [{ 'branchline_contract_violations_total{code="BL_WIRE_INVALID"}': steady(7) }],
  },
  BranchlineBrokerOverflows: {
    fires: [broker(growing(1), steady(0)), broker(steady(0), growing(1))],
    silent: [broker(steady(3), steady(3))],
  },
  BranchlineMessagesQueue: gauge('branchline_mqtt_queued_messages', 5001, 5000),
  BranchlineApiSlow: { fires: [buckets(94)], silent: [buckets(96)] },
  BranchlineControllerStalls: gauge(
    'nodejs_eventloop_lag_p99_seconds{job="branchline-controller"}',
    0.51,
    0.5,
  ),
  BranchlineEdgeDown: gauge('up{job="branchline-edge"}', 0, 1),
  BranchlineSwitchDown: gauge('branchline_edge_switch_up{edge="e"}', 0, 1),
  BranchlineUplinkDown: gauge('branchline_edge_uplink_up{edge="e"}', 0, 1),
  BranchlineClockUntrusted: {
    fires: [{ 'branchline_edge_clock_trust{edge="e",trust="untrusted"}': steady(1) }],
    silent: [
      {
        'branchline_edge_clock_trust{edge="e",trust="untrusted"}': steady(0),
        'branchline_edge_clock_trust{edge="e",trust="trusted"}': steady(1),
      },
    ],
  },
  BranchlineOutboxGrows: { fires: [outbox(5001, 1)], silent: [outbox(5000, 1), outbox(5001, 0)] },
  BranchlineEdgeDiskFull: { fires: [disk(91)], silent: [disk(90)] },
};

const rules = [...controllerRules, ...edgeRules];

test('every rule is tried', () => {
  expect(Object.keys(cases).toSorted()).toEqual(rules.map(({ alert }) => alert).toSorted());
});

test('each alert fires just beyond its threshold when it lasts, and neither at it nor at once, where Prometheus is installed', ({
  skip,
}) => {
  const promtool = process.env['BRANCHLINE_PROMTOOL'] ?? 'promtool';
  if (spawnSync(promtool, ['--version']).status !== 0) skip('promtool is not installed');
  const firing = (alert: string): string => `count(ALERTS{alertname="${alert}",alertstate="firing"})`;
  const trial = (name: string, alert: string, series: Series, at: string, fires: boolean) => ({
    name: `${alert} ${name}`,
    interval: '30s',
    input_series: Object.entries(series).map(([each, values]) => ({ series: each, values })),
    promql_expr_test: [
      { expr: firing(alert), eval_time: at, exp_samples: fires ? [{ labels: '{}', value: 1 }] : [] },
    ],
  });
  const tests = rules.flatMap(({ alert, for: lasting }) => {
    const { fires, silent } = cases[alert]!;
    const minutes = Number.parseInt(lasting, 10);
    return [
      ...fires.map((series) => trial('fires', alert, series, `${minutes + 5}m`, true)),
      ...silent.map((series) => trial('is silent', alert, series, `${minutes + 5}m`, false)),
      // It has to last first.
      ...(minutes > 0 ? fires.map((series) => trial('waits', alert, series, `${minutes * 30}s`, false)) : []),
    ];
  });
  using folder = temporaryFolder('alerts');
  const file = join(folder.path, 'tests.yaml');
  const ruleFile = join(import.meta.dirname, '../../../dashboards/prometheus/alerts.yaml');
  // JSON is YAML, too.
  writeFileSync(file, JSON.stringify({ rule_files: [ruleFile], evaluation_interval: '30s', tests }));
  const { status, stdout, stderr } = spawnSync(promtool, ['test', 'rules', file], { encoding: 'utf8' });
  expect({ status, said: stdout + stderr }).toMatchObject({ status: 0 });
});
