import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { inboundQueue, type Clock, type ClockTrust, type IdSource } from '@branchline/shared';
import type { NewRow } from '../store/index.ts';
import type { Call } from './call.ts';
import type { Calls } from './calls.ts';

export interface VoicemailsOptions {
  readonly calls: () => Pick<Calls, 'input'>;
  readonly business: Clock;
  readonly ids: IdSource;
  readonly clockTrust: () => ClockTrust;
  /** Where the message of a leg is. */
  readonly path: (leg: string) => string;
  /** Keeps a message and the row that tells of it; never waited for. */
  readonly keep: (message: Voicemail, row: NewRow) => void;
}

/** A message that a caller left. */
export interface Voicemail {
  /** The caller's call. */
  readonly call: string;
  readonly conversation: string;
  readonly customer: string;
  /** The number that was called. */
  readonly did: string;
  readonly queue: string;
  readonly at: number;
  /** Path of the recording. */
  readonly file: string;
  readonly ms: number;
}

/** Messages that callers leave. Each is told: as it ends, or with its call if that ended while our process was away. */
export class Voicemails {
  readonly #options: VoicemailsOptions;

  constructor(options: VoicemailsOptions) {
    this.#options = options;
  }

  /** FreeSWITCH has closed the file of a message. */
  recorded(call: Call, file: string, ms: number): void {
    if (call.phase === 'ended' || call.messageAt !== undefined) return;
    this.#options.calls().input(call.id, { type: 'message-left', at: this.#options.business.now() });
    this.#tell(call, file, ms);
  }

  #tell(call: Call, file: string, ms: number): void {
    const { business, clockTrust, ids, keep } = this.#options;
    const at = business.now();
    const { conversation, customer, callerId: did } = call;
    const fact = { call: call.id, queue: call.queue ?? inboundQueue.id, file, ms: Math.round(ms) };
    keep(
      { ...fact, conversation, customer, did, at },
      { stream: 'event', row: { at, clock: clockTrust(), id: ids(), type: 'voicemail', ...fact } },
    );
  }

  /** A call has changed: one that ends may have left a message that nobody was there to tell of. */
  follow(call: Call): void {
    if (call.phase !== 'ended' || call.messageAt !== undefined) return;
    if (call.direction === 'outbound' && call.flow === undefined) return;
    const file = this.#options.path(call.leg);
    const ms = lengthOf(file);
    if (ms !== undefined) this.#tell(call, file, ms);
  }

  /** Whether a recording is a caller's message. */
  isMessage(call: Call, file: string): boolean {
    return basename(file) === basename(this.#options.path(call.leg));
  }
}

const headBytes = 44;
/** Place of the bytes a second in the head of a WAV file. */
const byteRateAt = 28;

/** How long a WAV file as FreeSWITCH writes it lasts, ms, also one that was not closed; undefined if there is none. */
function lengthOf(file: string): number | undefined {
  let handle: number;
  try {
    handle = openSync(file, 'r');
  } catch {
    return undefined;
  }
  try {
    const head = Buffer.alloc(headBytes);
    if (readSync(handle, head, 0, headBytes, 0) < headBytes) return 0;
    return ((fstatSync(handle).size - headBytes) / Math.max(1, head.readUInt32LE(byteRateAt))) * 1000;
  } finally {
    closeSync(handle);
  }
}
