import {
  nextInsideWindow,
  ownCallbackMs,
  reachedPerson,
  type AttemptRow,
  type CampaignSettings,
  type GateRule,
  type LeadNumber,
} from '@branchline/shared';
import type { Tables } from '../database/index.ts';

/** The lead as it stood before the attempt's result came. */
export interface LeadBefore {
  readonly attempts: number;
  readonly numbers: readonly LeadNumber[];
  readonly dueAt: number;
  readonly callback?: Callback | undefined;
}

/** A promise to call again: by anyone, or by an agent of a branch. */
export type Callback = Pick<Tables['leads'], 'callback_edge' | 'callback_agent'>;

/** What an attempt or a disposition makes of a lead. */
export interface LeadFate {
  readonly state: 'open' | 'finished' | 'exhausted';
  readonly attempts: number;
  readonly numbers: readonly LeadNumber[];
  /** Business ms; only of an open lead does it mean anything. */
  readonly dueAt: number;
  /** A promise that is to be kept then. */
  readonly callback?: Callback | undefined;
  /** Why it is over. */
  readonly reason?: string;
}

/** How a lead that is due is stored: what an agent promised is for anyone only after a while. */
export function dueColumns({
  dueAt,
  callback,
}: Pick<LeadFate, 'dueAt' | 'callback'>): Pick<
  Tables['leads'],
  'due_at' | 'callback_at' | 'callback_edge' | 'callback_agent'
> {
  const { callback_edge, callback_agent } = callback ?? { callback_edge: null, callback_agent: null };
  return {
    due_at: callback_agent === null ? dueAt : dueAt + ownCallbackMs,
    callback_at: callback ? dueAt : null,
    callback_edge,
    callback_agent,
  };
}

/** Why a lead is over that has had all its attempts. */
export const capReason = 'attempts cap';

export type FateSettings = Pick<CampaignSettings, 'window' | 'attemptsCap' | 'retries' | 'dispositions'>;

/** When another number of the lead is tried after one was found dead, ms. */
const nextNumberDelayMs = 60_000;
/** After "call again" without a rule of the campaign's own, ms. */
const callAgainDelayMs = 24 * 3_600_000;

/** After a refusal that somebody must change the campaign for, ms. */
const afterSettingsMs = 15 * 60_000;

/**
 * What a refusal of the gate is about: the number, the person, the hour, the campaign's settings or the branch's lines, what campaign
 * and region ask of a call to this person, or only the lease.
 */
export const refusalIsAbout: Record<GateRule, 'number' | 'lead' | 'hour' | 'settings' | 'terms' | 'lease'> = {
  'campaign-stopped': 'lease',
  'lease-expired': 'lease',
  'clock-untrusted': 'lease',
  'emergency-number': 'number',
  'short-number': 'number',
  'premium-number': 'number',
  'invalid-number': 'number',
  'region-unknown': 'terms',
  'do-not-call': 'number',
  consent: 'terms',
  'manual-only': 'terms',
  'caller-id': 'settings',
  'ring-time': 'settings',
  'recording-notice': 'settings',
  'drop-lockout': 'hour',
  'frequency-cap': 'hour',
  'public-holiday': 'hour',
  'attempts-cap': 'lead',
  'not-due': 'hour',
  'calling-window': 'hour',
};

/**
 * What a reported attempt makes of its lead.
 * @param counted whether this attempt has been counted already (assumed when the edge did not report in time)
 */
export function afterAttempt(
  lead: LeadBefore,
  attempt: AttemptRow,
  settings: FateSettings,
  counted = false,
): LeadFate {
  const fate =
    attempt.outcome === 'REFUSED'
      ? afterRefusal(lead, attempt, settings)
      : afterDialing(lead, attempt, settings, counted);
  return reachedPerson.includes(attempt.outcome) ? fate : stillPromised(lead, fate);
}

/** Until the person was reached a promise is open. */
function stillPromised({ callback }: LeadBefore, fate: LeadFate): LeadFate {
  return callback && fate.state === 'open' ? { ...fate, callback } : fate;
}

function afterDialing(
  lead: LeadBefore,
  attempt: AttemptRow,
  settings: FateSettings,
  counted: boolean,
): LeadFate {
  const { outcome, endedAt } = attempt;
  const attempts = lead.attempts + (counted ? 0 : 1);
  const dead = new Set<string>(attempt.deadNumbers);
  if (outcome === 'INVALID_NUMBER') dead.add(attempt.number);
  const numbers = nextNumbers(lead.numbers, attempt.number, dead);
  const base = { attempts, numbers, dueAt: endedAt };
  if (numbers.length === 0)
    return { ...base, state: 'exhausted', numbers: lead.numbers, reason: 'no number left' };
  const rule = settings.retries.find((retry) => retry.outcome === outcome);
  if (!rule && reachedPerson.includes(outcome)) return { ...base, state: 'finished', reason: 'answered' };
  if (attempts >= settings.attemptsCap) return { ...base, state: 'exhausted', reason: capReason };
  if (rule) return dueFrom(base, endedAt + rule.delaySeconds * 1000, settings);
  if (dead.size > 0) return dueFrom(base, endedAt + nextNumberDelayMs, settings);
  return { ...base, state: 'exhausted', reason: `outcome ${outcome}` };
}

