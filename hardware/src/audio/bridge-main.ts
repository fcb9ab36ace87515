// The process that moves the sound of modem calls; `SoundBridge` starts it. Alone, so that neither a busy edge makes the sound
// stutter nor a fault of a driver takes the edge with it. It ends with its parent.
import { constants, setPriority } from 'node:os';
import { problemOf, systemClock } from '@branchline/shared';
import { alsaPcm } from './alsa-pcm.ts';
import type { BridgeNews, BridgeOrder } from './bridge-protocol.ts';
import { serialPcm, type PcmOpener } from './pcm-port.ts';
import { SoundPath } from './sound-path.ts';
import { serialPort } from '../port/index.ts';

const paths = new Map<string, SoundPath>();
/** Calls whose port is being opened; one that is closed meanwhile is taken out. */
const opening = new Set<string>();

const tell = (news: BridgeNews): void => void process.send?.(news);
const opener = (source: string): PcmOpener =>
  source.startsWith('/') ? serialPcm(serialPort(source)) : alsaPcm(source);

async function open(call: string, source: string): Promise<void> {
  opening.add(call);
  try {
    const path = await SoundPath.open({
      open: opener(source),
      clock: systemClock,
      lost: (problem) => {
        tell({ what: 'lost', call, problem });
        close(call);
      },
    });
    paths.set(call, path);
    if (!opening.delete(call)) return close(call);
    tell({ what: 'opened', call, port: path.port });
  } catch (error) {
    opening.delete(call);
    tell({ what: 'refused', call, problem: problemOf(error) });
  }
}

function close(call: string): void {
  opening.delete(call);
  const path = paths.get(call);
  if (!path) return;
  paths.delete(call);
  tell({ what: 'closed', call, report: path.close() });
}

try {
  // Sound is the first thing that a busy box must not keep waiting.
  setPriority(constants.priority.PRIORITY_HIGH);
} catch {
  // Only the system may allow it; it works without.
}
process.on('message', (order: BridgeOrder) => {
  switch (order.do) {
    case 'open':
      return void open(order.call, order.source);
    case 'connect':
      return paths.get(order.call)?.connect(order.target);
    case 'close':
      return close(order.call);
  }
});
process.on('disconnect', () => process.exit(0));
// The group's Ctrl-C is the parent's to handle.
process.on('SIGINT', () => undefined);
