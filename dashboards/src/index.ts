/** Grafana and Prometheus as code. */
export { alertRules, type AlertSpec } from './alerts/rules.ts';
export { boards } from './boards/index.ts';
export { grafanaUser, readOnlyUser } from './clickhouse-user.ts';
export { all, expand, type Choices, type Range } from './expand.ts';
export { controllerRules, edgeRules, metricsOf, type PrometheusRule } from './prometheus/rules.ts';
export { prometheusRules, provisioning, type ProvisioningOptions } from './provisioning.ts';
export type { DashboardSpec, PanelSpec, VariableSpec } from './spec.ts';
export { languages, type Language } from './words.ts';
