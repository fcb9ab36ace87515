import { countryCodeOf, regionOfZone, type BranchPlan } from '@branchline/shared';

/**
 * What a minute costs from a branch to people in these zones, millionths of a currency: of the route to their country the
 * cheapest line in use. Prices in different currencies do not compare, so only those in `currency` are told. A route to a part
 * of a country says nothing about the whole, and operators are not known before a lead is looked at: both are left to the branch.
 */
export function pricesOf(
  { lines, routes }: Pick<BranchPlan, 'lines' | 'routes'>,
  zoneKeys: Iterable<string>,
  currency: string,
): Map<string, number> {
  const priced = new Map(
    lines.flatMap(({ id, enabled, tariff }) =>
      enabled && tariff?.currency === currency ? [[id, tariff.perMinute] as const] : [],
    ),
  );
  const prices = new Map<string, number>();
  if (priced.size === 0) return prices;
  for (const key of zoneKeys) {
    const [zone = ''] = key.split(',');
    const code = countryCodeOf(regionOfZone(zone) ?? '');
    if (code === undefined) continue;
    const [route] = routes
      .filter(({ prefix }) => `+${code}`.startsWith(prefix))
      .toSorted((a, b) => b.prefix.length - a.prefix.length);
    const known = (route?.lines ?? []).flatMap((line) => priced.get(line) ?? []);
    if (known.length > 0) prices.set(key, Math.min(...known));
  }
  return prices;
}

/** The currency that most lines in use are paid in; the first by name among equals. */
export function mainCurrency(plans: readonly Pick<BranchPlan, 'lines'>[]): string {
  const counts = new Map<string, number>();
  for (const { lines } of plans)
    for (const { enabled, tariff } of lines)
      if (enabled && tariff) counts.set(tariff.currency, (counts.get(tariff.currency) ?? 0) + 1);
  const [first] = [...counts].toSorted(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  return first?.[0] ?? '';
}
