import type { whyCodes, WhyCode, WhyReason, WhyValue } from '../api/why.ts';

type Numeric = 'count' | 'share' | 'instant' | 'millis';
type ValuesOf<C extends WhyCode> = {
  readonly [K in keyof (typeof whyCodes)[C]]: (typeof whyCodes)[C][K] extends infer V extends WhyValue
    ? V extends Numeric
      ? number
      : string
    : never;
};

/** A reason whose values fit its code. */
export function reason<C extends WhyCode>(
  code: C,
  params: ValuesOf<C>,
  more: Pick<WhyReason, 'at' | 'evidence'> = {},
): WhyReason {
  return { code, params: { ...(params as WhyReason['params']) }, ...more };
}
