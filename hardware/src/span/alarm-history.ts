import { goTo, stay, type Step } from '@branchline/shared';
import type { AlarmEntry, SpanAlarm } from './span.ts';

/** The alarms of one line, past and present. */
export interface AlarmState {
  readonly current?: {
    readonly entry: AlarmEntry;
    /** The last that were seen, without `recovering`: why the line is down now. */
    readonly latest: readonly SpanAlarm[];
    /** Of the clock that never goes back, ms. */
    readonly since: number;
    /** It has lasted longer than the debounce: a fault. */
    readonly raised: boolean;
  };
  /** Ended ones that were raised, newest last. */
  readonly past: readonly AlarmEntry[];
  /** Ended ones that were too short to be raised. */
  readonly brief: number;
}

export const noAlarms: AlarmState = { past: [], brief: 0 };

export type AlarmEffect = { readonly tell: AlarmEntry };

/** What a look saw, and when. */
export interface AlarmInput {
  readonly alarms: readonly SpanAlarm[];
  /** ms since the epoch. */
  readonly at: number;
  /** Of the clock that never goes back, ms. */
  readonly monotonic: number;
}

/** So many ended alarms are kept. */
const longestPast = 50;

/** A line is alarmed until nothing is left of it, `recovering` included. */
export function nextAlarms(
  state: AlarmState,
  input: AlarmInput,
  debounceMs: number,
): Step<AlarmState, AlarmEffect> {
  if (input.alarms.length === 0) return cleared(state, input.at);
  const { current } = state;
  const entry: AlarmEntry = {
    openedAt: current?.entry.openedAt ?? input.at,
    alarms: real([...new Set([...(current?.entry.alarms ?? []), ...input.alarms])], input.alarms),
  };
  const since = current?.since ?? input.monotonic;
  const raised = input.monotonic - since >= debounceMs;
  const latest = real(input.alarms, current?.latest ?? input.alarms);
  const next: AlarmState = { ...state, current: { entry, latest, since, raised } };
  return raised && !current?.raised ? goTo(next, { tell: entry }) : goTo(next);
}

/** Without `recovering`; `otherwise` when nothing is left. */
function real(alarms: readonly SpanAlarm[], otherwise: readonly SpanAlarm[]): readonly SpanAlarm[] {
  const found = alarms.filter((alarm) => alarm !== 'recovering');
  return found.length > 0 ? found : otherwise;
}

function cleared(state: AlarmState, at: number): Step<AlarmState, AlarmEffect> {
  const { current, past, brief } = state;
  if (!current) return stay(state);
  if (!current.raised) return goTo({ past, brief: brief + 1 });
  const entry: AlarmEntry = { ...current.entry, clearedAt: at };
  return goTo({ past: [...past, entry].slice(-longestPast), brief }, { tell: entry });
}

/** All that were raised, newest last. */
export function historyOf({ current, past }: AlarmState): readonly AlarmEntry[] {
  return current?.raised ? [...past, current.entry] : past;
}
