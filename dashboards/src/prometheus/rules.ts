/** A rule over `/metrics` of the controller or of an edge. */
export interface PrometheusRule {
  readonly alert: string;
  readonly expr: string;
  /** How long it must last, such as `5m`. */
  readonly for: string;
  readonly severity: 'critical' | 'warning';
  readonly summary: string;
  /** What to do. */
  readonly description: string;
}

/** What the process of the center says of itself. Its scrape job is named `branchline-controller`. */
export const controllerRules: readonly PrometheusRule[] = [
  {
    alert: 'BranchlineControllerDown',
    expr: 'up{job="branchline-controller"} == 0',
    for: '1m',
    severity: 'critical',
    summary: 'The controller {{ $labels.instance }} does not answer.',
    description:
      'Branches go on by themselves until their leases end, 2 hours by default. Start it again; look at its log.',
  },
  {
    alert: 'BranchlineEdgeLost',
    expr: 'branchline_edges{status="lost"} > 0',
    for: '10m',
    severity: 'warning',
    summary: '{{ $value }} edges have lost their link.',
    description: 'The overview of the console says which. Look at the link of the branch first.',
  },
  {
    alert: 'BranchlineLiveDataStale',
    expr: 'branchline_edge_live_age_seconds > 30',
    for: '5m',
    severity: 'warning',
    summary: 'The live data of edge {{ $labels.edge }} is {{ $value | humanizeDuration }} old.',
    description: 'The branch is linked but does not speak, or the controller is too busy to listen.',
  },
  {
    alert: 'BranchlineIngestBehind',
    expr: 'branchline_ingest_oldest_age_seconds > 60',
    for: '5m',
    severity: 'critical',
    summary: 'Rows wait for ClickHouse for {{ $value | humanizeDuration }}.',
    description: 'Nothing is lost, but dashboards and reports are old. Look at /readyz, then at ClickHouse.',
  },
  {
    alert: 'BranchlineIngestRefused',
    expr: 'branchline_ingest_refused_blocks > 0',
    for: '1m',
    severity: 'critical',
    summary: 'ClickHouse refuses {{ $value }} blocks of rows.',
    description:
      'They are kept and tried again, but a person has to look: the reason is in the log of the controller.',
  },
  {
    alert: 'BranchlineLeasingBlocked',
    expr: 'branchline_leasing_blocked == 1',
    for: '15m',
    severity: 'warning',
    summary: 'No leads are lent: after a restore some branches have not reported yet.',
    description: 'It ends by itself when they report or when their longest lease has run out.',
  },
  {
    alert: 'BranchlineContractViolations',
    expr: 'sum by (code) (increase(branchline_contract_violations_total[10m])) > 0',
    for: '0m',
    severity: 'warning',
    summary: 'Messages from branches do not fit the contract ({{ $labels.code }}).',
    description:
      'An edge with other software, or somebody who plays with a certificate. The console lists them.',
  },
  {
    alert: 'BranchlineBrokerOverflows',
    expr: 'increase(branchline_mqtt_overflowed_total[10m]) > 0 or increase(branchline_mqtt_drained_total[10m]) > 0',
    for: '0m',
    severity: 'warning',
    summary: 'The broker of {{ $labels.instance }} cannot keep up with an edge.',
    description:
      'Nothing is lost: the edge sends again. If it lasts, the controller needs more CPU or an external broker.',
  },
  {
    alert: 'BranchlineMessagesQueue',
    expr: 'branchline_mqtt_queued_messages > 5000',
    for: '5m',
    severity: 'warning',
    summary: '{{ $value }} messages wait to be handled.',
    description:
      'After an outage of many branches this is normal for minutes. If it grows, look at PostgreSQL.',
  },
  {
    alert: 'BranchlineApiSlow',
    expr: 'histogram_quantile(0.95, sum by (le, route) (rate(branchline_http_request_duration_seconds_bucket[5m]))) > 2.5',
    for: '10m',
    severity: 'warning',
    summary: '5 % of the requests to {{ $labels.route }} take more than 2.5 s.',
    description: 'Look at ClickHouse for searches and figures, at PostgreSQL for all others.',
  },
  {
    alert: 'BranchlineControllerStalls',
    expr: 'nodejs_eventloop_lag_p99_seconds{job="branchline-controller"} > 0.5',
    for: '5m',
    severity: 'warning',
    summary: 'The controller {{ $labels.instance }} stalls for {{ $value }} s.',
    description: 'It has too little CPU. Give it more, or a second controller.',
  },
];

