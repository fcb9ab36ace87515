import { BranchlineError, type Clock, type Timer } from '@branchline/shared';
import { at } from '../at/index.ts';
import {
  assemble,
  deliveryOf,
  emptyAssembly,
  expire,
  readIncoming,
  submitPdus,
  type Assembly,
  type Deliver,
  type Delivery,
} from '../sms/index.ts';
import { optional, type Execute } from './procedures.ts';
import { fieldsOf, type MessageMemory } from './report.ts';

/** What came out of the SIM's storage. The SIM forgets it once `take` has resolved. */
export type Received =
  | { readonly type: 'message'; readonly from: string; readonly text: string; readonly sentAt: number }
  | { readonly type: 'report'; readonly reference: number; readonly to: string; readonly delivery: Delivery }
  | { readonly type: 'unreadable'; readonly pdu: string };

export interface MessageBoxOptions {
  readonly clock: Clock;
  readonly execute: Execute;
  /** Stores it durably; rejects when it could not, and the message stays on the SIM. */
  readonly take: (received: Received) => Promise<void>;
  /** Reads and takes nothing; what is pushed instead of stored is not acknowledged. Default false. */
  readonly leave?: boolean;
}

/** A sweep that failed is tried again after this, ms. */
const sweepAgainMs = 60_000;

/** The short messages of one SIM: sent in PDUs, read, handed over and only then deleted. */
export class MessageBox {
  readonly #options: MessageBoxOptions;
  readonly #waiters = new Set<(message: Deliver) => void>();
  #assembly: Assembly = emptyAssembly;
  #reference = 0;
  #work: Promise<unknown> = Promise.resolve();
  #sweepTimer: Timer | undefined;

  constructor(options: MessageBoxOptions) {
    this.#options = options;
    this.#reference = options.clock.now() & 0xff;
  }

  /**
   * Sends a text, in several parts when it is long.
   * @param report asks the network what becomes of each part; see `Received`
   * @returns the network's reference of each part, 0–255
   * @throws AtRefusal with the `+CMS ERROR`; BranchlineError `BL_SMS_INVALID`, `BL_AT_TIMEOUT`, `BL_AT_CLOSED`
   */
  async send(to: string, text: string, report = false): Promise<number[]> {
    this.#reference = (this.#reference + 1) & 0xff;
    const references: number[] = [];
    for (const { pdu, octets } of submitPdus(to, text, { report, reference: this.#reference })) {
      const lines = await this.#options.execute(at.sendMessage(octets, pdu));
      references.push(Number(fieldsOf(lines[0] ?? '+CMGS: 0')[0]));
    }
    return references;
  }

  /** The next message that `matches` accepts. @throws BranchlineError `BL_USSD_FAILED` after `deadlineMs` */
  next(matches: (message: Deliver) => boolean, deadlineMs: number, code: string): Promise<Deliver> {
    return new Promise((resolve, reject) => {
      const timer = this.#options.clock.schedule(deadlineMs, () => {
        this.#waiters.delete(waiter);
        const problem = `no message came within ${Math.round(deadlineMs / 1000)} s`;
        reject(new BranchlineError('BL_USSD_FAILED', { code, problem }));
      });
      const waiter = (message: Deliver): void => {
        if (!matches(message)) return;
        timer.cancel();
        this.#waiters.delete(waiter);
        resolve(message);
      };
      this.#waiters.add(waiter);
    });
  }

  /** Reads one message that was announced. */
  announced(index: number, memory: MessageMemory = 'SM'): void {
    this.#enqueue(async () => {
      if (memory !== 'SM') await optional(this.#options.execute(at.readFrom(memory)));
      try {
        const lines = await optional(this.#options.execute(at.readMessage(index)));
        if (lines?.[1] !== undefined) await this.#store(index, lines[1]);
      } finally {
        if (memory !== 'SM') await optional(this.#options.execute(at.readFrom('SM')));
      }
    });
  }

  /** A PDU that was pushed instead of stored. */
  pushed(pdu: string): void {
    this.#enqueue(() => this.#hand(pdu));
  }

  /** Reads everything that is stored: at the start, after a loss of the port, and when the storage is full. */
  sweep(): void {
    this.#enqueue(async () => {
      const lines = (await optional(this.#options.execute(at.listMessages))) ?? [];
      for (let i = 0; i + 1 < lines.length; i++) {
        const index = /^\+CMGL: ?(\d+)/.exec(lines[i]!)?.[1];
        if (index !== undefined && !lines[i + 1]!.startsWith('+CMGL:'))
          await this.#store(Number(index), lines[i + 1]!);
      }
      const { assembly, messages } = expire(this.#assembly, this.#options.clock.now());
      this.#assembly = assembly;
      for (const message of messages) await this.#take(message);
    });
  }

  stop(): void {
    this.#sweepTimer?.cancel();
  }

  /** One after the other: the same index must not be read and deleted at once. */
  #enqueue(work: () => Promise<void>): void {
    if (this.#options.leave) return;
    this.#work = this.#work.then(work).catch(() => {
      this.#sweepTimer?.cancel();
      this.#sweepTimer = this.#options.clock.schedule(sweepAgainMs, () => this.sweep());
    });
  }

  async #store(index: number, pdu: string): Promise<void> {
    await this.#hand(pdu);
    await optional(this.#options.execute(at.deleteMessage(index)));
  }

  async #hand(pdu: string): Promise<void> {
    const incoming = readable(pdu);
    if (!incoming) return this.#options.take({ type: 'unreadable', pdu });
    if (incoming.type === 'status-report') {
      const { reference, to, status } = incoming;
      return this.#options.take({ type: 'report', reference, to, delivery: deliveryOf(status) });
    }
    const { assembly, messages } = assemble(this.#assembly, incoming, this.#options.clock.now());
    for (const message of messages) await this.#take(message);
    this.#assembly = assembly;
  }

  async #take(message: Deliver): Promise<void> {
    const { from, text, time } = message;
    await this.#options.take({ type: 'message', from, text, sentAt: time.at });
    for (const waiter of this.#waiters) waiter(message);
  }
}

function readable(pdu: string): ReturnType<typeof readIncoming> | undefined {
  try {
    return readIncoming(pdu);
  } catch {
    return undefined;
  }
}
