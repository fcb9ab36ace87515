import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { announcement, waitingSound } from './waiting-sound.ts';

it('every place and every wait is announced with prompts that are there', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2000 }),
      fc.option(fc.nat(1e7), { nil: undefined }),
      (position, wait) => {
        for (const prompt of announcement(position, wait))
          expect(existsSync(join(import.meta.dirname, '../../prompts', `${prompt}.wav`))).toBe(true);
      },
    ),
  );
});

it('a wait is never announced shorter than it is expected to be', () => {
  expect(announcement(1, 60_000)).toEqual(['position-1', 'wait-1']);
  expect(announcement(7, 240_000)).toEqual(['position-more', 'wait-5']);
  expect(announcement(7, 660_000)).toEqual(['position-more', 'wait-more']);
  expect(announcement(2)).toEqual(['position-2']);
});

it('music goes on after an announcement, and there is a tone where there is no music', () => {
  const file = (name: string) => [`/p/${name}.wav`];
  expect(waitingSound(undefined, [], file)).toMatch(/^tone_stream:.*loops=-1$/);
  expect(waitingSound(undefined, ['position-1'], file)).toMatch(
    /^file_string:\/\/\/p\/position-1.wav!tone_stream:/,
  );
  expect(waitingSound('jazz', ['position-1'], file)).toMatch(
    /^file_string:\/\/\/p\/position-1.wav(!\/p\/jazz.wav){118}!tone_stream:.*loops=-1$/,
  );
  expect(waitingSound('jazz', [], file)).toMatch(/^file_string:\/\/\/p\/jazz.wav!/);
  // Music that is not there any more.
  expect(waitingSound('jazz', [], () => [])).toMatch(/^tone_stream:.*loops=-1$/);
  const twice = (name: string) => [`/p/${name}-zh.wav`, `/p/${name}-en.wav`];
  expect(waitingSound(undefined, ['position-1'], twice)).toMatch(
    /^file_string:\/\/\/p\/position-1-zh.wav!\/p\/position-1-en.wav!tone_stream:/,
  );
});

it('nobody waits in silence, and FreeSWITCH is given no more files at once than it plays, however many a prompt has', () => {
  const part = fc.array(fc.constantFrom('/p/a.wav', '/p/b.wav'), { maxLength: 2 });
  fc.assert(
    fc.property(part, part, fc.boolean(), (clips, said, announced) => {
      const sound = waitingSound('clip', announced ? ['position-1', 'wait-5'] : [], (name) =>
        name === 'clip' ? clips : said,
      );
      const parts = sound.replace('file_string://', '').split('!');
      expect(parts.at(-1)).toMatch(/^tone_stream:.*loops=-1$/);
      expect(parts.length).toBeLessThan(128);
    }),
  );
});
