import type { CampaignView, Completeness, LiveSnapshot, Overview } from '@branchline/shared';
import type { CenterClient } from './center-client.ts';
import { eventually } from './eventually.ts';
import { findDoubleDials, type DoubleDial, type LedgerFacts } from './ledger-proof.ts';

/** What must be true after a fault; `attempts` and `calls` tell how much that was tried on. */
export interface FleetProof {
  readonly attempts: number;
  readonly calls: number;
  /** Attempts of the ledgers without a record in ClickHouse. */
  readonly missing: readonly string[];
  /** Records in ClickHouse that are there more than once or that no ledger knows. */
  readonly duplicates: readonly string[];
  readonly doubleDialed: readonly (DoubleDial | UnknownCall)[];
  /** Where an aggregate says something other than the ledgers. */
  readonly disagreements: readonly string[];
  /** Agents who are not back to a state in which they can work. */
  readonly stuckAgents: readonly string[];
  /** Programs that ended and were not killed by the test. */
  readonly crashed: readonly string[];
}

/** The part of a proof that says whether everything is well. */
export const allWell: Omit<FleetProof, 'attempts' | 'calls'> = {
  missing: [],
  duplicates: [],
  doubleDialed: [],
  disagreements: [],
  stuckAgents: [],
  crashed: [],
};

/** A number that was called more often than the ledgers know. */
export interface UnknownCall {
  readonly number: string;
  readonly why: 'unknown-call';
  readonly called: number;
  readonly known: number;
}

/** Each table of ClickHouse with the rows that the ledgers have for it. */
function expectedRows(ledgers: readonly LedgerFacts[]): Readonly<Record<string, number>> {
  const sum = (of: (facts: LedgerFacts) => number): number =>
    ledgers.reduce((total, facts) => total + of(facts), 0);
  return {
    attempts: sum(({ rows }) => rows.attempt),
    calls: sum(({ rows }) => rows.call),
    agent_events: sum(({ rows }) => rows.agent),
    dispositions: sum(({ dispositions }) => dispositions.length),
    events: sum(({ rows, dispositions }) => rows.event + rows.optout - dispositions.length),
    metrics: sum(({ rows }) => rows.metric),
    line_minutes: sum(({ rows }) => rows.line),
  };
}

/** What a proof looks at: the whole fleet from outside. */
export interface FleetInSight {
  readonly client: CenterClient;
  /** The one campaign. */
  readonly campaign: string;
  ledgers(): readonly LedgerFacts[];
  /** How often each number was really called, by branch. */
  called(): Promise<readonly Readonly<Record<string, number>>[]>;
  stuckAgents(): Promise<readonly string[]>;
  /** Programs that ended by themselves. */
  crashed(): Promise<readonly string[]>;
}

/**
 * Waits until all calls have ended and everything is stored, and compares what the branches, the center and the carriers
 * know. @throws Error with what does not come to rest within `deadlineMs`
 */
export async function proveAtRest(fleet: FleetInSight, deadlineMs: number): Promise<FleetProof> {
  const { client } = fleet;
  let open: string | undefined = 'nothing was seen';
  await eventually(
    'rest',
    async () => {
      open = unrest(fleet.ledgers(), await client.get<Completeness>('/completeness'));
      return open === undefined;
    },
    deadlineMs,
    300,
  ).catch(() => {
    throw new Error(`the fleet does not come to rest in ${deadlineMs} ms: ${open}`);
  });
  // Figures are computed anew every two seconds, leads are settled every second.
  const disagreements = await lastFound(20_000, async () =>
    findDisagreements(
      fleet.ledgers(),
      await client.get<CampaignView>(`/campaigns/${fleet.campaign}`),
      await client.get<Overview>('/overview'),
    ),
  );
  const stuckAgents = await lastFound(10_000, () => fleet.stuckAgents());
  const ledgers = fleet.ledgers();
  return {
    attempts: ledgers.reduce((sum, { knownAttempts }) => sum + knownAttempts.length, 0),
    calls: ledgers.reduce((sum, { calls }) => sum + calls.length, 0),
    missing: await findMissing(client, ledgers),
    duplicates: findDuplicates(ledgers, await client.get<Completeness>('/completeness')),
    doubleDialed: findDialedTwice(ledgers, await fleet.called()),
    disagreements,
    stuckAgents,
    crashed: await fleet.crashed(),
  };
}

/** Looks until nothing is found any more; gives what was found last. */
async function lastFound(
  deadlineMs: number,
  look: () => Promise<readonly string[]>,
): Promise<readonly string[]> {
  let found: readonly string[] = [];
  const nothing = async (): Promise<boolean> => (found = await look()).length === 0;
  await eventually('nothing being found', nothing, deadlineMs).catch(() => undefined);
  return found;
}

/** What is still under way, in words; undefined when everything is at rest. */
export function unrest(ledgers: readonly LedgerFacts[], { tables }: Completeness): string | undefined {
  const sum = (of: (facts: LedgerFacts) => number): number =>
    ledgers.reduce((total, facts) => total + of(facts), 0);
  const parts = [
    [sum(({ openAttempts }) => openAttempts), 'attempts are open'],
    [sum(({ openCalls }) => openCalls), 'calls are open'],
    [sum(({ unacknowledged }) => unacknowledged), 'rows are not acknowledged'],
    ...Object.entries(expectedRows(ledgers)).map(
      ([table, rows]) =>
        [Math.max(0, rows - (tables[table]?.unique ?? 0)), `${table} are not stored`] as const,
    ),
  ] as const;
  const open = parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return open.length > 0 ? open.join(', ') : undefined;
}

