import type { CallingWindow } from '../calling-window.ts';
import type { EdgeCampaign } from '../contract/desired.ts';
import { strictestGate, type FrequencyCap, type GateSettings } from '../contract/gate-settings.ts';
import type { RegionRules } from './region-rules.ts';

/** Something that is asked, and who asks it: the campaign or a law. */
export type Demand<T = unknown> = T & { readonly by: string };

/** Hours at which may be called, and days on which not. */
export interface Hours {
  readonly hours: readonly CallingWindow[];
  /** ISO dates. */
  readonly closed: readonly string[];
  /** The years whose closed days are known; absent: all. */
  readonly years?: readonly number[];
}

/** All that is asked of one call, by its campaign and by its callee's region: every demand has to be met. */
export interface Terms {
  readonly consent: readonly Demand[];
  /** `types`: of numbers of these types only; `previewed`: an agent who looks first may begin the call, too. */
  readonly manualOnly: readonly Demand<{
    readonly types?: readonly string[];
    readonly previewed?: boolean;
  }>[];
  readonly register: readonly Demand[];
  readonly ringTime: readonly Demand<{ readonly seconds: number }>[];
  readonly recordingNotice: readonly Demand[];
  readonly dropLockout: readonly Demand<{ readonly seconds: number }>[];
  readonly caps: readonly Demand<FrequencyCap>[];
  readonly hours: readonly Demand<Hours>[];
}

/** What of a campaign the terms depend on. */
export type CampaignTerms = Pick<EdgeCampaign, 'window' | 'gate'> & { readonly mode: string };

const campaign = { by: 'the campaign' };

/** Whether a campaign wants its calls to numbers of a region begun by agents alone. @param region ISO 3166-1 alpha-2 */
export function asksManual(
  { manualOnly = false, manualRegions = [] }: Pick<GateSettings, 'manualOnly' | 'manualRegions'>,
  region: string,
): boolean {
  return manualOnly || manualRegions.includes(region);
}

/**
 * What the campaign and the region ask together. Pure. A demand of one never weakens one of the other.
 * @param consented whether there is evidence of the callee's consent
 * @param now business ms: rules hold from their first day on (UTC)
 * @param called the region of the number, one of the edition's; absent: its first
 */
export function termsOf(
  edition: RegionRules,
  { window, gate = strictestGate, mode }: CampaignTerms,
  consented: boolean,
  now: number,
  called = edition.regions[0] ?? edition.name,
): Terms {
  const today = new Date(now).toISOString().slice(0, 10);
  const region = edition.rules
    .filter((rule) => rule.from <= today && rule.purposes.includes(gate.purpose))
    .filter((rule) => !('unlessConsent' in rule && rule.unlessConsent && consented))
    .map((rule) => ({ ...rule, by: `${rule.source.title}, ${rule.source.section}` }));
  const holidays = edition.holidays ?? { dates: [], years: [] };
  return {
    consent: [
      ...(gate.needsConsent ? [campaign] : []),
      ...region
        .filter((rule) => rule.rule === 'consent')
        .filter(({ modes }) => modes?.includes(mode) ?? true),
    ],
    manualOnly: [
      ...(asksManual(gate, called) ? [{ ...campaign, previewed: true }] : []),
      ...region.filter((rule) => rule.rule === 'manual-only'),
    ],
    register: region.filter((rule) => rule.rule === 'register'),
    ringTime: region.filter((rule) => rule.rule === 'ring-time'),
    recordingNotice: region.filter((rule) => rule.rule === 'recording-notice'),
    dropLockout: [
      { ...campaign, seconds: gate.dropLockoutSeconds },
      ...region.filter((rule) => rule.rule === 'drop-lockout'),
    ],
    caps: [
      ...gate.frequencyCaps.map((cap) => ({ ...campaign, ...cap })),
      ...region.filter((rule) => rule.rule === 'frequency-cap'),
    ],
    hours: [
      { ...campaign, hours: [window], closed: gate.holidays },
      ...region
        .filter((rule) => rule.rule === 'calling-window')
        .map(({ by, hours, closedOnHolidays }) => ({
          by,
          hours,
          closed: closedOnHolidays ? holidays.dates : [],
          ...(closedOnHolidays && { years: holidays.years }),
        })),
    ],
  };
}
