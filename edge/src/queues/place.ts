import { goTo as go, stay, type Queue, type QueueExit, type QueueStep, type Step } from '@branchline/shared';

/** Somebody's place in a queue, as plain data. Instants are business ms. */
export interface Place {
  readonly call: string;
  readonly conversation: string;
  readonly queue: string;
  /** When the first queue was entered: what the place in line counts from. */
  readonly inLineSince: number;
  readonly enteredAt: number;
  readonly priority: number;
  readonly phase: 'waiting' | 'offered' | 'left';
  /** The site whose caller this is: taken by an agent who is idle here, or back there. */
  readonly from?: string;
  /** Who is offered: an agent, or an agent of another site. */
  readonly agent?: string;
  readonly site?: string;
  /** Sites whose agents did not take it, and when that was. */
  readonly sitesTried: ReadonlyMap<string, number>;
  /** Agents whose phones rang in vain. */
  readonly passedOver: ReadonlySet<string>;
  /** When the last of them was. */
  readonly missedAt?: number;
  /** Nobody is on the line: they will be called when it is their turn, not before this instant. */
  readonly callBackAt?: number;
  /** When the place was announced last. */
  readonly announcedAt: number;
}

export type PlaceInput =
  | { readonly type: 'offered'; readonly agent: string }
  /** To an agent of another site. */
  | { readonly type: 'offered-away'; readonly site: string }
  /** The agent did not take it, or was lost before the bridge. */
  | { readonly type: 'missed'; readonly at: number }
  | { readonly type: 'connected' }
  /** The caller hung up, or was lost; or was promised a call that cannot be made. */
  | { readonly type: 'gone'; readonly why?: string }
  /** The caller will be called back in turn, and leaves. */
  | { readonly type: 'promise' }
  /** Called back in vain, or not yet: not again before. */
  | { readonly type: 'postponed'; readonly until: number }
  | { readonly type: 'announced'; readonly position: number; readonly at: number }
  /** `exit`: as it stands in a record. */
  | { readonly type: 'leave'; readonly exit: string };

/** A step to be told. */
export interface PlaceEffect {
  readonly step: QueueStep;
  readonly agent?: string;
  readonly peer?: string;
  readonly position?: number;
  readonly exit?: string;
}

const goTo = go<Place, PlaceEffect>;

/** The place of somebody who comes into a queue. */
export function freshPlace(
  place: Pick<Place, 'call' | 'conversation' | 'queue' | 'enteredAt' | 'priority'>,
): Place {
  const { enteredAt } = place;
  return {
    ...place,
    inLineSince: enteredAt,
    announcedAt: enteredAt,
    phase: 'waiting',
    passedOver: new Set(),
    sitesTried: new Map(),
  };
}

/** The way of somebody through a queue. Who has left stays so: each that entered is left once, by one way. */
export function nextPlace(place: Place, input: PlaceInput): Step<Place, PlaceEffect> {
  if (place.phase === 'left') return stay(place);
  const { agent, site, ...alone } = place;
  const by = { ...(agent !== undefined && { agent }), ...(site !== undefined && { peer: site }) };
  switch (input.type) {
    case 'offered':
      if (agent === input.agent) return stay(place);
      return goTo(
        { ...alone, phase: 'offered', agent: input.agent },
        { step: 'offered', agent: input.agent },
      );
    case 'offered-away':
      if (site === input.site) return stay(place);
      return goTo({ ...alone, phase: 'offered', site: input.site }, { step: 'offered', peer: input.site });
    case 'missed': {
      if (site !== undefined) {
        const sitesTried = new Map([...place.sitesTried, [site, input.at]]);
        return goTo({ ...alone, phase: 'waiting', sitesTried }, { step: 'no-answer', ...by });
      }
      if (agent === undefined) return stay(place);
      const passedOver = new Set([...place.passedOver, agent]);
      return goTo(
        { ...alone, phase: 'waiting', passedOver, missedAt: input.at },
        { step: 'no-answer', agent },
      );
    }
    case 'announced':
      if (place.phase !== 'waiting') return stay(place);
      return goTo({ ...place, announcedAt: input.at }, { step: 'position', position: input.position });
    case 'promise':
      if (place.phase !== 'waiting' || place.callBackAt !== undefined) return stay(place);
      return goTo({ ...place, callBackAt: place.enteredAt }, { step: 'promised' });
    case 'postponed':
      if (place.callBackAt === undefined) return stay(place);
      return goTo({ ...alone, phase: 'waiting', callBackAt: input.until });
    case 'connected': {
      if (site !== undefined)
        return goTo({ ...place, phase: 'left' }, { step: 'overflowed', exit: siteWord(site), ...by });
      const step = place.callBackAt === undefined ? 'connected' : 'called-back';
      const left: Place = { ...place, phase: 'left' };
      return place.from === undefined
        ? goTo(left, { step, ...by })
        : goTo(left, { step: 'entered' }, { step, ...by });
    }
    case 'gone':
      // Still in line where they called, or hung up there: never in line here.
      if (place.from !== undefined)
        return goTo(
          { ...alone, phase: 'left' },
          ...(agent === undefined ? [] : [{ step: 'no-answer', agent } as const]),
        );
      return goTo(
        { ...alone, phase: 'left' },
        { step: 'abandoned', ...by, ...(input.why !== undefined && { exit: input.why }) },
      );
    case 'leave':
      // A phone that rings for it may still be taken.
      if (place.phase !== 'waiting' || place.callBackAt !== undefined) return stay(place);
      return goTo({ ...place, phase: 'left' }, { step: 'overflowed', exit: input.exit });
  }
}

