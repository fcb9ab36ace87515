import fc from 'fast-check';
import { expect, it } from 'vitest';
import { inboundQueue, run, type Queue } from '@branchline/shared';
import {
  expectedWait,
  mayOffer,
  nextDue,
  nextPlace,
  sitesPassedOver,
  waysOut,
  waysOutOfClosed,
  type Place,
  type PlaceInput,
} from './place.ts';

const place: Place = {
  call: 'c',
  conversation: 'conversation',
  queue: 'inbound',
  inLineSince: 0,
  enteredAt: 0,
  priority: 0,
  phase: 'waiting',
  passedOver: new Set(),
  sitesTried: new Map(),
  announcedAt: 0,
};
const guest: Place = { ...place, from: 'west' };
const group = { to: 'group' } as const;
const voicemail = { to: 'voicemail' } as const;

it.each<{ what: string; inputs: PlaceInput[]; phase: Place['phase']; steps: string[] }>([
  {
    what: 'is connected to the agent who was offered',
    inputs: [{ type: 'offered', agent: 'a' }, { type: 'offered', agent: 'a' }, { type: 'connected' }],
    phase: 'left',
    steps: ['offered', 'connected'],
  },
  {
    what: 'waits on when the phone was not taken',
    inputs: [
      { type: 'offered', agent: 'a' },
      { type: 'missed', at: 20 },
    ],
    phase: 'waiting',
    steps: ['offered', 'no-answer'],
  },
  {
    what: 'hangs up while a phone rings',
    inputs: [{ type: 'offered', agent: 'a' }, { type: 'gone' }, { type: 'missed', at: 20 }],
    phase: 'left',
    steps: ['offered', 'abandoned'],
  },
  {
    what: 'does not leave while a phone rings',
    inputs: [
      { type: 'offered', agent: 'a' },
      { type: 'leave', exit: 'group' },
    ],
    phase: 'offered',
    steps: ['offered'],
  },
  {
    what: 'leaves once',
    inputs: [{ type: 'leave', exit: 'voicemail' }, { type: 'gone' }, { type: 'connected' }],
    phase: 'left',
    steps: ['overflowed'],
  },
  {
    what: 'is taken by an agent of another site has gone there',
    inputs: [
      { type: 'offered-away', site: 'east' },
      { type: 'offered-away', site: 'east' },
      { type: 'connected' },
    ],
    phase: 'left',
    steps: ['offered', 'overflowed'],
  },
  {
    what: 'is not taken at another site waits on here',
    inputs: [
      { type: 'offered-away', site: 'east' },
      { type: 'missed', at: 20 },
      { type: 'offered', agent: 'a' },
    ],
    phase: 'offered',
    steps: ['offered', 'no-answer', 'offered'],
  },
  {
    what: 'asked for a call back gets it, at the second time',
    inputs: [
      { type: 'promise' },
      { type: 'promise' },
      { type: 'leave', exit: 'group' },
      { type: 'offered', agent: 'a' },
      { type: 'postponed', until: 5 },
      { type: 'offered', agent: 'b' },
      { type: 'connected' },
    ],
    phase: 'left',
    steps: ['promised', 'offered', 'offered', 'called-back'],
  },
  {
    what: 'hears the place in line',
    inputs: [{ type: 'announced', position: 3, at: 9 }],
    phase: 'waiting',
    steps: ['position'],
  },
])('who $what', ({ inputs, phase, steps }) => {
  const { state, effects } = run(nextPlace, place, inputs);
  expect(state.phase).toBe(phase);
  expect(effects.map(({ step }) => step)).toEqual(steps);
});

it('whatever happens in whatever order, a place is left once at most, and nothing is told after that', () => {
  const ends = new Set(['connected', 'abandoned', 'overflowed', 'called-back']);
  const anyInput = fc.constantFrom<PlaceInput>(
    { type: 'offered', agent: 'a' },
    { type: 'offered', agent: 'b' },
    { type: 'offered-away', site: 'east' },
    { type: 'missed', at: 20 },
    { type: 'connected' },
    { type: 'gone' },
    { type: 'announced', position: 1, at: 5 },
    { type: 'leave', exit: 'group' },
    { type: 'leave', exit: 'voicemail' },
    { type: 'promise' },
    { type: 'postponed', until: 7 },
  );
  fc.assert(
    fc.property(fc.array(anyInput), (inputs) => {
      const { state, effects } = run(nextPlace, place, inputs);
      const last = effects.findIndex(({ step }) => ends.has(step));
      if (state.phase === 'left') expect(last).toBe(effects.length - 1);
      else expect(last).toBe(-1);
      const end = effects.at(-1);
      const served = end?.agent !== undefined && (end.step === 'connected' || end.step === 'called-back');
      const away = end?.step === 'overflowed' && end.peer !== undefined;
      expect(state.agent !== undefined || state.site !== undefined).toBe(
        state.phase === 'offered' || served || away,
      );
      expect(state.agent === undefined || state.site === undefined).toBe(true);
    }),
  );
});

