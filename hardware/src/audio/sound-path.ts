import { createSocket, type Socket } from 'node:dgram';
import type { Clock, Timer } from '@branchline/shared';
import { JitterBuffer, type BufferCounts } from './jitter-buffer.ts';
import { pcm, type PcmOpener, type PcmPort } from './pcm-port.ts';
import { readRtp, renderRtp } from './rtp.ts';

/** How well the sound of a call went. */
export interface SoundReport {
  readonly toModem: BufferCounts;
  readonly toSwitch: BufferCounts;
  /** Packets of FreeSWITCH that never came. */
  readonly missing: number;
}

/** Where FreeSWITCH takes the sound of a call: an address of this machine. */
export interface SoundTarget {
  readonly host: string;
  readonly port: number;
}

export interface SoundPathOptions {
  readonly open: PcmOpener;
  /** Real time: FreeSWITCH and we read the same clock. */
  readonly clock: Clock;
  /** The modem's sound ended by itself. */
  readonly lost: (problem: string) => void;
}

/** A packet that is so much late comes as a gap, frames; more is a new beginning. */
const longestGap = 10;
/** After a stall of the process so many packets are sent at once at most. */
const mostAtOnce = 5;

/**
 * The sound of one call: the modem on one side, RTP of FreeSWITCH on this machine on the other. Each side has its own clock: the
 * modem's is told by what it sends, so that it is written to whenever a frame of it came; FreeSWITCH's is the clock of this machine.
 */
export class SoundPath {
  readonly #options: SoundPathOptions;
  readonly #toModem = new JitterBuffer();
  readonly #toSwitch = new JitterBuffer();
  readonly #socket: Socket;
  #port: PcmPort | undefined;
  /** Samples that came from the modem and were not answered with as many. */
  #owed = 0;
  #target: SoundTarget | undefined;
  #expected: number | undefined;
  #missing = 0;
  #sequence = 0;
  #startedAt = 0;
  #timer: Timer | undefined;
  #closed = false;

  private constructor(options: SoundPathOptions, socket: Socket) {
    this.#options = options;
    this.#socket = socket;
    socket.on('message', (bytes, from) => {
      if (from.port === this.#target?.port && from.address === this.#target.host) this.#onPacket(bytes);
    });
    // A port that FreeSWITCH has closed already.
    socket.on('error', () => undefined);
  }

  /** Opens both sides. @throws BranchlineError `BL_PORT_UNAVAILABLE` */
  static async open(options: SoundPathOptions): Promise<SoundPath> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(0, '127.0.0.1', resolve);
    });
    const path = new SoundPath(options, socket);
    try {
      path.#port = await options.open({
        samples: (samples) => path.#onSamples(samples),
        closed: (reason) => path.#onClosed(reason.message),
      });
      return path;
    } catch (error) {
      path.close();
      throw error;
    }
  }

  /** Port on 127.0.0.1 for FreeSWITCH's RTP. */
  get port(): number {
    return this.#socket.address().port;
  }

  /** From now on sound goes to FreeSWITCH, and is taken from there alone. */
  connect(target: SoundTarget): void {
    this.#target = target;
    if (this.#timer) return;
    this.#startedAt = this.#options.clock.monotonic();
    this.#tick();
  }

  close(): SoundReport {
    this.#closed = true;
    this.#timer?.cancel();
    this.#port?.close();
    try {
      this.#socket.close();
    } catch {
      // Closed before.
    }
    return { toModem: this.#toModem.counts, toSwitch: this.#toSwitch.counts, missing: this.#missing };
  }

  #onClosed(problem: string): void {
    if (this.#closed) return;
    this.#options.lost(problem);
  }

  #onSamples(samples: Int16Array): void {
    this.#toSwitch.push(samples);
    this.#owed += samples.length;
    while (this.#owed >= pcm.frameSamples) {
      this.#owed -= pcm.frameSamples;
      this.#port?.write(this.#toModem.pull());
    }
  }

  #onPacket(bytes: Uint8Array): void {
    const packet = readRtp(bytes);
    if (!packet) return;
    const gap = ((packet.sequence - (this.#expected ?? packet.sequence)) << 16) >> 16;
    // A late one has been replaced already.
    if (gap < 0 && gap > -longestGap) return;
    if (gap > 0 && gap <= longestGap) {
      this.#missing += gap;
      for (let i = 0; i < gap; i++) this.#toModem.push(new Int16Array(packet.samples.length));
    }
    this.#expected = packet.sequence + 1;
    this.#toModem.push(packet.samples);
  }

  /** Sends what is due by the clock; a stall is made up for in part. */
  #tick(): void {
    const elapsed = this.#options.clock.monotonic() - this.#startedAt;
    const due = Math.floor(elapsed / pcm.frameMs) + 1 - this.#sequence;
    if (due > mostAtOnce) this.#sequence += due - mostAtOnce;
    for (let i = 0; i < Math.min(due, mostAtOnce); i++) this.#sendFrame();
    const next = this.#sequence * pcm.frameMs - (this.#options.clock.monotonic() - this.#startedAt);
    this.#timer = this.#options.clock.schedule(Math.max(1, next), () => this.#tick());
  }

  #sendFrame(): void {
    const sequence = this.#sequence++;
    const samples = this.#toSwitch.pull();
    if (this.#target === undefined) return;
    const packet = renderRtp({ sequence, timestamp: sequence * pcm.frameSamples, samples }, this.port);
    this.#socket.send(packet, this.#target.port, this.#target.host);
  }
}
