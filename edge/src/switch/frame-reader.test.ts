import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { BranchlineError } from '@branchline/shared';
import { FrameReader, type Frame } from './frame-reader.ts';

const transcripts = join(import.meta.dirname, '../../../test/fixtures/esl');

function read(chunks: readonly Buffer[]): Frame[] {
  const frames: Frame[] = [];
  const reader = new FrameReader((frame) => frames.push(frame));
  for (const chunk of chunks) reader.push(chunk);
  return frames;
}

function pieces(bytes: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.byteLength / size) }, (_, i) =>
    bytes.subarray(i * size, (i + 1) * size),
  );
}

const raw = readdirSync(transcripts).filter((name) => name.endsWith('.raw'));

// Plain events carry URL-encoded values that we never ask for; everything else must come through whole.
test.each(raw.filter((name) => !name.includes('.plain.')))(
  'the transcript %s is cut into the same frames however it arrives',
  (name) => {
    const bytes = readFileSync(join(transcripts, name));
    const whole = read([bytes]);
    expect(whole.length).toBeGreaterThan(1);
    expect(read(pieces(bytes, 7))).toEqual(whole);
    expect(read(pieces(bytes, 1024))).toEqual(whole);
    for (const frame of whole)
      if (frame.type === 'text/event-json') expect(JSON.parse(frame.body)).toHaveProperty('Event-Name');
  },
);

test('lengths are bytes, so a name in Chinese does not shift the frames after it', () => {
  const body = JSON.stringify({ 'Event-Name': 'CUSTOM', name: '张三 – Zoë' });
  const frame = Buffer.from(
    `Content-Length: ${Buffer.byteLength(body)}\nContent-Type: text/event-json\n\n${body}`,
  );
  const frames = read(pieces(Buffer.concat([frame, frame]), 3));
  expect(frames.map((each) => JSON.parse(each.body) as unknown)).toEqual([
    JSON.parse(body),
    JSON.parse(body),
  ]);
});

test.each([
  ['a bare % in a header', 'Content-Type: command/reply\nReply-Text: -ERR 100% busy\n\n'],
  ['a length that is no number', 'Content-Length: many\nContent-Type: api/response\n\n'],
  ['a negative length', 'Content-Length: -5\nContent-Type: api/response\n\nabc'],
  ['a length beyond 16 MiB', 'Content-Length: 99999999\nContent-Type: api/response\n\nabc'],
  ['headers that never end', 'x'.repeat((1 << 20) + 1)],
])('%s is a coded error, not a crash', (_, text) => {
  expect(() => read([Buffer.from(text)])).toThrow(
    expect.objectContaining({ code: 'BL_SWITCH_FRAME' }) as BranchlineError,
  );
});
