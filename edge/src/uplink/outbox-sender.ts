import { problemOf, streamNames, type Clock, type Payload, type StreamName } from '@branchline/shared';
import type { Log } from '@branchline/shared/node';
import type { Ledger } from '../store/index.ts';

export interface OutboxSenderOptions {
  readonly ledger: Pick<Ledger, 'readOutbox' | 'ackOutbox' | 'positions'>;
  /** Identity of this ledger. */
  readonly epoch: string;
  readonly send: (stream: StreamName, batch: Payload<'out'>) => boolean;
  readonly real: Clock;
  readonly log: Log;
  /**
   * No ack for so long means that a batch or its ack was lost, real ms (default 5000); twice as long each time that none came, up to
   * a minute, as in RFC 6298: a center that is slow must not be sent more for it.
   */
  readonly ackTimeoutMs?: number;
  /** Batches on their way per stream (default 4). */
  readonly window?: number;
}

const batchRows = 500;
const longestTimeoutMs = 60_000;
/** Leaves room for the envelope below the contract's 128 KiB. */
const batchBytes = 120 * 1024;

interface StreamState {
  last: number;
  /** What the controller has shown in this session that it has. */
  acked: number;
  /** Next row to send. */
  next: number;
  inFlight: number;
  /** Times in a row that no ack came. Until one does a single batch is on its way. */
  missed: number;
  busy: boolean;
  /** What the controller said is taken in the order in which it came, although the ledger takes its time. */
  heard: Promise<void>;
  timer: { cancel(): void } | undefined;
}

/**
 * Sends the outbox: rows in order per stream, several batches on their way, sent again until the controller's own ack says
 * that its database has them. A PUBACK proves nothing and is not looked at.
 *
 * An ack is good for a session: the last acknowledged row of each stream goes again when one begins. A controller that still
 * has it acknowledges it again; one that was restored from a backup asks for what it has forgotten, also when nothing new
 * has happened here since.
 */
export class OutboxSender {
  readonly #options: OutboxSenderOptions;
  readonly #streams = new Map<StreamName, StreamState>();
  #linked = false;
  /** False from the beginning of a session until it is known what has to be shown in it. */
  #positioned = false;

