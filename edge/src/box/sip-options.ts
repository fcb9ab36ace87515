import { createSocket } from 'node:dgram';
import { randomBytes } from 'node:crypto';
import { problemOf } from '@branchline/shared';

/** What came of an OPTIONS request. */
export type SipReach =
  | { readonly answered: true; readonly status: number }
  | { readonly answered: false; readonly problem: string };

/** A lost datagram is sent again after these, ms (T1 of RFC 3261 and its doubles). */
const againMs = [500, 1500];

/**
 * Asks a SIP carrier or gateway over UDP whether it is there (OPTIONS, RFC 3261 section 11). Any answer says that it is, a
 * refusal too.
 * @param proxy host, or host:port; port 5060 when absent
 * @param deadlineMs longest wait
 */
export function askOptions(proxy: string, deadlineMs = 3000): Promise<SipReach> {
  const [, host = '', port = '5060'] = /^(.*?)(?::(\d+))?$/.exec(proxy) ?? [];
  const socket = createSocket('udp4');
  const callId = randomBytes(12).toString('hex');
  return new Promise((resolve) => {
    const timers: NodeJS.Timeout[] = [];
    const end = (reach: SipReach): void => {
      for (const timer of timers) clearTimeout(timer);
      socket.removeAllListeners().on('error', () => undefined);
      socket.close();
      resolve(reach);
    };
    socket.once('error', (error) => end({ answered: false, problem: problemOf(error) }));
    socket.on('message', (bytes) => {
      const text = bytes.toString('latin1');
      const status = Number(/^SIP\/2\.0 (\d{3})/.exec(text)?.[1] ?? 0);
      if (status >= 200 && text.includes(callId)) end({ answered: true, status });
    });
    const send = (): void => {
      const { address, port: own } = socket.address();
      socket.send(request(host, port, address, own, callId), (error) => {
        if (error) end({ answered: false, problem: problemOf(error) });
      });
    };
    // A callback of `connect` would be called with a failure as well.
    socket.once('connect', () => {
      send();
      for (const ms of againMs) timers.push(setTimeout(send, ms));
    });
    timers.push(
      setTimeout(
        () => end({ answered: false, problem: `no answer to OPTIONS within ${deadlineMs / 1000} s` }),
        deadlineMs,
      ),
    );
    try {
      socket.connect(Number(port), host);
    } catch (error) {
      end({ answered: false, problem: problemOf(error) });
    }
  });
}

function request(host: string, port: string, address: string, own: number, callId: string): string {
  return [
    `OPTIONS sip:${host}:${port} SIP/2.0`,
    `Via: SIP/2.0/UDP ${address}:${own};branch=z9hG4bK${callId};rport`,
    'Max-Forwards: 70',
    `From: <sip:doctor@${address}>;tag=${callId.slice(0, 8)}`,
    `To: <sip:${host}:${port}>`,
    `Call-ID: ${callId}`,
    'CSeq: 1 OPTIONS',
    `Contact: <sip:doctor@${address}:${own}>`,
    'Accept: application/sdp',
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
}
