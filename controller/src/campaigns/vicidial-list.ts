import { parse } from 'csv-parse/sync';
import {
  BranchlineError,
  isZone,
  zoneOffsetMinutes,
  type ColumnMapping,
  type LeadStanding,
} from '@branchline/shared';

/** Where in a list that VICIdial exported things are that tell how far its leads are, by the names of its tables. */
export interface VicidialColumns {
  /** The country code, without which `phone_number` is a national number. */
  readonly phoneCode: number;
  readonly status?: number;
  readonly calledCount?: number;
  readonly rank?: number;
  /** Of `vicidial_callbacks`: when somebody was promised a call, and whether by its `user` (`USERONLY`) or by anyone. */
  readonly callbackTime?: number;
  readonly recipient?: number;
}

/** Columns that say more about a lead's standing and stay fields of the lead. */
export interface VicidialHints {
  readonly user?: number;
  readonly owner?: number;
  /** The flags of the lead's status, as `vicidial_statuses` has them. */
  readonly flags?: StatusFlags<number>;
}

type Flag = 'dnc' | 'sale' | 'not_interested' | 'unworkable' | 'completed' | 'scheduled_callback';
type StatusFlags<T> = Readonly<Record<Flag, T>>;
const flags: readonly Flag[] = [
  'dnc',
  'sale',
  'not_interested',
  'unworkable',
  'completed',
  'scheduled_callback',
];

/** A call that was promised. */
export interface PromisedCall {
  /** Business ms. */
  readonly at: number;
  /** VICIdial's name of the agent who promised it; absent: anyone. */
  readonly user?: string;
}

/** Statuses that VICIdial comes with, by what they say about calling again. */
const statuses: Readonly<Record<LeadStanding, string>> = {
  // New, or nobody was reached, or a talk is owed.
  open: 'NEW QUEUE INCALL NA N B AB A AA AM AL PU PM DROP XDROP PDROP TIMEOT ADC ADCT ERI CG CGT CALLBK CBHOLD DISPO HANGUP DEAD',
  finished: 'SALE XFER NI NP DEC',
  // The number leads to nobody.
  exhausted: 'DC AFAX DUP',
  'do-not-call': 'DNC DNCL DNCC DNCW QDNC',
};
/** Who does not want this campaign's calls, and may be called by others. */
const campaignOnly = 'DNCC';
/** A callback whose time is to come, or has come. */
const callbacks: ReadonlySet<string> = new Set(['CALLBK', 'CBHOLD']);
const longestRank = 99;

const standings = new Map<string, LeadStanding>(
  (Object.entries(statuses) as [LeadStanding, string][]).flatMap(([standing, names]) =>
    names.split(' ').map((name) => [name, standing] as const),
  ),
);

/** Finds VICIdial's columns by the names of its database; undefined: the list is not one of its. */
export function findVicidialColumns(
  names: readonly string[],
): { readonly columns: VicidialColumns; readonly hints: VicidialHints } | undefined {
  const at = (name: string): number => names.findIndex((each) => each.toLowerCase() === name);
  const phoneCode = at('phone_code');
  if (at('phone_number') < 0 || phoneCode < 0) return undefined;
  const there = <K extends string>(wanted: Readonly<Record<K, string>>): Partial<Record<K, number>> =>
    Object.fromEntries(
      Object.entries<string>(wanted)
        .map(([key, name]) => [key, at(name)] as const)
        .filter(([, index]) => index >= 0),
    ) as Partial<Record<K, number>>;
  const flagged = there(Object.fromEntries(flags.map((flag) => [flag, flag])) as StatusFlags<string>);
  return {
    columns: {
      phoneCode,
      ...there({
        status: 'status',
        calledCount: 'called_count',
        rank: 'rank',
        callbackTime: 'callback_time',
        recipient: 'recipient',
      }),
    },
    hints: {
      ...there({ user: 'user', owner: 'owner' }),
      ...(flags.every((flag) => flagged[flag] !== undefined) && { flags: flagged as StatusFlags<number> }),
    },
  };
}

/**
 * What a status means: as somebody has said, as its flags in the row say, or as VICIdial's own. Undefined for one that a center has
 * made itself. An empty one is a new lead.
 */