/** An agent who did not take somebody is not offered to them again at once, ms: a leg that cannot be bridged would be tried without end. */
const againMs = 1000;

/** Whether somebody may be offered to an agent now. */
export function mayOffer({ passedOver, missedAt }: Place, agent: string, now: number): boolean {
  return missedAt === undefined || !passedOver.has(agent) || now >= missedAt + againMs;
}

/** A site is not asked again for somebody whom its agent did not take within so long, ms. */
const siteAgainMs = 60_000;

/** Sites that are not asked for somebody now. */
export function sitesPassedOver({ sitesTried }: Place, now: number): string[] {
  return [...sitesTried].filter(([, at]) => now < at + siteAgainMs).map(([site]) => site);
}

/** Another site as it stands in a record. */
function siteWord(site: string): string {
  return `site ${site}`;
}

const group = { to: 'group' } as const;

/** Ways out for who comes while nobody serves a queue. */
export function waysOutOfClosed({ closedExit }: Queue): readonly QueueExit[] {
  return [closedExit, group];
}

/**
 * Ways out for somebody who has waited for a while in a queue, best first. Nobody waits for ever: the group is always there.
 * @param waitedMs in this queue
 * @param ahead how many wait there already, for who comes; absent for who is there
 */
export function waysOut(queue: Queue, waitedMs: number, ahead?: number): readonly QueueExit[] {
  const due = queue.overflow.filter(
    ({ afterSeconds, length }) =>
      (afterSeconds !== undefined && waitedMs >= afterSeconds * 1000) ||
      (length !== undefined && ahead !== undefined && ahead >= length),
  );
  const last = waitedMs >= queue.maxWaitSeconds * 1000 ? [queue.exit, group] : [];
  return [...due.map(({ exit }) => exit), ...last];
}

/** How long after somebody entered a queue there is something to be done for them next, ms; past instants do not count. */
export function nextDue(queue: Queue, place: Place, now: number): number {
  const waited = now - place.enteredAt;
  const asksSites = queue.overflow.some(
    ({ afterSeconds, exit }) =>
      exit.to === 'site' && afterSeconds !== undefined && waited >= afterSeconds * 1000,
  );
  const instants = [
    // Somebody may have become idle there.
    ...(asksSites ? [waited + longestStepMs] : []),
    ...queue.overflow.flatMap(({ afterSeconds }) =>
      afterSeconds === undefined ? [] : [afterSeconds * 1000],
    ),
    queue.maxWaitSeconds * 1000,
    ...(queue.announceSeconds > 0
      ? [place.announcedAt + queue.announceSeconds * 1000 - place.enteredAt]
      : []),
  ];
  return Math.min(...instants.filter((instant) => instant > waited), waited + longestStepMs) - waited;
}

/** What could not be done in time is tried again after so long, ms. */
const longestStepMs = 5000;

/**
 * How long somebody will wait, ms, rounded up to minutes as it is announced; undefined while nothing is known.
 * @param everyMs mean time between two who were connected while others waited
 */
export function expectedWait(position: number, everyMs: number | undefined): number | undefined {
  return everyMs === undefined ? undefined : Math.ceil((position * everyMs) / 60_000) * 60_000;
}
