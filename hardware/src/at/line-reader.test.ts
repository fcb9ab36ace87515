import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineReader } from './line-reader.ts';

function read(
  chunks: readonly (string | Uint8Array)[],
  awaitsPrompt = false,
): { lines: string[]; prompts: number; noise: number } {
  const seen = { lines: [] as string[], prompts: 0, noise: 0 };
  const reader = new LineReader({
    line: (text) => void seen.lines.push(text),
    prompt: () => void seen.prompts++,
    noise: (bytes) => void (seen.noise += bytes),
  });
  reader.awaitPrompt(awaitsPrompt);
  for (const chunk of chunks) reader.push(typeof chunk === 'string' ? Buffer.from(chunk, 'latin1') : chunk);
  return seen;
}

const line = fc
  .stringMatching(/^[+^A-Z][A-Z0-9:,"+ -]{0,60}$/)
  .map((text) => text.trim())
  .filter((text) => text !== '');
const lineEnd = fc.constantFrom('\r', '\n', '\r\n', '\r\r\n', '\r\n\r\n', '\0\r\n');

test('lines are the same however the bytes are cut and whatever ends them', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(line, lineEnd)), fc.array(fc.nat(40)), (lines, cuts) => {
      const text = lines.map(([each, end]) => end + each + end).join('');
      const chunks: string[] = [];
      let rest = text;
      for (const cut of cuts) {
        chunks.push(rest.slice(0, cut));
        rest = rest.slice(cut);
      }
      expect(read([...chunks, rest]).lines).toEqual(lines.map(([each]) => each));
    }),
  );
});

test('the prompt has no line end and is seen only when one must come', () => {
  expect(read(['\r\n', '>', ' '], true)).toEqual({ lines: [], prompts: 1, noise: 0 });
  expect(read(['AT+CMGS=25\r\r\n> '], true)).toEqual({ lines: ['AT+CMGS=25'], prompts: 1, noise: 0 });
  expect(read(['\r\n> x\r\n']).prompts).toBe(0);
  expect(read(['+CREG: 1\r\n> ', '\r\n+CMGS: 1\r\n'], true)).toEqual({
    lines: ['+CREG: 1', '+CMGS: 1'],
    prompts: 1,
    noise: 0,
  });
});

test('any bytes at all are lines or noise, of bounded size, and the next whole line is read', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 5_000 })), (chunks) => {
      const { lines } = read([...chunks, '\r\nOK\r\n']);
      expect(lines.at(-1)).toBe('OK');
      expect(
        lines.every(
          (each) => each.length <= 2_048 && !Array.from('\0\r\n\x1A').some((char) => each.includes(char)),
        ),
      ).toBe(true);
    }),
  );
});

test('a line of ten thousand bytes is noise, not a line cut in two', () => {
  expect(read([`${'x'.repeat(10_000)}\r\nOK\r\n`])).toMatchObject({ lines: ['OK'] });
});

test('an operator that names itself in another charset is no noise', () => {
  expect(read([Buffer.from('+COPS: 0,0,"中国移动",7\r\n', 'utf8')]).noise).toBe(0);
  expect(read([Buffer.from('+COPS\u00ff: 0\r\n', 'latin1')]).noise).toBe(9);
});
