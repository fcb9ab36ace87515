import { scaledClock, systemClock, type Clock, type ClockScale } from '@branchline/shared';

/**
 * The controller's two times. Campaigns, leases, retries and what edges report live in business time; deadlines on the wire,
 * ages of live data, sessions and certificates in transport time. They differ only in simulations.
 */
export interface Clocks {
  readonly business: Clock;
  readonly transport: Clock;
  /** Business ms per transport ms. */
  readonly speed: number;
}

/** Both times of this machine; with a scale the business time runs as it says. */
export function openClocks(scale?: ClockScale): Clocks {
  return {
    business: scale ? scaledClock(scale) : systemClock,
    transport: systemClock,
    speed: scale?.speed ?? 1,
  };
}