/** What a box says of itself. Its scrape job is named `branchline-edge`. */
export const edgeRules: readonly PrometheusRule[] = [
  {
    alert: 'BranchlineEdgeDown',
    expr: 'up{job="branchline-edge"} == 0',
    for: '2m',
    severity: 'critical',
    summary: 'The edge process of {{ $labels.instance }} does not answer.',
    description: 'The phones go on in survival mode. Look whether the service runs.',
  },
  {
    alert: 'BranchlineSwitchDown',
    expr: 'branchline_edge_switch_up == 0',
    for: '1m',
    severity: 'critical',
    summary: 'Edge {{ $labels.edge }} has no link to FreeSWITCH.',
    description: 'No calls are steered. Look whether FreeSWITCH runs.',
  },
  {
    alert: 'BranchlineUplinkDown',
    expr: 'branchline_edge_uplink_up == 0',
    for: '10m',
    severity: 'warning',
    summary: 'Edge {{ $labels.edge }} has no link to the center.',
    description: 'It goes on by itself until its leases end.',
  },
  {
    alert: 'BranchlineClockUntrusted',
    expr: 'branchline_edge_clock_trust{trust="untrusted"} == 1',
    for: '1m',
    severity: 'critical',
    summary: 'Edge {{ $labels.edge }} does not know the time and has stopped dialing.',
    description: 'Connect it to the center, or look at its battery.',
  },
  {
    alert: 'BranchlineOutboxGrows',
    expr: 'branchline_edge_outbox_pending_rows > 5000 and branchline_edge_uplink_up == 1',
    for: '10m',
    severity: 'warning',
    summary: 'Edge {{ $labels.edge }} holds back {{ $value }} rows although it is linked.',
    description: 'The center does not acknowledge. Look at /readyz of the controller.',
  },
  {
    alert: 'BranchlineEdgeDiskFull',
    expr: 'branchline_edge_disk_used_bytes / branchline_edge_disk_total_bytes > 0.9',
    for: '10m',
    severity: 'critical',
    summary: 'The disk of edge {{ $labels.edge }} is {{ $value | humanizePercentage }} full.',
    description: 'A full disk stops recording and then dialing. Look whether recordings are uploaded.',
  },
];

/** Prometheus' own metric of every scrape. */
const ofPrometheus: ReadonlySet<string> = new Set(['up']);
/** Words of the query language that look like metrics. */
const words =
  /\b(?:sum|by|on|and|or|le|increase|rate|histogram_quantile|humanize\w*)\b|\{[^}]*\}|\[[^\]]*\]|\((?:le|code|le, route)\)/g;

/** Metrics that a rule reads, sorted. */
export function metricsOf(rule: PrometheusRule): string[] {
  const names = rule.expr.replaceAll(words, ' ').match(/[a-z_][a-z0-9_]*/g) ?? [];
  return [...new Set(names)].filter((name) => !ofPrometheus.has(name)).toSorted();
}

/** The rule file that Prometheus loads. */
export function prometheusFile(): unknown {
  const group = (name: string, rules: readonly PrometheusRule[]): unknown => ({
    name,
    interval: '30s',
    rules: rules.map(({ severity, summary, description, ...rule }) => ({
      ...rule,
      labels: { severity, service: 'branchline' },
      annotations: { summary, description },
    })),
  });
  return {
    groups: [group('branchline-controller', controllerRules), group('branchline-edge', edgeRules)],
  };
}
