import type { DatagramListener, DatagramOpener, Endpoint } from '../src/index.ts';

/** A socket in memory: what is sent is kept, what is said to it arrives at once. */
export interface MemoryDatagrams {
  readonly open: DatagramOpener;
  /** What was sent and not taken yet, oldest first. */
  readonly sent: string[];
  say(bytes: string | Uint8Array, from?: Endpoint): void;
}

/** @param peer who speaks to it unless told otherwise */
export function memoryDatagrams(peer: Endpoint): MemoryDatagrams {
  const sent: string[] = [];
  let listener: DatagramListener | undefined;
  return {
    sent,
    open: async (opened) => {
      listener = opened;
      return {
        address: { host: '192.0.2.1', port: 44_444 },
        send: (bytes) => void sent.push(Buffer.from(bytes).toString('utf8')),
        close: () => (listener = undefined),
      };
    },
    say: (bytes, from = peer) =>
      listener?.datagram(typeof bytes === 'string' ? Buffer.from(bytes) : bytes, from),
  };
}