  constructor(options: OutboxSenderOptions) {
    this.#options = options;
    for (const name of streamNames)
      this.#streams.set(name, {
        last: 0,
        acked: 0,
        next: 1,
        inFlight: 0,
        missed: 0,
        busy: false,
        heard: Promise.resolve(),
        timer: undefined,
      });
  }

  /** Rows that wait for an ack, or for its confirmation in this session. Never 0 before that is known. */
  get pending(): number {
    return this.unconfirmed(streamNames);
  }

  /** The same of some streams alone. */
  unconfirmed(streams: readonly StreamName[]): number {
    let rows = this.#positioned ? 0 : 1;
    for (const name of streams) {
      const { last, acked } = this.#streams.get(name)!;
      rows += last - acked;
    }
    return rows;
  }

  /** A session began: everything unacknowledged goes again, opt-outs first, and of each stream the last row before. */
  async linked(): Promise<void> {
    this.unlinked();
    this.#positioned = false;
    await this.#refresh();
    for (const stream of this.#streams.values()) {
      stream.acked = Math.max(0, stream.acked - 1);
      stream.next = stream.acked + 1;
      stream.inFlight = 0;
      stream.missed = 0;
    }
    this.#positioned = true;
    this.#linked = true;
    for (const name of streamNames) await this.#pump(name);
  }

  unlinked(): void {
    this.#linked = false;
    for (const stream of this.#streams.values()) stream.timer?.cancel();
  }

  /** Looks for new rows; call it after writes and about every second. */
  async wake(): Promise<void> {
    await this.#refresh();
    if (!this.#linked) return;
    for (const name of streamNames) await this.#pump(name);
  }

  /** The controller's ack or its wish for a replay. */
  async onAck(ack: Payload<'ack'>): Promise<void> {
    const stream = this.#streams.get(ack.stream);
    if (!stream || ack.epoch !== this.#options.epoch) return;
    const taken = stream.heard.then(() => this.#take(ack, stream));
    stream.heard = taken.catch(() => undefined);
    await taken;
    await this.#pump(ack.stream);
  }

  async #take(ack: Payload<'ack'>, stream: StreamState): Promise<void> {
    const { ledger, log } = this.#options;
    stream.missed = 0;
    if (ack.kind === 'replay') {
      log.warn({ stream: ack.stream, from: ack.from }, 'the controller asks for rows again');
      stream.acked = Math.min(stream.acked, ack.from - 1);
      stream.next = Math.min(ack.from, stream.last + 1);
      stream.inFlight = 0;
      return;
    }
    for (const { seq, code } of ack.rejected)
      log.error({ stream: ack.stream, seq, code }, 'the controller rejected a row; it is kept in the ledger');
    await ledger.ackOutbox({ stream: ack.stream, upTo: ack.upTo, rejected: ack.rejected });
    stream.acked = Math.max(stream.acked, Math.min(ack.upTo, stream.last));
    stream.next = Math.max(stream.next, stream.acked + 1);
    stream.inFlight = Math.max(0, stream.inFlight - 1);
    stream.timer?.cancel();
    if (stream.acked + 1 < stream.next) this.#watch(ack.stream, stream);
  }

  async #refresh(): Promise<void> {
    for (const { stream, last, acked } of await this.#options.ledger.positions({})) {
      const state = this.#streams.get(stream);
      if (!state) continue;
      state.last = last;
      if (!this.#linked) state.acked = acked;
    }
  }

  async #pump(name: StreamName): Promise<void> {
    const stream = this.#streams.get(name)!;
    if (stream.busy) return;
    stream.busy = true;
    const { ledger, epoch, send, log } = this.#options;
    try {
      const hasRoom = (): boolean => stream.inFlight < (stream.missed > 0 ? 1 : (this.#options.window ?? 4));
      while (this.#linked && hasRoom() && stream.next <= stream.last) {
        const from = stream.next;
        const rows = await ledger.readOutbox({ stream: name, from, limit: batchRows, maxBytes: batchBytes });
        // A missed ack or a new session may have asked for earlier rows meanwhile: these here are not the next ones.
        if (stream.next !== from) continue;
        const [first, last] = [rows[0], rows.at(-1)];
        if (!first || !last) {
          // Only what was acknowledged long ago is forgotten here: there is nothing left to show.
          stream.acked = stream.last;
          stream.next = stream.last + 1;
          break;
        }
        // What has just been written waits for the answer under way (as in RFC 896): a burst becomes few batches.
        if (stream.inFlight > 0 && last.seq >= stream.last && rows.length < batchRows) break;
        const batch = {
          epoch,
          from: first.seq,
          to: last.seq,
          ...(first.seq > from && { missingFrom: from }),
          rows: rows.map(({ row }) => JSON.parse(row) as unknown),
        };
        if (!send(name, batch)) break;
        stream.next = last.seq + 1;
        // Rows written since the last look are read and sent as well.
        stream.last = Math.max(stream.last, last.seq);
        stream.inFlight++;
        this.#watch(name, stream);
      }
    } catch (error) {
      log.error({ stream: name, problem: problemOf(error) }, 'the outbox cannot be read');
    } finally {
      stream.busy = false;
    }
  }

  #watch(name: StreamName, stream: StreamState): void {
    stream.timer?.cancel();
    const timeoutMs = (this.#options.ackTimeoutMs ?? 5000) * 2 ** stream.missed;
    stream.timer = this.#options.real.schedule(Math.min(longestTimeoutMs, timeoutMs), () => {
      stream.missed++;
      stream.next = stream.acked + 1;
      stream.inFlight = 0;
      void this.#pump(name);
    });
  }
}
