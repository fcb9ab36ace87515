import type { Step } from '../spec.ts';

/** The regulator's cap is 3 % of those who picked up; from two thirds of it on somebody should look. */
export const abandonSteps: readonly Step[] = [
  { colour: 'green' },
  { from: 0.02, colour: 'yellow' },
  { from: 0.03, colour: 'red' },
];

/** A box reports its health every minute. */
export const ageSteps: readonly Step[] = [
  { colour: 'green' },
  { from: 180, colour: 'yellow' },
  { from: 600, colour: 'red' },
];

/** Used shares of CPU, memory and disk. */
export const loadSteps: readonly Step[] = [
  { colour: 'green' },
  { from: 0.8, colour: 'yellow' },
  { from: 0.9, colour: 'red' },
];

/** A customer who picked up must hear an agent within 2 s. */
export const connectSteps: readonly Step[] = [
  { colour: 'green' },
  { from: 1000, colour: 'yellow' },
  { from: 2000, colour: 'red' },
];

/** Anything but zero is wrong. */
export const zeroSteps: readonly Step[] = [{ colour: 'green' }, { from: 1, colour: 'red' }];
