import type { Grant, Role } from '@branchline/shared';

/** What the console offers. The controller decides by itself; this only keeps people from doors that are closed to them. */
export type Ability =
  | 'overview'
  | 'campaigns'
  | 'campaign-write'
  | 'import-read'
  | 'import-write'
  | 'dnc-read'
  | 'dnc-add'
  | 'dnc-remove'
  | 'flows'
  | 'flow-write'
  | 'prompts'
  | 'prompt-write'
  | 'knowledge'
  | 'knowledge-write'
  | 'calls'
  | 'call-export'
  | 'people'
  | 'audit'
  | 'commands'
  | 'agent-orders'
  | 'line-orders'
  | 'gsm'
  | 'plan-read'
  | 'plan-write'
  | 'staff-write'
  | 'own';

const roles: Readonly<Record<Ability, readonly Role[]>> = {
  overview: ['admin', 'operations', 'supervisor', 'auditor', 'engineer'],
  campaigns: ['admin', 'operations', 'supervisor', 'auditor'],
  'campaign-write': ['admin', 'operations'],
  'import-read': ['admin', 'operations', 'supervisor'],
  'import-write': ['admin', 'operations'],
  'dnc-read': ['admin', 'operations', 'supervisor', 'auditor'],
  'dnc-add': ['admin', 'operations', 'supervisor'],
  'dnc-remove': ['admin'],
  flows: ['admin', 'operations', 'supervisor', 'auditor', 'engineer'],
  'flow-write': ['admin', 'operations'],
  prompts: ['admin', 'operations', 'supervisor', 'auditor', 'engineer'],
  'prompt-write': ['admin', 'operations'],
  knowledge: ['admin', 'operations', 'supervisor', 'auditor', 'engineer'],
  'knowledge-write': ['admin', 'operations'],
  'call-export': ['admin', 'operations', 'supervisor', 'auditor'],
  people: ['admin'],
  audit: ['admin', 'auditor'],
  commands: ['admin', 'operations', 'supervisor', 'engineer'],
  'agent-orders': ['admin', 'operations', 'supervisor'],
  'line-orders': ['admin', 'operations', 'engineer'],
  gsm: ['admin'],
  'plan-read': ['admin', 'operations', 'supervisor', 'engineer'],
  'plan-write': ['admin', 'engineer'],
  'staff-write': ['admin', 'operations', 'supervisor', 'engineer'],
  own: ['admin', 'operations', 'supervisor', 'auditor', 'engineer', 'agent'],
  calls: ['admin', 'operations', 'supervisor', 'auditor', 'engineer', 'agent'],
};

/**
 * Whether somebody may use something, at these sites: with none given anywhere, with an empty list in the whole
 * installation.
 */
export function may(grants: readonly Grant[], ability: Ability, sites?: readonly string[]): boolean {
  const fitting = grants.filter((grant) => roles[ability].includes(grant.role));
  if (fitting.some((grant) => grant.site === undefined)) return true;
  if (sites === undefined) return fitting.length > 0;
  return sites.length > 0 && sites.every((site) => fitting.some((grant) => grant.site === site));
}

/** Sites somebody is bound to for something; undefined when bound to none. */
export function boundTo(grants: readonly Grant[], ability: Ability): readonly string[] | undefined {
  const fitting = grants.filter((grant) => roles[ability].includes(grant.role));
  if (fitting.some((grant) => grant.site === undefined)) return undefined;
  return [...new Set(fitting.flatMap((grant) => grant.site ?? []))];
}
