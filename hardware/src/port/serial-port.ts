import { SerialPort } from 'serialport';
import { BranchlineError, problemOf } from '@branchline/shared';
import type { Port, PortListener, PortOpener } from './port.ts';

export interface SerialOptions {
  /** Bits per second; USB modems ignore it. Default 115200. */
  readonly baudRate?: number;
  /** RTS/CTS. Default false. */
  readonly flowControl?: boolean;
}

/** Names that the kernel gives in order of appearance: another modem may own them after a reset. */
const movingName = /^\/dev\/tty(USB|ACM)\d+$/;

/**
 * A serial device or a pty, opened raw, 8N1 and locked against a second opener.
 * @param path a name that stays with the socket the device is plugged into, such as `/dev/serial/by-path/…`, or a pty
 * @throws BranchlineError `BL_PORT_MOVING_NAME` for `ttyUSBn` and its like
 */
export function serialPort(path: string, options: SerialOptions = {}): PortOpener {
  if (movingName.test(path)) throw new BranchlineError('BL_PORT_MOVING_NAME', { path });
  return (listener) => openSerial(path, options, listener);
}

function openSerial(path: string, options: SerialOptions, listener: PortListener): Promise<Port> {
  const device = new SerialPort({
    path,
    baudRate: options.baudRate ?? 115_200,
    rtscts: options.flowControl ?? false,
    autoOpen: false,
  });
  const closed = (reason: unknown): void =>
    listener.closed(new BranchlineError('BL_PORT_CLOSED', { port: path, problem: closingReason(reason) }));
  device.on('data', (bytes: Buffer) => listener.data(bytes));
  // An error without a close (a failed write) leaves a port that answers nothing any more.
  device.on('error', () => close(device));
  device.once('close', closed);
  return new Promise((resolve, reject) => {
    device.open((error) => {
      if (error)
        reject(new BranchlineError('BL_PORT_UNAVAILABLE', { port: path, problem: problemOf(error) }, error));
      else
        resolve({
          write: (bytes) => void (device.isOpen && device.write(bytes)),
          close: () => close(device),
        });
    });
  });
}

function close(device: SerialPort): void {
  if (device.isOpen) device.close(() => undefined);
}

function closingReason(reason: unknown): string {
  const { disconnected } = (reason ?? {}) as { disconnected?: boolean };
  return disconnected ? 'the device was unplugged' : reason ? problemOf(reason) : 'closed by this program';
}
