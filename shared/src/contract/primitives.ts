import Type, { type Static, type TSchema } from 'typebox';

/** Objects of the contract are closed: an unknown key is an error, not something to ignore. */
export function closed<const T extends Record<string, TSchema>>(properties: T, description?: string) {
  return Type.Object(properties, { additionalProperties: false, ...(description && { description }) });
}

/** An id as `idSource` makes them (UUID version 7, lowercase). */
export const Id = Type.String({
  pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$',
});

/** A name that people give to sites, edges, lines, agents: lowercase letters, digits and hyphens. */
export const Name = Type.String({ pattern: '^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$' });

/** Milliseconds since the Unix epoch, UTC, of the business clock. */
export const Instant = Type.Integer({ minimum: 0, maximum: 8_640_000_000_000_000 });

/** A duration in milliseconds. */
export const Millis = Type.Integer({ minimum: 0 });

/** A count. */
export const Count = Type.Integer({ minimum: 0 });

/** A phone number in E.164 form. */
export const E164Number = Type.String({ pattern: '^\\+[1-9]\\d{5,14}$' });

/** Digits as dialed or received, not necessarily a valid number. */
export const DialedDigits = Type.String({ pattern: '^[0-9+*#]{1,32}$' });

/** A desk phone's extension. */
export const Extension = Type.String({ pattern: '^[1-9]\\d{1,5}$' });

/** An IANA time zone name. */
export const Zone = Type.String({ minLength: 1, maxLength: 64, pattern: '^[A-Za-z0-9_+\\-/]+$' });

/** Text for people, one line. */
export const Label = Type.String({ minLength: 1, maxLength: 200, pattern: '^[^\\u0000-\\u001f\\u007f]*$' });

/** Lowercase hexadecimal SHA-256. */
export const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' });

/** An age-encrypted text (armoured) that only the edge's own key opens. */
export const SealedText = Type.String({ pattern: '^-----BEGIN AGE ENCRYPTED FILE-----', maxLength: 4096 });

/** A union of string literals that prints as a JSON Schema enum. */
export function oneOf<Value extends string, Values extends [Value, ...Value[]]>(
  values: readonly [...Values],
): Type.TEnum<Values> {
  return Type.Enum(values);
}

/** Whose a callback is: the agent's who promised it, or whoever is free. */
export const CallbackFor = oneOf(['own', 'anyone']);
export type CallbackFor = Static<typeof CallbackFor>;

/** When a person wants to be called again, as an agent keyed or said it; for anyone unless stated. */
export const callbackWish = {
  callbackAt: Type.Optional(Instant),
  callbackFor: Type.Optional(CallbackFor),
};

/**
 * How far an edge's clock can be believed: `trusted` = synchronised within 24 h with drift ≤ 2 s, then `holdover`, then
 * `untrusted`, which stops dialing.
 */
export const ClockTrust = oneOf(['trusted', 'holdover', 'untrusted']);
export type ClockTrust = Static<typeof ClockTrust>;
