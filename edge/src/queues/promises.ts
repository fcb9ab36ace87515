import type { AgentChoice, Clock } from '@branchline/shared';
import type { Call, Calls } from '../calls/index.ts';
import type { CallBacks, Promised } from '../dialer/index.ts';
import { freshPlace, type Place, type PlaceInput } from './place.ts';
import type { Places } from './places.ts';

export interface PromisesOptions {
  readonly places: Places;
  readonly calls: Pick<Calls, 'all'>;
  readonly callBacks: Pick<CallBacks, 'place'>;
  readonly business: Clock;
  /** Stores a promise of a call back, or that it is over; never waited for. */
  readonly savePromise: (id: string, data?: string) => void;
}

/** What is kept of a promise: the place without what chance of the moment has brought. */
type KeptPromise = Promised & Pick<Place, 'enteredAt' | 'inLineSince' | 'priority'>;

/** Calls that are made for one who asked to be called back, and the pause between them, ms. */
const mostCallBacks = 2;
const callBackAgainMs = 300_000;

/** Those who hung up and keep their place in line: they are called back when it is their turn. */
export class Promises {
  readonly #options: PromisesOptions;
  readonly #promises = new Map<string, Promised>();

  constructor(options: PromisesOptions) {
    this.#options = options;
  }

  /** A promise, by the call in which it was made. */
  get(id: string): Promised | undefined {
    return this.#promises.get(id);
  }

  /** What the ledger remembers; a call back that was under way says by itself what came of it. */
  restore(kept: readonly { readonly data: string }[]): void {
    for (const { data } of kept) {
      const { enteredAt, inLineSince, priority, ...promised } = JSON.parse(data) as KeptPromise;
      const { id, conversation, queue } = promised;
      this.#promises.set(id, promised);
      this.#options.places.set({
        ...freshPlace({ call: id, conversation, queue, enteredAt, priority }),
        inLineSince,
        callBackAt: enteredAt,
      });
    }
  }

  /** Somebody who waits asks for it; the call they wait on may end. */
  make(place: Place, { id, conversation, customer, callerId: did }: Call): void {
    const { business, places } = this.#options;
    const askedAt = business.now();
    this.#promises.set(id, { id, conversation, queue: place.queue, customer, did, askedAt, calls: 0 });
    places.input(place, { type: 'promise' });
    places.stopTimer(id);
    this.#keep(id);
  }

  /** Whether it is somebody's turn who is not being called already. */
  isDue({ call, callBackAt }: Place): boolean {
    return callBackAt === undefined || (callBackAt <= this.#options.business.now() && !this.#isCalled(call));
  }

  /** There is an agent for somebody whose turn it is. */
  call(place: Place, agent: string, choice: AgentChoice): void {
    const { callBacks, places } = this.#options;
    const placed = callBacks.place(this.#promises.get(place.call)!, agent, choice);
    if ('call' in placed) places.input(place, { type: 'offered', agent });
    else if (placed.until === undefined) this.#end(place, { type: 'gone', why: placed.not });
    else places.input(place, { type: 'postponed', until: placed.until });
  }

  /** A call back has changed its phase, or has ended. */
  follow({ phase, promise = '' }: Call): void {
    const { business, places } = this.#options;
    const place = places.get(promise);
    const promised = this.#promises.get(promise);
    if (!place || !promised) return;
    if (phase === 'talking') return this.#end(place, { type: 'connected' });
    if (phase !== 'ended') return;
    const made = { ...promised, calls: promised.calls + 1 };
    this.#promises.set(promise, made);
    if (made.calls >= mostCallBacks) return this.#end(place, { type: 'gone', why: 'not reached' });
    places.input(place, { type: 'postponed', until: business.now() + callBackAgainMs });
    this.#keep(promise);
  }

  /** Whoever seems to be called and is not has their turn again. */
  audit(): void {
    const { places } = this.#options;
    for (const place of places.all())
      if (place.callBackAt !== undefined && place.phase === 'offered' && !this.#isCalled(place.call))
        places.input(place, { type: 'postponed', until: place.callBackAt });
  }

  #isCalled(promise: string): boolean {
    return this.#options.calls.all().some((call) => call.promise === promise);
  }

  #keep(id: string): void {
    const { places, savePromise } = this.#options;
    const { enteredAt, inLineSince, priority } = places.get(id)!;
    const kept: KeptPromise = { ...this.#promises.get(id)!, enteredAt, inLineSince, priority };
    savePromise(id, JSON.stringify(kept));
  }

  #end(place: Place, input: PlaceInput): void {
    this.#options.places.input(place, input);
    this.#promises.delete(place.call);
    this.#options.savePromise(place.call);
  }
}
