import { BranchlineError, type Grant, type Role } from '@branchline/shared';

/**
 * How far an action reaches. `site`: it concerns one site, and a grant for that site suffices. `global`: it concerns the
 * whole installation, and only a grant without a site suffices. `filtered`: any grant suffices, and what is read is cut
 * down to the sites of the grants.
 */
export type Reach = 'site' | 'global' | 'filtered';

interface Rule {
  readonly roles: readonly Role[];
  readonly reach: Reach;
}

/** The one table of who may do what. Every route and feed asks it; a test walks it row by row. */
export const permissions = {
  'overview.read': { roles: ['admin', 'operations', 'supervisor', 'auditor', 'engineer'], reach: 'filtered' },
  'site.create': { roles: ['admin'], reach: 'global' },
  'site.gsm': { roles: ['admin'], reach: 'site' },
  'edge.enrol': { roles: ['admin', 'engineer'], reach: 'site' },
  'edge.revoke': { roles: ['admin', 'engineer'], reach: 'site' },
  'plan.read': { roles: ['admin', 'operations', 'supervisor', 'engineer'], reach: 'site' },
  'plan.write': { roles: ['admin', 'engineer'], reach: 'site' },
  'staff.write': { roles: ['admin', 'operations', 'supervisor', 'engineer'], reach: 'site' },
  'command.agent': { roles: ['admin', 'operations', 'supervisor'], reach: 'site' },
  'command.edge': { roles: ['admin', 'operations', 'engineer'], reach: 'site' },
  'command.read': { roles: ['admin', 'operations', 'supervisor', 'engineer'], reach: 'site' },
  'lease.write-off': { roles: ['admin', 'operations'], reach: 'site' },
  'campaign.read': { roles: ['admin', 'operations', 'supervisor', 'auditor'], reach: 'filtered' },
  'campaign.write': { roles: ['admin', 'operations'], reach: 'site' },
  'campaign.run': { roles: ['admin', 'operations'], reach: 'site' },
  'import.write': { roles: ['admin', 'operations'], reach: 'site' },
  'import.read': { roles: ['admin', 'operations', 'supervisor'], reach: 'filtered' },
  'flow.read': { roles: ['admin', 'operations', 'supervisor', 'auditor', 'engineer'], reach: 'filtered' },
  'flow.write': { roles: ['admin', 'operations'], reach: 'site' },
  'prompt.read': { roles: ['admin', 'operations', 'supervisor', 'auditor', 'engineer'], reach: 'filtered' },
  // Every branch plays them.
  'prompt.write': { roles: ['admin', 'operations'], reach: 'global' },
  'article.read': { roles: ['admin', 'operations', 'supervisor', 'auditor', 'engineer'], reach: 'filtered' },
  'article.write': { roles: ['admin', 'operations'], reach: 'global' },
  'call.read': {
    roles: ['admin', 'operations', 'supervisor', 'auditor', 'engineer', 'agent'],
    reach: 'filtered',
  },
  'call.export': { roles: ['admin', 'operations', 'supervisor', 'auditor'], reach: 'filtered' },
  'call.dispose': { roles: ['admin', 'operations', 'supervisor'], reach: 'site' },
  'number.read': { roles: ['admin', 'operations', 'supervisor', 'auditor'], reach: 'filtered' },
  'dnc.read': { roles: ['admin', 'operations', 'supervisor', 'auditor'], reach: 'filtered' },
  // Whoever hears a person ask must be able to write it down; taking it back is another matter.
  'dnc.add': { roles: ['admin', 'operations', 'supervisor'], reach: 'filtered' },
  'dnc.remove': { roles: ['admin'], reach: 'global' },
  'user.read': { roles: ['admin'], reach: 'global' },
  'user.write': { roles: ['admin'], reach: 'global' },
  'token.own': {
    roles: ['admin', 'operations', 'supervisor', 'auditor', 'engineer', 'agent'],
    reach: 'filtered',
  },
  'account.own': {
    roles: ['admin', 'operations', 'supervisor', 'auditor', 'engineer', 'agent'],
    reach: 'filtered',
  },
  'audit.read': { roles: ['admin', 'auditor'], reach: 'filtered' },
  'audit.export': { roles: ['admin', 'auditor'], reach: 'filtered' },
  // Dashboards of Grafana show all sites.
  'dashboard.read': { roles: ['admin', 'operations', 'supervisor', 'auditor', 'engineer'], reach: 'global' },
  // They name the boxes of all sites.
  'metrics.read': { roles: ['admin', 'operations', 'engineer'], reach: 'global' },
} as const satisfies Record<string, Rule>;

export type Action = keyof typeof permissions;

/** What is on record when it is done; to read is not. */
export type RecordedAction = Exclude<Action, `${string}.read`>;

/** The sites somebody may see or touch in one respect. */
export type Scope = readonly string[] | 'all';

/** The sites at which grants allow an action; `all` when one of them is not bound to a site. */
export function scopeOf(grants: readonly Grant[], action: Action): Scope {
  const rule: Rule = permissions[action];
  const fitting = grants.filter((grant) => rule.roles.includes(grant.role));
  if (fitting.some((grant) => grant.site === undefined)) return 'all';
  return [...new Set(fitting.flatMap((grant) => grant.site ?? []))];
}

/** Whether a scope contains a site. */
export function covers(scope: Scope, site: string): boolean {
  return scope === 'all' || scope.includes(site);
}

/** The sites of both scopes. */
export function inBoth(one: Scope, other: Scope): Scope {
  if (one === 'all') return other;
  return one.filter((site) => covers(other, site));
}

/** A scope cut down to one site, if one is named; to none when the scope has not got it. */
export function narrow(scope: Scope, site: string | undefined): Scope {
  if (site === undefined) return scope;
  return covers(scope, site) ? [site] : [];
}

/**
 * Whether grants allow an action on these sites (`site` reach: all of them; none given = the whole installation).
 */
export function permits(grants: readonly Grant[], action: Action, sites: readonly string[] = []): boolean {
  const scope = scopeOf(grants, action);
  if (scope === 'all') return true;
  const rule: Rule = permissions[action];
  if (rule.reach === 'global') return false;
  const named = rule.reach === 'filtered' ? scope : sites;
  return named.length > 0 && sites.every((site) => scope.includes(site));
}

/** @throws BranchlineError `BL_AUTH_FORBIDDEN` */
export function demand(grants: readonly Grant[], action: Action, sites: readonly string[] = []): void {
  if (!permits(grants, action, sites)) throw new BranchlineError('BL_AUTH_FORBIDDEN', { action });
}
