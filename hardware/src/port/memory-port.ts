import { BranchlineError } from '@branchline/shared';
import type { Port, PortListener, PortOpener } from './port.ts';

/**
 * The device's end of a cable inside this process. While nobody holds the port open, what the device says is lost, as it is
 * on a UART.
 */
export interface MemoryDevice {
  /** The program's end; refuses while the cable is unplugged or the port is open already. */
  readonly open: PortOpener;
  /** Bytes from the device to the program. */
  send(bytes: Uint8Array): void;
  unplug(): void;
  plug(): void;
}

/** @param received what the device does with bytes from the program */
export function memoryDevice(name: string, received: (bytes: Uint8Array) => void): MemoryDevice {
  let plugged = true;
  let listener: PortListener | undefined;
  const close = (problem: string): void => {
    const last = listener;
    listener = undefined;
    last?.closed(new BranchlineError('BL_PORT_CLOSED', { port: name, problem }));
  };
  const refuse = (problem: string): never => {
    throw new BranchlineError('BL_PORT_UNAVAILABLE', { port: name, problem });
  };
  return {
    async open(opener: PortListener): Promise<Port> {
      if (!plugged) refuse('no such device');
      if (listener) refuse('in use');
      listener = opener;
      return {
        write: (bytes) => void (listener === opener && received(bytes)),
        close: () => void (listener === opener && close('closed by this program')),
      };
    },
    send: (bytes) => listener?.data(bytes),
    unplug: () => {
      plugged = false;
      close('the device was unplugged');
    },
    plug: () => void (plugged = true),
  };
}
