import type { ClockTrust, LiveLine } from '@branchline/shared';
import type { DoorStatus } from '../door/index.ts';

/** What is known of a box, whoever looked: the running edge, or a program while the edge is stopped. */
export interface BoxFacts {
  readonly edge: string;
  /** Whether the edge runs and told this itself. */
  readonly running: boolean;
  /** Version of the desired document; 0 before the first. */
  readonly configuration: number;
  readonly site: DoorStatus['site'];
  /** Unknown while the edge is stopped. */
  readonly uplink?: DoorStatus['uplink'];
  readonly switch: DoorStatus['switch'];
  /** Absent: none is planned, or it is not known. */
  readonly overlay?: DoorStatus['overlay'];
  readonly clock: ClockTrust;
  /** Share of the disk that is used, 0–1. */
  readonly disk: number;
  readonly lines: DoorStatus['lines'];
  readonly live: Readonly<Record<string, LiveLine>>;
  readonly phones?: DoorStatus['phones'];
}

/** The facts of a box whose edge was asked. */
export function factsOf(status: DoorStatus): BoxFacts {
  const { edge, configuration, site, uplink, switch: fs, overlay, live, lines, phones } = status;
  const { clock, disk, lines: states } = live;
  return {
    edge,
    running: true,
    configuration,
    site,
    uplink,
    switch: fs,
    ...(overlay && { overlay }),
    clock,
    disk,
    lines,
    live: states,
    phones,
  };
}
