import { expect, test } from 'vitest';
import { findQueueProblem, inboundQueue, type Queue } from './queues.ts';

const queue = (id: string, change: Partial<Queue> = {}): Queue => ({ ...inboundQueue, id, ...change });
const to = (id: string) => ({ to: 'queue', queue: id }) as const;

test.each<{ what: string; queues: Queue[]; place: string }>([
  { what: 'a name that stands twice', queues: [queue('a'), queue('a')], place: '/queues/0/id' },
  { what: 'a way out that leads nowhere', queues: [queue('a', { exit: to('b') })], place: '/queues/0/exit' },
  { what: 'a way out to itself', queues: [queue('a', { exit: to('a') })], place: '/queues/0/exit' },
  {
    what: 'a circle for those who may wait no longer',
    queues: [queue('a', { exit: to('b') }), queue('b', { exit: to('a') })],
    place: '/queues/0/exit',
  },
  {
    what: 'a circle of closed queues',
    queues: [queue('c'), queue('a', { closedExit: to('b') }), queue('b', { closedExit: to('a') })],
    place: '/queues/1/closedExit',
  },
  {
    what: 'an overflow that says not when',
    queues: [queue('a', { overflow: [{ exit: { to: 'group' } }] })],
    place: '/queues/0/overflow/0',
  },
  {
    what: 'hours that end before they begin',
    queues: [queue('a', { open: { fromMinute: 600, toMinute: 540, weekdays: [1] } })],
    place: '/queues/0/open',
  },
  {
    what: 'a skill asked for twice',
    queues: [
      queue('a', {
        requires: [
          { skill: 's', level: 1 },
          { skill: 's', level: 2 },
        ],
      }),
    ],
    place: '/queues/0/requires',
  },
])('$what is found', ({ queues, place }) => {
  expect(findQueueProblem(queues, [])).toMatchObject({ place });
});

test('overflow may lead round, as whoever waits long enough leaves by the way out', () => {
  const queues = [
    queue('a', { overflow: [{ afterSeconds: 5, exit: to('b') }] }),
    queue('b', { overflow: [{ length: 3, exit: to('a') }], exit: to('inbound') }),
  ];
  expect(findQueueProblem(queues, [])).toBeUndefined();
});

test('an agent names only queues that are there, and each skill once', () => {
  expect(findQueueProblem([queue('a')], [{ id: 'x', queues: ['a', 'inbound'] }])).toBeUndefined();
  expect(findQueueProblem([], [{ id: 'x', queues: ['a'] }])).toMatchObject({ place: '/agents/0/queues' });
  const twice = [1, 2].map((level) => ({ skill: 's', level }));
  expect(findQueueProblem([], [{ id: 'x', skills: twice }])).toMatchObject({ place: '/agents/0/skills' });
});