/** Attempts of the ledgers that the store does not have. */
export async function findMissing(
  client: CenterClient,
  ledgers: readonly LedgerFacts[],
): Promise<readonly string[]> {
  const ids = ledgers.flatMap(({ knownAttempts }) => knownAttempts);
  const missing: string[] = [];
  for (let i = 0; i < ids.length; i += 1000) {
    const answer = await client.post<{ missing: string[] }>('/completeness/attempts', {
      ids: ids.slice(i, i + 1000),
    });
    missing.push(...answer.missing);
  }
  return missing;
}

/** Tables with more rows than ids or than the ledgers have, and ledgers that tell something twice. */
export function findDuplicates(ledgers: readonly LedgerFacts[], { tables }: Completeness): string[] {
  const expected = expectedRows(ledgers);
  const stored = Object.entries(tables).flatMap(([table, { unique, ids }]) => {
    const surplus = Math.max(unique - ids, unique - (expected[table] ?? 0));
    return surplus > 0 ? [`${surplus} rows too many in ${table}`] : [];
  });
  const told = ledgers.flatMap(({ closedAttempts, calls }) =>
    [closedAttempts, calls.map(({ id }) => id)].flatMap((ids) =>
      ids.filter((id, i) => ids.indexOf(id) !== i).map((id) => `${id} is told twice`),
    ),
  );
  return [...stored, ...told];
}

/** @param called how often each number was really called, from all carriers */
export function findDialedTwice(
  ledgers: readonly LedgerFacts[],
  called: readonly Readonly<Record<string, number>>[],
): FleetProof['doubleDialed'] {
  // Lines have their own ways to write a number; the last eleven digits are a Chinese mobile in all of them.
  const bare = (number: string): string => number.replaceAll(/\D/g, '').slice(-11);
  const known = Map.groupBy(
    ledgers.flatMap(({ dialed }) => dialed.map(bare)),
    (number) => number,
  );
  const heard = new Map<string, number>();
  for (const counts of called)
    for (const [number, count] of Object.entries(counts))
      heard.set(bare(number), (heard.get(bare(number)) ?? 0) + count);
  const unknown = [...heard].flatMap(([number, count]): UnknownCall[] => {
    const written = known.get(number)?.length ?? 0;
    return count > written ? [{ number, why: 'unknown-call', called: count, known: written }] : [];
  });
  return [...findDoubleDials(ledgers.flatMap(({ attempts }) => attempts)), ...unknown];
}

/** What the center's figures and the ledgers disagree about. */
export function findDisagreements(
  ledgers: readonly LedgerFacts[],
  campaign: CampaignView,
  { today }: Overview,
): string[] {
  const rows = ledgers.flatMap(({ attemptRows }) => attemptRows);
  const calls = ledgers.flatMap((facts) => facts.calls);
  const tally = (values: readonly string[]): Record<string, number> =>
    Object.fromEntries([...Map.groupBy(values, (value) => value)].map(([value, all]) => [value, all.length]));
  const last = new Map(
    ledgers
      .flatMap(({ dispositions }) => dispositions)
      .toSorted((a, b) => a.at - b.at || a.seq - b.seq)
      .map(({ call, code }) => [call, code] as const),
  );
  const dialed = rows.filter(({ outcome }) => outcome !== 'REFUSED').length;
  const { leads } = campaign;
  const facts: readonly (readonly [what: string, center: unknown, branches: unknown])[] = [
    ['outcomes', campaign.outcomes, tally(rows.map(({ outcome }) => outcome))],
    ['dispositions', campaign.dispositions, tally([...last.values()])],
    ['dialed, by hours', campaign.hours.reduce((sum, { attempts }) => sum + attempts, 0), dialed],
    ['dialed today', today.attempts, dialed],
    ['refused today', today.refused, rows.length - dialed],
    ['calls today', today.calls, calls.length],
    ['answered today', today.answered, calls.filter(({ outcome }) => outcome === 'ANSWERED').length],
    ['leads lent', leads.leased + leads.inDoubt, ledgers.reduce((sum, { heldLeads }) => sum + heldLeads, 0)],
    [
      'leads altogether',
      leads.total,
      leads.ready + leads.waiting + leads.leased + leads.inDoubt + leads.finished + leads.exhausted,
    ],
  ];
  return facts.flatMap(([what, center, branches]) =>
    sorted(center) === sorted(branches)
      ? []
      : [`${what}: the center says ${sorted(center)}, the branches ${sorted(branches)}`],
  );
}

function sorted(value: unknown): string {
  return typeof value === 'object' && value !== null
    ? JSON.stringify(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    : String(value);
}

const engaged = new Set(['reserved', 'ringing', 'talking']);

/**
 * Agents whose state makes no sense: gone, or with a customer although there are fewer calls than that. While nothing is
 * dialed every engaged agent is one.
 */
export function findStuckAgents(edge: string, live: LiveSnapshot | undefined): string[] {
  if (!live) return [`${edge}: not heard of`];
  if (live.switch === 'down') return [`${edge}: without its switch`];
  const { dialing, ringing, waiting, talking } = live.calls;
  const calls = dialing + ringing + waiting + talking;
  const agents = Object.entries(live.agents);
  if (agents.length === 0) return [`${edge}: knows of nobody yet`];
  const away = agents.filter(([, { state }]) => state === 'offline');
  const busy = agents.filter(([, { state }]) => engaged.has(state));
  const odd = busy.length > calls ? busy : [];
  return [...away, ...odd].map(
    ([agent, { state, reason }]) => `${agent} is ${state} (${reason ?? 'no reason'})`,
  );
}
