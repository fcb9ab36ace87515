import Type, { type Static } from 'typebox';
import { closed, Name, oneOf } from './primitives.ts';

/** Calling window in the callee's local time (see `isInsideWindow`). */
export const Window = closed({
  fromMinute: Type.Integer({ minimum: 0, maximum: 1439 }),
  toMinute: Type.Integer({ minimum: 1, maximum: 1440 }),
  weekdays: Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), { minItems: 1, maxItems: 7 }),
});

/** What calls are for: to sell or advertise, or to serve somebody who is a customer already. */
export const Purpose = oneOf(['marketing', 'service']);
export type Purpose = Static<typeof Purpose>;

/** Most calls to one callee in any span of this length, over all sites, campaigns and caller numbers. */
export const FrequencyCap = closed({
  calls: Type.Integer({ minimum: 1, maximum: 100 }),
  seconds: Type.Integer({ minimum: 60, maximum: 31 * 86_400 }),
});
export type FrequencyCap = Static<typeof FrequencyCap>;

/** What a campaign asks of the gate. The callee's region may ask more; the stricter of the two holds. */
export const GateSettings = closed({
  purpose: Purpose,
  /** Nobody is called without evidence of consent. */
  needsConsent: Type.Boolean(),
  /** No automatic dialing: only calls that an agent begins go out, in mode `manual`, or `preview` without its timer. */
  manualOnly: Type.Optional(Type.Boolean()),
  /** The same for numbers of these regions alone; ISO 3166-1 alpha-2. */
  manualRegions: Type.Optional(
    Type.Array(Type.String({ pattern: '^[A-Z]{2}$' }), { maxItems: 50, uniqueItems: true }),
  ),
  frequencyCaps: Type.Array(FrequencyCap, { maxItems: 10 }),
  /** After an abandoned call, how long only calls with an agent reserved are made, seconds. */
  dropLockoutSeconds: Type.Integer({ minimum: 0, maximum: 31 * 86_400 }),
  /** Days without calls, in the callee's local date. */
  holidays: Type.Array(Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }), { maxItems: 200 }),
  /** What the callee hears first about the recording; empty: nothing. */
  recordingNotice: Type.String({ maxLength: 500 }),
  /** Prompt whose recording says the notice; where it has none, the text is spoken. */
  noticePrompt: Type.Optional(Name),
});
export type GateSettings = Static<typeof GateSettings>;

/** What holds for a campaign that states nothing: whoever sells must say so and have consent. */
export const defaultGate: GateSettings = {
  purpose: 'service',
  needsConsent: false,
  frequencyCaps: [
    { calls: 5, seconds: 86_400 },
    { calls: 3, seconds: 300 },
  ],
  dropLockoutSeconds: 72 * 3600,
  holidays: [],
  recordingNotice: '本次通话将被录音。This call is recorded.',
};

/** What is assumed of a campaign whose settings are not known: nothing is allowed that anybody might have to ask for. */
export const strictestGate: GateSettings = {
  ...defaultGate,
  purpose: 'marketing',
  needsConsent: true,
  recordingNotice: '',
};
