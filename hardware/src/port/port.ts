import type { BranchlineError } from '@branchline/shared';

/**
 * An open connection to a device: bytes both ways, nothing more. It is thrown away on any close; a new one is opened
 * instead. What was written to a port that has closed meanwhile is lost without an error: `closed` tells of that.
 */
export interface Port {
  write(bytes: Uint8Array): void;
  /** Idempotent. `closed` of the listener follows. */
  close(): void;
}

/** Whoever opened a port. It is attached before the first byte, because an unread serial port hides its own unplugging. */
export interface PortListener {
  data(bytes: Uint8Array): void;
  /** Called exactly once, whoever closed the port. */
  closed(reason: BranchlineError): void;
}

/**
 * Opens one certain device, as often as it is asked to.
 * @throws BranchlineError `BL_PORT_UNAVAILABLE`
 */
export type PortOpener = (listener: PortListener) => Promise<Port>;
