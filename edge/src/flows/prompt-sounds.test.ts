import { expect, test } from 'vitest';
import { partsByLanguage } from './prompt-sounds.ts';

test('each part of a text is said by the voice of its language', () => {
  expect(partsByLanguage('本次通话将被录音。This call is recorded.')).toEqual([
    { voice: 'cmn', text: '本次通话将被录音。' },
    { voice: 'en', text: 'This call is recorded.' },
  ]);
  expect(partsByLanguage('Hello 王芳, welcome')).toEqual([
    { voice: 'en', text: 'Hello' },
    { voice: 'cmn', text: '王芳' },
    { voice: 'en', text: ', welcome' },
  ]);
  expect(partsByLanguage('Only English')).toEqual([{ voice: 'en', text: 'Only English' }]);
  expect(partsByLanguage(' … ')).toEqual([]);
  expect(partsByLanguage('')).toEqual([]);
});
