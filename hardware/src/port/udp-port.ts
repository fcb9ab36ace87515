import { createSocket } from 'node:dgram';
import { BranchlineError, problemOf } from '@branchline/shared';
import type { DatagramListener, DatagramOpener, DatagramPort } from './datagram-port.ts';

/** UDP over IPv4. @param port 0 takes a free one */
export function udpPort(host: string, port: number): DatagramOpener {
  return (listener) => openUdp(host, port, listener);
}

function openUdp(host: string, port: number, listener: DatagramListener): Promise<DatagramPort> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    let open = true;
    const refuse = (error: Error): void =>
      reject(
        new BranchlineError('BL_PORT_UNAVAILABLE', { port: `${host}:${port}`, problem: problemOf(error) }),
      );
    socket.once('error', refuse);
    socket.bind(port, host, () => {
      socket.off('error', refuse);
      // A peer that is gone is told of by ICMP; it is no trouble of this socket.
      socket.on('error', () => undefined);
      socket.on('message', (bytes, { address, port: from }) =>
        listener.datagram(bytes, { host: address, port: from }),
      );
      resolve({
        address: { host, port: socket.address().port },
        send: (bytes, to) => void (open && socket.send(bytes, to.port, to.host, () => undefined)),
        close: () => {
          if (open) socket.close();
          open = false;
        },
      });
    });
  });
}
