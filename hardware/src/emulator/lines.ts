import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** Calls back with each line of a socket, which is destroyed by its own errors and nothing else. */
export function eachLine(socket: Socket, listener: (line: string) => void): void {
  socket.on('error', () => socket.destroy());
  // The interface throws the errors of its input unless somebody listens.
  createInterface({ input: socket })
    .on('error', () => undefined)
    .on('line', listener);
}
