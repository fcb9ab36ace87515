import { isRetryable, type Ack, type Clock } from '@branchline/shared';
import { refuseWrongHead, type OfferedBatch } from './batch-reading.ts';
import { nextGroup, type WaitingOffer } from './group.ts';

export interface IntakeOptions {
  /** Takes batches in together, or none of them. @returns the answer to each */
  readonly ingest: (offers: readonly OfferedBatch[]) => Promise<readonly Ack[]>;
  /** Real time. */
  readonly clock: Clock;
}

/** From the beginning of a group to that of the next, if it is not full, ms: what comes meanwhile goes together. */
const gatherMs = 50;
/** A batch with as many rows is part of a backlog: no box makes so many between two batches. */
const backlogRows = 200;
/** After a group of a backlog its boxes rest this many times as long as it took, if others have reported in the last moments, ms. */
const restTimes = 8;
/** At most, ms: a day of one box, 350,000 rows, has to come in within ten minutes while others report. */
const longestRestMs = 600;
const momentsMs = 2000;

interface Waiting extends WaitingOffer {
  readonly offer: OfferedBatch;
  readonly answer: Promise<Ack>;
  readonly resolve: (ack: Ack) => void;
  readonly reject: (error: unknown) => void;
}

/** Boxes that report as things happen, or that catch up: a group has those of one kind only. */
class Lane {
  /** Under way at a time: few connections to the database, which people wait for too, but one that is held up holds up no others. */
  readonly mostGroups: number;
  /** Rows taken in together. */
  readonly mostRows: number;
  groups = 0;
  /** When the last one began. */
  beganAt = -Infinity;
  timed = false;

  constructor(mostGroups: number, mostRows: number) {
    this.mostGroups = mostGroups;
    this.mostRows = mostRows;
  }
}

/**
 * Where the records of all boxes come in. What waits goes into the database in groups, because a transaction costs the same
 * for one row as for many; an idle center takes each batch at once. Of one box there is one group under way at a time, and
 * one that catches up rests in between, the longer the busier the center is: what others report now comes first.
 */
export class Intake {
  readonly #options: IntakeOptions;
  readonly #away = new Set<string>();
  readonly #current = new Lane(2, 1000);
  // The largest batch there is: everybody waits while it is read.
  readonly #behind = new Lane(1, 500);
  #waiting: Waiting[] = [];

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  /**
   * Takes a batch in when its turn comes; those of one box in the order of the calls. One that comes again while it waits is taken
   * once, and answered with it. @throws what `ingest` throws for it
   */
  async take(offer: OfferedBatch): Promise<Ack> {
    // Here and not in its group, which would fail with it.
    refuseWrongHead(offer);
    const { origin, batch } = offer;
    const sent = this.#waiting.find((each) => isSame(each.offer, offer));
    if (sent) return sent.answer;
    const { promise: answer, resolve, reject } = Promise.withResolvers<Ack>();
    this.#waiting.push({ offer, edge: origin.edge, rows: batch.rows.length, answer, resolve, reject });
    this.#look();
    return answer;
  }

  #look(): void {
    const catchUp = new Set(this.#waiting.filter(({ rows }) => rows >= backlogRows).map(({ edge }) => edge));
    this.#lookIn(this.#current, (edge) => !catchUp.has(edge));
    this.#lookIn(this.#behind, (edge) => catchUp.has(edge));
  }

  #lookIn(lane: Lane, takes: (edge: string) => boolean): void {
    const { clock } = this.#options;
    while (lane.groups < lane.mostGroups) {
      const waiting = this.#waiting.filter(({ edge }) => takes(edge));
      const { offers, full } = nextGroup(waiting, this.#away, lane.mostRows);
      if (offers.length === 0) return;
      const pause = lane.beganAt + gatherMs - clock.monotonic();
      if (pause > 0 && !full) {
        if (!lane.timed)
          clock.schedule(pause, () => {
            lane.timed = false;
            this.#look();
          });
        lane.timed = true;
        return;
      }
      void this.#run(lane, offers);
    }
  }

  async #run(lane: Lane, group: readonly Waiting[]): Promise<void> {
    const { clock } = this.#options;
    const going = new Set(group);
    const edges = new Set(group.map(({ edge }) => edge));
    this.#waiting = this.#waiting.filter((each) => !going.has(each));
    for (const edge of edges) this.#away.add(edge);
    lane.groups++;
    lane.beganAt = clock.monotonic();
    await this.#ingest(group);
    lane.groups--;
    const now = clock.monotonic();
    const rests = lane === this.#behind && now - this.#current.beganAt < momentsMs;
    if (!rests) return this.#back(edges);
    const restMs = Math.min(longestRestMs, restTimes * (now - lane.beganAt));
    clock.schedule(restMs, () => this.#back(edges));
    this.#look();
  }

  #back(edges: Iterable<string>): void {
    for (const edge of edges) this.#away.delete(edge);
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

function isSame(one: OfferedBatch, other: OfferedBatch): boolean {
  return (
    one.origin.edge === other.origin.edge &&
    one.stream === other.stream &&
    one.batch.epoch === other.batch.epoch &&
    one.batch.from === other.batch.from &&
    one.batch.to === other.batch.to
  );
}