export function standingOf(
  status: string,
  said: ColumnMapping['statuses'] = {},
  flagged?: StatusFlags<string>,
): LeadStanding | undefined {
  if (status === '') return 'open';
  const name = status.toUpperCase();
  const own = Object.entries(said).find(([each]) => each.toUpperCase() === name);
  return own?.[1] ?? standings.get(name) ?? (flagged && standingOfFlags(flagged));
}

/** Whether a status keeps away this campaign alone. */
export function isOfCampaign(status: string): boolean {
  return status.toUpperCase() === campaignOnly;
}

/** What the flags of a status say; undefined: not all of them are Y or N. */
function standingOfFlags(flagged: StatusFlags<string>): LeadStanding | undefined {
  const has = (flag: Flag): boolean => flagged[flag].trim().toUpperCase() === 'Y';
  if (flags.some((flag) => !/^[YN]$/i.test(flagged[flag].trim()))) return undefined;
  if (has('dnc')) return 'do-not-call';
  if (has('scheduled_callback')) return 'open';
  if (has('sale') || has('not_interested') || has('completed')) return 'finished';
  return has('unworkable') ? 'exhausted' : 'open';
}

/**
 * The statuses of an exported `vicidial_statuses` or `vicidial_campaign_statuses` (CSV with the names of its columns).
 * @throws BranchlineError `BL_API_INVALID`
 */
export function readStatusTable(text: string): NonNullable<ColumnMapping['statuses']> {
  const refuse = (problem: string): never => {
    throw new BranchlineError('BL_API_INVALID', { place: '/statuses', problem });
  };
  let rows: Record<string, string>[];
  try {
    rows = parse(text, {
      bom: true,
      columns: (names: string[]) => names.map((name) => name.trim().toLowerCase()),
      skip_empty_lines: true,
      delimiter: [',', ';', '\t'],
    });
  } catch {
    return refuse('it is not CSV with a heading');
  }
  const entries = rows.map((row): [string, LeadStanding] => {
    const status = (row['status'] ?? '').trim();
    const missing = flags.find((flag) => row[flag] === undefined);
    if (missing) return refuse(`it has no column "${missing}"`);
    if (!/^[A-Za-z0-9_-]{1,20}$/.test(status)) return refuse(`"${status.slice(0, 20)}" is no status`);
    const standing = standingOfFlags(row as unknown as StatusFlags<string>);
    return standing ? [status, standing] : refuse(`the flags of "${status}" are neither Y nor N`);
  });
  return Object.fromEntries(entries);
}

/** A rank from -99 to 99, 0 where nobody gave one, as a priority from 0 to 100. */
export function priorityOfRank(rank: string): number | undefined {
  if (!/^-?\d{1,5}$/.test(rank)) return undefined;
  return Math.round(50 + (Math.max(-longestRank, Math.min(longestRank, Number(rank))) * 50) / longestRank);
}

/**
 * When somebody with this status was promised a call; undefined: nobody was, or the list does not tell when.
 * @param zone of times without one of their own
 */
export function readCallback(
  {
    status,
    time,
    recipient,
    user,
    owner,
  }: Readonly<Record<'status' | 'time' | 'recipient' | 'user' | 'owner', string>>,
  zone: string,
): PromisedCall | undefined {
  const parts = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2})?(?:\.\d+)?(Z|[+-]\d{2}:\d{2})?$/.exec(time);
  if (!callbacks.has(status.toUpperCase()) || !parts || time.startsWith('0000')) return undefined;
  const [, date, minute, second = ':00', offset] = parts;
  const there = Date.parse(`${date}T${minute}${second}${offset ?? 'Z'}`);
  if (Number.isNaN(there) || (!offset && !isZone(zone))) return undefined;
  const shift = (at: number): number => zoneOffsetMinutes(zone, at) * 60_000;
  // The second look is for the hours around a change of the clock.
  const at = offset ? there : there - shift(there - shift(there));
  const name = recipient.toUpperCase() === 'USERONLY' ? user : recipient === '' ? owner : '';
  return { at, ...(name !== '' && { user: name }) };
}
