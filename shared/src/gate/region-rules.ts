import Type, { type Static } from 'typebox';
import { closed, Label, oneOf } from '../contract/primitives.ts';
import { Purpose, Window } from '../contract/gate-settings.ts';
import { check } from '../contract/validate.ts';
import cn from './regions/cn.json' with { type: 'json' };
import eu from './regions/eu.json' with { type: 'json' };
import fr from './regions/fr.json' with { type: 'json' };
import gb from './regions/gb.json' with { type: 'json' };
import us from './regions/us.json' with { type: 'json' };

const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' });

/** Where a rule comes from, and when somebody last compared it with that. */
const Source = closed({
  kind: oneOf(['law', 'guideline']),
  title: Label,
  section: Label,
  checked: Day,
});

const rule = <const T extends string, const P extends Record<string, Type.TSchema>>(name: T, properties: P) =>
  closed({
    rule: Type.Literal(name),
    /** What calls must be for to be meant. */
    purposes: Type.Array(Purpose, { minItems: 1, uniqueItems: true }),
    /** The first day it is in force. */
    from: Day,
    source: Source,
    ...properties,
  });

const Seconds = Type.Integer({ minimum: 1, maximum: 366 * 86_400 });
const UnlessConsent = Type.Optional(Type.Literal(true));

const RegionRule = Type.Union([
  /** Only with evidence of the callee's consent; `modes`: only of campaigns that dial so. */
  rule('consent', { modes: Type.Optional(Type.Array(Label, { minItems: 1 })) }),
  /** An automatic dialer may not call numbers of these types; absent: any number. */
  rule('manual-only', {
    types: Type.Optional(Type.Array(Label, { minItems: 1 })),
    unlessConsent: UnlessConsent,
  }),
  /** Inside any of these hours, in all zones of the callee. */
  rule('calling-window', {
    hours: Type.Array(Window, { minItems: 1 }),
    closedOnHolidays: Type.Optional(Type.Literal(true)),
  }),
  rule('frequency-cap', { calls: Type.Integer({ minimum: 1 }), seconds: Seconds }),
  /** The register of people of this region who want no calls is heeded. */
  rule('register', { unlessConsent: UnlessConsent }),
  rule('ring-time', { seconds: Seconds }),
  /** After a call on which nobody spoke: only calls for which an agent is there beforehand. */
  rule('drop-lockout', { seconds: Seconds }),
  /** The callee is told that the call is recorded. */
  rule('recording-notice', {}),
]);

/** What holds for the numbers of some regions: one edition, as data with its sources. */
export const RegionRules = closed({
  name: Type.String({ pattern: '^[A-Z]{2}$' }),
  /** The day of this edition. */
  version: Day,
  /** ISO 3166-1 alpha-2. */
  regions: Type.Array(Type.String({ pattern: '^[A-Z]{2}$' }), { minItems: 1, uniqueItems: true }),
  /** Public holidays; in a year that is not among `years` nothing is known. */
  holidays: Type.Optional(
    closed({ years: Type.Array(Type.Integer()), dates: Type.Array(Day), source: Source }),
  ),
  rules: Type.Array(RegionRule),
});
export type RegionRules = Static<typeof RegionRules>;

/** Every edition of rules that is known here. */
export const regionRules: readonly RegionRules[] = [cn, eu, fr, gb, us].map((edition) =>
  check(RegionRules, edition, 'BL_CONFIG_INVALID'),
);

const byRegion = new Map(
  regionRules.flatMap((edition) => edition.regions.map((region) => [region, edition])),
);

/** The rules of a region; undefined where none are known, which forbids every call. @param region ISO 3166-1 alpha-2 */
export function rulesOfRegion(region: string): RegionRules | undefined {
  return byRegion.get(region);
}
