import { spawn, type ChildProcess } from 'node:child_process';
import { BranchlineError, problemOf } from '@branchline/shared';
import { bytesOf, pcm, SampleReader, type PcmOpener, type PcmPort } from './pcm-port.ts';

/** ALSA's own programs (Debian's alsa-utils): no sound library needs to be built for each box. */
export interface AlsaPrograms {
  readonly record: string;
  readonly play: string;
}

/** One period of the sound card, and what it may keep; as short as the jitter buffer asks for, µs. */
const periodUs = pcm.frameMs * 1000;
const bufferUs = 4 * periodUs;

/**
 * USB audio of a modem (UAC), by ALSA's name such as `hw:CARD=Android,DEV=0`. The card's clock is the clock of the port.
 * @throws BranchlineError `BL_PORT_UNAVAILABLE` when a program is missing or does not get the card
 */
export function alsaPcm(
  device: string,
  programs: AlsaPrograms = { record: 'arecord', play: 'aplay' },
): PcmOpener {
  return async (listener) => {
    const format = ['-q', '-D', device, '-t', 'raw', '-f', 'S16_LE', '-r', String(pcm.rate), '-c', '1'];
    const times = ['-F', String(periodUs), '-B', String(bufferUs)];
    const record = spawn(programs.record, [...format, ...times], { stdio: ['ignore', 'pipe', 'pipe'] });
    const play = spawn(programs.play, [...format, ...times], { stdio: ['pipe', 'ignore', 'pipe'] });
    // Of a program that could not be started there is no process, and to kill it would be to kill our own group.
    const end = (): void => {
      for (const child of [record, play]) if (child.pid !== undefined) child.kill();
    };
    const reader = new SampleReader();
    return new Promise<PcmPort>((resolve, reject) => {
      let open = false;
      let over = false;
      const stop = (problem: string): void => {
        if (over) return;
        over = true;
        end();
        const code = open ? 'BL_PORT_CLOSED' : 'BL_PORT_UNAVAILABLE';
        const reason = new BranchlineError(code, { port: device, problem });
        if (open) listener.closed(reason);
        else reject(reason);
      };
      for (const child of [record, play]) whenOver(child, stop);
      // A write to a program that has just ended; its end tells of that.
      play.stdin.on('error', () => undefined);
      // The first sound proves that the card was taken.
      record.stdout.on('data', (bytes: Buffer) => {
        if (over) return;
        if (!open) {
          open = true;
          resolve({
            write: (samples) => void (!over && play.stdin.write(bytesOf(samples))),
            close: () => stop('closed by this program'),
          });
        }
        listener.samples(reader.push(bytes));
      });
    });
  };
}

function whenOver(child: ChildProcess, stop: (problem: string) => void): void {
  let said = '';
  child.stderr?.on('data', (bytes: Buffer) => (said = `${said}${bytes.toString('utf8')}`.slice(-300)));
  child.once('error', (error) => stop(problemOf(error)));
  child.once('exit', (code) => stop(said.trim() || `${child.spawnfile} ended with ${code ?? 'a signal'}`));
}
