import type { NetworkSignal } from '@branchline/shared';

/** Tones that repeat in a rhythm. */
export type Signal = Extract<NetworkSignal, 'ring-back' | 'busy' | 'congestion'>;

/** A tone with its rhythm. */
export interface NetworkTone {
  readonly plan: 'CN' | 'US' | 'GB' | 'EU';
  readonly signal: Signal;
  /** Heard together, Hz. */
  readonly hertz: readonly number[];
  /** On, off, on, off …, ms; then from the start. */
  readonly cadence: readonly number[];
}

/**
 * Tones by country (ITU-T E.180 supplement 2 and Q.35). CN: GB/T 3380 (450 Hz); US: ANSI precise tones; GB: BT SIN 350; EU: ETSI TR 101 041
 * as most networks have it (425 Hz).
 */
export const networkTones: readonly NetworkTone[] = [
  { plan: 'CN', signal: 'ring-back', hertz: [450], cadence: [1000, 4000] },
  { plan: 'CN', signal: 'busy', hertz: [450], cadence: [350, 350] },
  { plan: 'CN', signal: 'congestion', hertz: [450], cadence: [700, 700] },
  { plan: 'US', signal: 'ring-back', hertz: [440, 480], cadence: [2000, 4000] },
  { plan: 'US', signal: 'busy', hertz: [480, 620], cadence: [500, 500] },
  { plan: 'US', signal: 'congestion', hertz: [480, 620], cadence: [250, 250] },
  { plan: 'GB', signal: 'ring-back', hertz: [400, 450], cadence: [400, 200, 400, 2000] },
  { plan: 'GB', signal: 'busy', hertz: [400], cadence: [375, 375] },
  { plan: 'GB', signal: 'congestion', hertz: [400], cadence: [400, 350, 225, 525] },
  { plan: 'EU', signal: 'ring-back', hertz: [425], cadence: [1000, 4000] },
  { plan: 'EU', signal: 'busy', hertz: [425], cadence: [500, 500] },
  { plan: 'EU', signal: 'congestion', hertz: [425], cadence: [250, 250] },
];

/** Every frequency that has to be told from the others, Hz. */
export const networkHertz: readonly number[] = [...new Set(networkTones.flatMap(({ hertz }) => hertz))];

/** Special information tones: which one says why (ANSI T1.401, Bellcore SR-2275); elsewhere E.180 has but one. */
export type InformationTone = Exclude<NetworkSignal, Signal>;

/** Three tones, one after the other: low or high, short (274 ms) or long (380 ms). */
export const informationTones: readonly {
  readonly name: InformationTone;
  readonly hertz: readonly [number, number, number];
  readonly ms: readonly [number, number, number];
}[] = [
  { name: 'sit-vacant-code', hertz: [985, 1371, 1777], ms: [380, 274, 380] },
  { name: 'sit-intercept', hertz: [914, 1371, 1777], ms: [274, 274, 380] },
  { name: 'sit-reorder', hertz: [914, 1429, 1777], ms: [274, 380, 380] },
  { name: 'sit-no-circuit', hertz: [985, 1429, 1777], ms: [380, 380, 380] },
  { name: 'sit', hertz: [950, 1400, 1800], ms: [330, 330, 330] },
];