it('a caller of another site is in line here from when an agent takes them, or never', () => {
  const steps = (inputs: PlaceInput[]): string[] =>
    run(nextPlace, guest, inputs).effects.map(({ step }) => step);
  expect(steps([{ type: 'offered', agent: 'a' }, { type: 'connected' }])).toEqual([
    'offered',
    'entered',
    'connected',
  ]);
  expect(steps([{ type: 'offered', agent: 'a' }, { type: 'missed', at: 20 }, { type: 'gone' }])).toEqual([
    'offered',
    'no-answer',
  ]);
  expect(steps([{ type: 'offered', agent: 'a' }, { type: 'gone' }])).toEqual(['offered', 'no-answer']);
  expect(steps([{ type: 'gone' }])).toEqual([]);
});

it('a site whose agent did not take somebody is passed over for a minute, others are not', () => {
  const missed = run(nextPlace, place, [
    { type: 'offered-away', site: 'east' },
    { type: 'missed', at: 1000 },
  ]).state;
  expect(sitesPassedOver(missed, 60_999)).toEqual(['east']);
  expect(sitesPassedOver(missed, 61_000)).toEqual([]);
  expect(mayOffer(missed, 'a', 1000)).toBe(true);
});

it('who waits for another site is looked after again soon, since somebody may be idle there', () => {
  const queue: Queue = { ...inboundQueue, overflow: [{ afterSeconds: 4, exit: { to: 'site' } }] };
  expect(nextDue(queue, place, 0)).toBe(4000);
  expect(nextDue(queue, place, 4000)).toBe(5000);
});

it('out of a closed queue there is always a way', () => {
  expect(waysOutOfClosed({ ...inboundQueue, closedExit: { to: 'site' } })).toEqual([{ to: 'site' }, group]);
});

it('ways out open with time or for who comes to a full queue, the last one when nobody may wait longer', () => {
  const queue: Queue = {
    ...inboundQueue,
    overflow: [
      { afterSeconds: 20, exit: voicemail },
      { length: 2, exit: { to: 'queue', queue: 'b' } },
    ],
    maxWaitSeconds: 40,
  };
  expect(waysOut(queue, 0)).toEqual([]);
  expect(waysOut(queue, 0, 1)).toEqual([]);
  expect(waysOut(queue, 0, 2)).toEqual([{ to: 'queue', queue: 'b' }]);
  expect(waysOut(queue, 20_000)).toEqual([voicemail]);
  expect(waysOut(queue, 40_000)).toEqual([voicemail, group, group]);
});

it('a way out with a time and a number of callers is open for either', () => {
  const queue: Queue = {
    ...inboundQueue,
    overflow: [{ afterSeconds: 4, length: 2, exit: voicemail }],
    maxWaitSeconds: 40,
  };
  expect(waysOut(queue, 0, 1)).toEqual([]);
  expect(waysOut(queue, 0, 2)).toEqual([voicemail]);
  expect(waysOut(queue, 3999)).toEqual([]);
  expect(waysOut(queue, 4000)).toEqual([voicemail]);
  expect(nextDue(queue, place, 0)).toBe(4000);
  const away: Queue = { ...queue, overflow: [{ afterSeconds: 4, length: 2, exit: { to: 'site' } }] };
  expect(nextDue(away, place, 4000)).toBe(5000);
});

it('something is due at each way out and each announcement, and soon again when it could not be done', () => {
  const queue: Queue = { ...inboundQueue, overflow: [{ afterSeconds: 4, exit: group }], announceSeconds: 3 };
  expect(nextDue(queue, place, 0)).toBe(3000);
  expect(nextDue(queue, { ...place, announcedAt: 3000 }, 3000)).toBe(1000);
  expect(nextDue(queue, { ...place, announcedAt: 3000 }, 4000)).toBe(2000);
  expect(nextDue({ ...inboundQueue, maxWaitSeconds: 10 }, place, 10_000)).toBe(5000);
});

it('the wait is announced in whole minutes', () => {
  expect(expectedWait(3, 25_000)).toBe(120_000);
  expect(expectedWait(1, undefined)).toBeUndefined();
});

it('whoever could not take somebody is not offered to them again at once; others are', () => {
  const missed = run(nextPlace, place, [
    { type: 'offered', agent: 'a' },
    { type: 'missed', at: 20 },
  ]).state;
  expect(mayOffer(place, 'a', 20)).toBe(true);
  expect(mayOffer(missed, 'a', 20)).toBe(false);
  expect(mayOffer(missed, 'b', 20)).toBe(true);
  expect(mayOffer(missed, 'a', 1020)).toBe(true);
});