function afterRefusal(lead: LeadBefore, attempt: AttemptRow, settings: FateSettings): LeadFate {
  const { attempts, dueAt } = lead;
  const rule = attempt.refusal?.rule ?? 'invalid-number';
  const base = { attempts, numbers: lead.numbers, dueAt };
  const about = refusalIsAbout[rule];
  if (about === 'lease') return { ...base, state: 'open' };
  // A minute later at the earliest: the same minute would be refused again.
  const again = attempt.endedAt + (about === 'hour' ? 60_000 : afterSettingsMs);
  // Under which settings a branch refused is not known here: where the lead is lent next it is judged under those of that time.
  if (about === 'hour' || about === 'settings' || about === 'terms')
    return dueFrom(base, Math.max(dueAt, again, attempt.refusal?.until ?? 0), settings);
  const numbers =
    about === 'lead' ? [] : nextNumbers(lead.numbers, attempt.number, new Set([attempt.number]));
  if (numbers.length === 0) return { ...base, state: 'exhausted', reason: rule };
  return dueFrom({ ...base, numbers }, attempt.endedAt, settings);
}

/** What an agent decided. */
export interface Decision {
  readonly code: string;
  /** Business ms. */
  readonly at: number;
  /** When the person is to be called again, and by whom. */
  readonly callbackAt?: number | undefined;
  readonly callback?: Callback | undefined;
}

/** What a disposition makes of a lead whose attempt it belongs to; undefined when it changes nothing. */
export function afterDisposition(
  lead: LeadBefore & {
    readonly finishedByAnswer: boolean;
    readonly open: boolean;
    /** Whether who says it has promised to call, and may move that or take it back. */
    readonly promised?: boolean;
  },
  { code, at, callbackAt, callback }: Decision,
  settings: FateSettings,
): LeadFate | undefined {
  const disposition = settings.dispositions.find((candidate) => candidate.code === code);
  if (!disposition) return undefined;
  const base = { attempts: lead.attempts, numbers: lead.numbers, dueAt: at };
  if (disposition.final || disposition.optout) return { ...base, state: 'finished', reason: code };
  const speaksOfCallback = callbackAt !== undefined || lead.promised === true;
  if (!lead.finishedByAnswer && !(lead.open && speaksOfCallback)) return undefined;
  if (lead.attempts >= settings.attemptsCap) return { ...base, state: 'exhausted', reason: capReason };
  if (callbackAt !== undefined) {
    const fate = dueFrom(base, callbackAt, settings);
    return fate.state === 'open' ? { ...fate, callback } : fate;
  }
  const rule = settings.retries.find((retry) => retry.outcome === 'ANSWERED');
  return dueFrom(base, at + (rule ? rule.delaySeconds * 1000 : callAgainDelayMs), settings);
}

/** What a lead becomes when its edge never told: one attempt is counted at the lease's end. */
export function afterSilence(lead: LeadBefore, expiredAt: number, settings: FateSettings): LeadFate {
  const attempts = lead.attempts + 1;
  const base = { attempts, numbers: lead.numbers, dueAt: expiredAt };
  if (attempts >= settings.attemptsCap) return { ...base, state: 'exhausted', reason: capReason };
  const rule = settings.retries.find((retry) => retry.outcome === 'LOST');
  return stillPromised(lead, dueFrom(base, expiredAt + (rule?.delaySeconds ?? 3600) * 1000, settings));
}

/** Open, and due when the window of the next number opens at or after `from`. */
function dueFrom(
  base: Pick<LeadFate, 'attempts' | 'numbers' | 'dueAt'>,
  from: number,
  settings: FateSettings,
): LeadFate {
  const dueAt = nextInsideWindow(settings.window, from, base.numbers[0]?.zones ?? []);
  if (dueAt === undefined)
    return { ...base, state: 'exhausted', reason: 'no hour at which it may be called' };
  return { ...base, state: 'open', dueAt };
}

/** Without the dead ones, and beginning with the number after the one that was tried last. */
function nextNumbers(
  numbers: readonly LeadNumber[],
  tried: string,
  dead: ReadonlySet<string>,
): readonly LeadNumber[] {
  const at = numbers.findIndex((entry) => entry.number === tried);
  const turned = at < 0 ? numbers : [...numbers.slice(at + 1), ...numbers.slice(0, at + 1)];
  return turned.filter((entry) => !dead.has(entry.number));
}
