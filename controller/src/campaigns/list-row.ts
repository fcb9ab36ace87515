import {
  BranchlineError,
  isZone,
  readPhoneNumber,
  type Consent,
  type LeadNumber,
  type LeadStanding,
} from '@branchline/shared';
import type { ZoneLookUp } from '@branchline/shared/node';
import type { ListColumns } from './list-columns.ts';
import {
  isOfCampaign,
  priorityOfRank,
  readCallback,
  standingOf,
  type PromisedCall,
} from './vicidial-list.ts';

/** A lead as a row of a list states it. */
export interface ListedLead {
  readonly numbers: readonly LeadNumber[];
  readonly firstNumber: string;
  readonly zoneKey: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly consent?: Consent;
  /** 0–100; higher is dialed first. */
  readonly priority?: number;
  /** How far it was with whoever called it before. */
  readonly past?: {
    readonly standing: LeadStanding;
    readonly attempts: number;
    /** They do not want the calls of this campaign alone. */
    readonly ofCampaign?: true;
    readonly callback?: PromisedCall;
  };
}

/** Longest value of a field (contract). */
const longestValue = 500;

/** Longest text about a consent (contract). */
const longestEvidence = 200;
/** ISO 8601, with a zone where there is a time: an hour of nowhere is no evidence. */
const isoDate = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

/** The key under which the planner knows leads that may be called at the same hours. */
export function zoneKeyOf(zones: readonly string[]): string {
  return zones.toSorted().join(',');
}

/** Reads one row; what is wrong with it is for the person who made the list. */
export function readListRow(
  cells: readonly string[],
  columns: ListColumns,
  region: string,
  zonesOf: ZoneLookUp,
): ListedLead | { readonly problem: string; readonly unknownStatus?: string } {
  if (cells.length !== columns.width) {
    return { problem: `it has ${cells.length} cells, the heading has ${columns.width}` };
  }
  const zone = columns.zone === undefined ? '' : (cells[columns.zone] ?? '').trim();
  if (zone !== '' && !isZone(zone)) return { problem: `there is no time zone "${zone.slice(0, 60)}"` };
  const priority = columns.priority === undefined ? '' : (cells[columns.priority] ?? '').trim();
  if (priority !== '' && !/^(?:100|\d{1,2})$/.test(priority))
    return { problem: `its priority "${priority.slice(0, 20)}" is no whole number from 0 to 100` };
  const rankAt = columns.vicidial?.rank;
  const rank = rankAt === undefined ? undefined : priorityOfRank((cells[rankAt] ?? '').trim());
  const numbers: LeadNumber[] = [];
  for (const at of columns.phones) {
    const text = (cells[at] ?? '').trim();
    if (text === '') continue;
    try {
      const facts = readPhoneNumber(withCode(text, cells, columns), region);
      if (numbers.some((entry) => entry.number === facts.e164)) continue;
      numbers.push({ number: facts.e164, zones: zone === '' ? zonesOf(facts).slice(0, 40) : [zone] });
    } catch (error) {
      if (error instanceof BranchlineError) return { problem: error.message };
      throw error;
    }
  }
  const first = numbers[0];
  if (!first) return { problem: 'it has no phone number' };
  const fields: Record<string, string> = {};
  for (const { at, name } of columns.fields) {
    const value = (cells[at] ?? '').trim();
    if (value.length > longestValue)
      return { problem: `"${name}" is longer than ${longestValue} characters` };
    if (value !== '') fields[name] = value;
  }
  const consent = columns.consent && readConsent(cells, columns.consent);
  if (consent && 'problem' in consent) return consent;
  const past = columns.vicidial && readPast(cells, columns.vicidial, first.zones[0] ?? 'UTC');
  if (past && 'problem' in past) return past;
  return {
    numbers,
    firstNumber: first.number,
    zoneKey: zoneKeyOf(first.zones),
    fields,
    ...(consent && { consent }),
    ...(rank !== undefined && { priority: rank }),
    ...(priority !== '' && { priority: Number(priority) }),
    ...(past && { past }),
  };
}

/** A national number behind the country code that a column of its own has. */
function withCode(text: string, cells: readonly string[], { vicidial }: ListColumns): string {
  const code = vicidial && (cells[vicidial.phoneCode] ?? '').trim();
  return code && /^\d{1,3}$/.test(code) && !text.startsWith('+') ? `+${code}${text}` : text;
}

function readPast(
  cells: readonly string[],
  columns: NonNullable<ListColumns['vicidial']>,
  zone: string,
): NonNullable<ListedLead['past']> | { readonly problem: string; readonly unknownStatus: string } {
  const text = (at: number | undefined): string => (at === undefined ? '' : (cells[at] ?? '').trim());
  const status = text(columns.status);
  const { flags } = columns;
  const flagged =
    flags &&
    (Object.fromEntries(Object.entries(flags).map(([flag, at]) => [flag, text(at)])) as Record<
      keyof typeof flags,
      string
    >);
  const standing = standingOf(status, columns.statuses, flagged);
  if (!standing)
    return {
      problem: `its status "${status.slice(0, 20)}" is none of VICIdial's own: say what it means`,
      unknownStatus: status.slice(0, 20),
    };
  const attempts = Number(/^\d{1,4}$/.exec(text(columns.calledCount))?.[0] ?? 0);
  const callback = readCallback(
    {
      status,
      time: text(columns.callbackTime),
      recipient: text(columns.recipient),
      user: text(columns.user),
      owner: text(columns.owner),
    },
    columns.callbackZone ?? zone,
  );
  return {
    standing,
    attempts,
    ...(standing === 'do-not-call' && isOfCampaign(status) && { ofCampaign: true }),
    ...(standing === 'open' && callback && { callback }),
  };
}

/** Evidence of consent, whole or none; undefined: the row has none. */
function readConsent(
  cells: readonly string[],
  columns: NonNullable<ListColumns['consent']>,
): Consent | { readonly problem: string } | undefined {
  const text = (at: number): string => (cells[at] ?? '').trim();
  const [date, how, reference] = [text(columns.at), text(columns.how), text(columns.reference)];
  if (date === '' && how === '' && reference === '') return undefined;
  if (date === '' || how === '' || reference === '')
    return { problem: 'its consent needs all of: when, how, and where the evidence is' };
  if (how.length > longestEvidence || reference.length > longestEvidence || /\p{Cc}/u.test(how + reference))
    return { problem: `its consent is longer than ${longestEvidence} characters, or has line ends` };
  const at = isoDate.test(date) ? Date.parse(date.replace(' ', 'T')) : NaN;
  if (!(at >= 0))
    return { problem: `"${date.slice(0, 40)}" is no date like 2026-05-31 or 2026-05-31T09:30Z` };
  return { at, how, reference };
}
