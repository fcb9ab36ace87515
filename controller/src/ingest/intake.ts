import { isRetryable, type Ack, type Clock } from '@branchline/shared';
import { refuseWrongHead, type OfferedBatch } from './batch-reading.ts';
import { nextGroup, type WaitingOffer } from './group.ts';

export interface IntakeOptions {
  /** Takes batches in together, or none of them. @returns the answer to each */
  readonly ingest: (offers: readonly OfferedBatch[]) => Promise<readonly Ack[]>;
  /** Real time. */
  readonly clock: Clock;
}

/** Rows taken in together: room for the largest batch of a backlog (500) and as many others beside it. */
const mostRows = 1000;
/** Groups under way at a time: few connections to the database, which people wait for too, but one that is held up holds up no others. */
const mostGroups = 3;
/** From the beginning of a group to that of the next, if it is not full, ms: what comes meanwhile goes together. */
const gatherMs = 50;

interface Waiting extends WaitingOffer {
  readonly offer: OfferedBatch;
  readonly resolve: (ack: Ack) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Where the records of all boxes come in. What waits goes into the database in groups, because a transaction costs the same
 * for one row as for many; an idle center takes each batch at once. Of one box there is one group under way at a time.
 */
export class Intake {
  readonly #options: IntakeOptions;
  readonly #away = new Set<string>();
  #waiting: Waiting[] = [];
  #groups = 0;
  #nextAt = -Infinity;
  #timed = false;

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  /** Takes a batch in when its turn comes; those of one box in the order of the calls. @throws what `ingest` throws for it */
  take(offer: OfferedBatch): Promise<Ack> {
    return new Promise((resolve, reject) => {
      // Here and not in its group, which would fail with it.
      refuseWrongHead(offer);
      const { origin, batch } = offer;
      this.#waiting.push({ offer, edge: origin.edge, rows: batch.rows.length, resolve, reject });
      this.#look();
    });
  }

  #look(): void {
    const { clock } = this.#options;
    while (this.#groups < mostGroups) {
      const { offers, full } = nextGroup(this.#waiting, this.#away, mostRows);
      if (offers.length === 0) return;
      const pause = this.#nextAt - clock.monotonic();
      if (pause > 0 && !full) {
        if (!this.#timed) clock.schedule(pause, () => this.#lookAgain());
        this.#timed = true;
        return;
      }
      void this.#run(offers);
    }
  }

  #lookAgain(): void {
    this.#timed = false;
    this.#look();
  }

  async #run(group: readonly Waiting[]): Promise<void> {
    const going = new Set(group);
    const edges = group.map(({ edge }) => edge);
    this.#waiting = this.#waiting.filter((each) => !going.has(each));
    for (const edge of edges) this.#away.add(edge);
    this.#groups++;
    this.#nextAt = this.#options.clock.monotonic() + gatherMs;
    await this.#ingest(group);
    for (const edge of edges) this.#away.delete(edge);
    this.#groups--;
    this.#look();
  }

  async #ingest(group: readonly Waiting[]): Promise<void> {
    try {
      const acks = await this.#options.ingest(group.map(({ offer }) => offer));
      group.forEach(({ resolve }, i) => resolve(acks[i]!));
    } catch (error) {
      // What is wrong with one, or two that block each other, must not keep the others out; a database that is away is away for all.
      if (group.length > 1 && !isRetryable(error)) for (const each of group) await this.#ingest([each]);
      else for (const { reject } of group) reject(error);
    }
  }
}
