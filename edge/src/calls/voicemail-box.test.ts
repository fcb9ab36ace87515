import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { VoicemailHandling } from '@branchline/shared';
import type { NewRow } from '../store/index.ts';
import { handled, VoicemailBox, type KeptVoicemail } from './voicemail-box.ts';

const left = (call: string, at = 0): KeptVoicemail => ({
  call,
  conversation: call,
  customer: '13912345678',
  did: '4008001234',
  queue: 'inbound',
  at,
  file: `/${call}.wav`,
  ms: 3000,
  heardBy: [],
  calls: 0,
});
const row: NewRow = {
  stream: 'event',
  row: { at: 0, clock: 'trusted', id: 'x', type: 'line', line: 'l', state: 'up', reason: 'test' },
};
let saved: { call: string; data: string; rows: NewRow[] }[];
let box: VoicemailBox;
beforeEach(() => {
  saved = [];
  box = new VoicemailBox({ save: (args) => saved.push(args) });
});

test('what is done about a message is kept and told once, with the message as it stands then', () => {
  box.add(left('a'), row);
  for (let i = 0; i < 3; i++) box.handle(box.get('a')!, 'heard', 'li', i, row);
  box.handle(box.get('a')!, 'heard', 'wu', 4, row);
  box.handle(box.get('a')!, 'done', 'wu', 5, row);
  box.handle(box.get('a')!, 'done', 'li', 6, row);
  expect(saved).toHaveLength(4);
  const other = new VoicemailBox({ save: () => undefined });
  other.restore([{ data: saved.at(-1)!.data }]);
  expect(other.all()).toEqual([{ ...left('a'), heardBy: ['li', 'wu'], done: { by: 'wu', at: 5 } }]);
});

test('a message that is done is not taken before it is opened again', () => {
  const done = handled(left('a'), 'done', 'li', 1);
  expect(() => handled(done, 'taken', 'wu', 2)).toThrow('the message is done');
  const open = handled(done, 'reopened', 'wu', 3);
  expect(handled(open, 'called-back', 'wu', 4)).toMatchObject({ takenBy: 'wu', calls: 1 });
});

test('in every order of acts a message keeps what the caller left, and who is named acted', () => {
  const agents = ['li', 'wu'];
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom(...VoicemailHandling.enum), fc.constantFrom(...agents))),
      (acts) => {
        let message = left('a');
        for (const [i, [act, agent]] of acts.entries()) {
          if (message.done && (act === 'taken' || act === 'called-back')) continue;
          message = handled(message, act, agent, i);
        }
        expect(message).toMatchObject({ call: 'a', customer: '13912345678', ms: 3000 });
        expect(new Set(message.heardBy).size).toBe(message.heardBy.length);
        for (const named of [...message.heardBy, message.takenBy, message.done?.by])
          if (named !== undefined) expect(acts.some(([, agent]) => agent === named)).toBe(true);
      },
    ),
  );
});

test('a flood of messages keeps the latest ones in memory', () => {
  for (let i = 0; i < 600; i++) box.add(left(`call-${i}`, i), row);
  expect(box.all()).toHaveLength(500);
  expect(box.get('call-599')).toBeDefined();
  expect(box.get('call-0')).toBeUndefined();
});
