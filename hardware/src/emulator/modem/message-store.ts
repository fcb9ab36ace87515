/** One stored message: `<stat>` 0 unread, 1 read. */
interface Stored {
  readonly pdu: string;
  read: boolean;
}

/** The messages on a SIM, or its delivery reports. Indexes begin at 1; what does not fit waits in the network. */
export class MessageStore {
  readonly capacity: number;
  readonly #slots = new Map<number, Stored>();
  readonly #waiting: string[] = [];

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get used(): number {
    return this.#slots.size;
  }

  get full(): boolean {
    return this.used >= this.capacity;
  }

  /** The index it got, or undefined when it has to wait. */
  add(pdu: string): number | undefined {
    for (let index = 1; index <= this.capacity; index++) {
      if (this.#slots.has(index)) continue;
      this.#slots.set(index, { pdu, read: false });
      return index;
    }
    this.#waiting.push(pdu);
    return undefined;
  }

  /** Lines of `+CMGR` or `+CMGL`, header and PDU; `listed` puts the index in front. */
  lines(index: number, listed: boolean): readonly string[] | undefined {
    const stored = this.#slots.get(index);
    if (!stored) return undefined;
    const status = stored.read ? 1 : 0;
    stored.read = true;
    const centre = Number.parseInt(stored.pdu.slice(0, 2), 16) + 1;
    const octets = stored.pdu.length / 2 - centre;
    return [listed ? `+CMGL: ${index},${status},,${octets}` : `+CMGR: ${status},,${octets}`, stored.pdu];
  }

  indexes(unreadOnly: boolean): readonly number[] {
    const chosen = [...this.#slots].filter(([, { read }]) => !unreadOnly || !read);
    return chosen.map(([index]) => index).toSorted((a, b) => a - b);
  }

  /** What waited in the network and is stored now, by index. */
  delete(index: number): readonly number[] {
    this.#slots.delete(index);
    const next = this.#waiting.shift();
    const moved = next === undefined ? undefined : this.add(next);
    return moved === undefined ? [] : [moved];
  }
}
