import type { Clock, ClockTrust, IdSource, Timer } from '@branchline/shared';
import type { NewRow } from '../store/index.ts';
import { ConnectRate } from './connect-rate.ts';
import { expectedWait, nextPlace, type Place, type PlaceEffect, type PlaceInput } from './place.ts';
import { QueueDays } from './queue-days.ts';
import type { QueueRules } from './rules.ts';

export interface PlacesOptions {
  readonly rules: QueueRules;
  readonly business: Clock;
  readonly ids: IdSource;
  readonly clockTrust: () => ClockTrust;
  /** Stores a fact; never waited for. */
  readonly tell: (row: NewRow) => void;
  /** Somebody is in no line any more. */
  readonly onForgotten: (call: string) => void;
}

/** Who is connected sooner did not wait for an agent, ms. */
const idleWaitMs = 1000;

/** The places of all who wait, by call: each step is told and counted, and one who has left is forgotten. */
export class Places {
  readonly days = new QueueDays();
  readonly #options: PlacesOptions;
  readonly #places = new Map<string, Place>();
  readonly #timers = new Map<string, Timer>();
  readonly #rates = new Map<string, ConnectRate>();

  constructor(options: PlacesOptions) {
    this.#options = options;
  }

  get(call: string): Place | undefined {
    return this.#places.get(call);
  }

  all(): Place[] {
    return [...this.#places.values()];
  }

  /** Those of a queue, longest there first. */
  in(queue: string): Place[] {
    return this.all()
      .filter((place) => place.queue === queue)
      .toSorted((a, b) => a.enteredAt - b.enteredAt);
  }

  /** Takes somebody in, without a word. */
  set(place: Place): void {
    this.#places.set(place.call, place);
  }

  input(place: Place, input: PlaceInput): void {
    const { state, effects } = nextPlace(place, input);
    if (state === place) return;
    if (state.phase === 'left') this.forget(place.call);
    else this.#places.set(place.call, state);
    for (const effect of effects) {
      if (effect.step === 'connected') {
        const now = this.#options.business.now();
        this.#rateOf(place.queue).connected(now, now - place.enteredAt > idleWaitMs);
      }
      this.tell(place, effect);
    }
  }

  /** Does something for somebody later, instead of what was to be done; not once they have left. @param inMs business ms */
  after(call: string, inMs: number, action: () => void): void {
    this.stopTimer(call);
    this.#timers.set(call, this.#options.business.schedule(inMs, action));
  }

  stopTimer(call: string): void {
    this.#timers.get(call)?.cancel();
    this.#timers.delete(call);
  }

  /** Nobody with this call waits any more. */
  forget(call: string): void {
    this.#places.delete(call);
    this.stopTimer(call);
    this.#options.onForgotten(call);
  }

  /** How long who is at a place of a queue will wait, ms; undefined while nothing is known. */
  expectedWait(queue: string, position: number): number | undefined {
    return expectedWait(position, this.#rates.get(queue)?.everyMs);
  }

  /** Tells a step of somebody in a queue; callees of campaigns are told by their calls. */
  tell({ call, conversation, queue, enteredAt, from }: Place, { step, ...more }: PlaceEffect): void {
    const { business, clockTrust, ids, rules, tell } = this.#options;
    const line = rules.lines.get(queue);
    if (line?.side !== 'inbound') return;
    const at = business.now();
    const head = { at, clock: clockTrust(), id: ids() };
    const waitedMs = Math.max(0, Math.round(at - enteredAt));
    if (step === 'connected' || step === 'abandoned')
      this.days.count(queue, step, waitedMs <= line.targetMs, at, rules.zone);
    const peer = from === undefined ? {} : { peer: from };
    const fact = { call, conversation, queue, step, waitedMs, targetMs: line.targetMs, ...peer, ...more };
    tell({ stream: 'event', row: { ...head, type: 'queue', ...fact } });
  }

  #rateOf(queue: string): ConnectRate {
    let rate = this.#rates.get(queue);
    if (!rate) this.#rates.set(queue, (rate = new ConnectRate()));
    return rate;
  }
}
