import type { Rendered } from './render.ts';

/** What FreeSWITCH must do so that a new configuration takes effect, in this order. */
export type Action =
  | { readonly do: 'reloadxml' }
  | { readonly do: 'reloadacl' }
  | { readonly do: 'kill-gateway'; readonly gateway: string }
  | { readonly do: 'rescan'; readonly profile: string }
  | { readonly do: 'start-profile'; readonly profile: string }
  /** Drops the calls on spans: waits until there are none. */
  | { readonly do: 'reload-spans' }
  /** Drops the profile's calls: waits until there are none. */
  | { readonly do: 'restart-profile' | 'stop-profile'; readonly profile: string }
  /** Drops every call: waits until there are none. */
  | { readonly do: 'restart-switch' };

/** Whether an action ends calls. */
export function needsIdle(action: Action): boolean {
  return heavy.has(action.do);
}

const heavy: ReadonlySet<Action['do']> = new Set([
  'reload-spans',
  'restart-profile',
  'stop-profile',
  'restart-switch',
]);

/** The actions that lead from one rendered configuration to another; none when they are equal. */
export function actionsBetween(before: Rendered | undefined, after: Rendered): readonly Action[] {
  if (before?.xml === after.xml) return [];
  if (!before)
    return [
      { do: 'reloadxml' },
      { do: 'reloadacl' },
      { do: 'rescan', profile: 'external' },
      { do: 'rescan', profile: 'internal' },
    ];
  if (before.parts.core !== after.parts.core) return [{ do: 'restart-switch' }];

  const actions: Action[] = [{ do: 'reloadxml' }];
  if (before.parts.acl !== after.parts.acl) actions.push({ do: 'reloadacl' });
  const profiles = { before: before.parts.profiles, after: after.parts.profiles };
  const names = Object.keys(profiles.after);
  const restarted = names.filter(
    (name) => name in profiles.before && profiles.before[name] !== profiles.after[name],
  );
  for (const profile of names)
    if (!(profile in profiles.before)) actions.push({ do: 'start-profile', profile });
  if (!restarted.includes('external')) {
    const [old, now] = [before.parts.gateways, after.parts.gateways];
    const stale = Object.keys(old).filter((name) => old[name] !== now[name]);
    for (const gateway of stale) actions.push({ do: 'kill-gateway', gateway });
    if (stale.length > 0 || Object.keys(now).some((name) => !(name in old)))
      actions.push({ do: 'rescan', profile: 'external' });
  }
  if (before.parts.spans !== after.parts.spans) actions.push({ do: 'reload-spans' });
  for (const profile of restarted) actions.push({ do: 'restart-profile', profile });
  for (const profile of Object.keys(profiles.before))
    if (!(profile in profiles.after)) actions.push({ do: 'stop-profile', profile });
  return actions;
}

/** The name of the change in the words of the field: the heaviest of its actions. */
export function describeActions(actions: readonly Action[]): string {
  const order: readonly Action['do'][] = [
    'restart-switch',
    'restart-profile',
    'stop-profile',
    'reload-spans',
    'start-profile',
    'kill-gateway',
    'rescan',
    'reloadacl',
    'reloadxml',
  ];
  return order.find((kind) => actions.some((action) => action.do === kind)) ?? 'none';
}
