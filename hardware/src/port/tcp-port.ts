import { connect, type Socket } from 'node:net';
import { BranchlineError, problemOf } from '@branchline/shared';
import type { Port, PortListener, PortOpener } from './port.ts';

/** A serial device behind a device server (raw TCP, no telnet). The connection attempt ends after 5 s. */
export function tcpPort(host: string, port: number): PortOpener {
  return (listener) => openTcp(host, port, listener);
}

const connectDeadlineMs = 5_000;

function openTcp(host: string, port: number, listener: PortListener): Promise<Port> {
  const name = `${host}:${port}`;
  return new Promise((resolve, reject) => {
    const socket: Socket = connect({
      host,
      port,
      noDelay: true,
      keepAlive: true,
      timeout: connectDeadlineMs,
    });
    let problem = 'closed by this program';
    const refuse = (): void => reject(new BranchlineError('BL_PORT_UNAVAILABLE', { port: name, problem }));
    socket.on('data', (bytes) => listener.data(bytes));
    socket.on('end', () => (problem = 'the other side closed'));
    socket.on('error', (error) => (problem = problemOf(error)));
    socket.once('timeout', () => {
      problem = `no answer within ${connectDeadlineMs} ms`;
      socket.destroy();
    });
    socket.once('close', refuse);
    socket.once('connect', () => {
      socket.setTimeout(0);
      socket.off('close', refuse);
      socket.once('close', () =>
        listener.closed(new BranchlineError('BL_PORT_CLOSED', { port: name, problem })),
      );
      resolve({
        write: (bytes) => void (socket.writable && socket.write(bytes)),
        close: () => void socket.destroy(),
      });
    });
  });
}
