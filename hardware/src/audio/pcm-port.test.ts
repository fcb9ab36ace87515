import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BranchlineError } from '@branchline/shared';
import { memoryDevice } from '../port/index.ts';
import { bytesOf, SampleReader, serialPcm } from './pcm-port.ts';

const cuts = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 30 });

test('samples are the same however the port cuts their bytes', () => {
  fc.assert(
    fc.property(fc.int16Array({ maxLength: 500 }), cuts, (samples, sizes) => {
      const bytes = bytesOf(samples);
      const reader = new SampleReader();
      const read: number[] = [];
      for (let at = 0, i = 0; at < bytes.length; at += sizes[i++ % sizes.length]!)
        read.push(...reader.push(bytes.subarray(at, at + sizes[i % sizes.length]!)));
      expect(read).toEqual([...samples]);
    }),
  );
});

test('a serial port carries samples both ways, and tells of its end', async () => {
  const written: number[] = [];
  const device = memoryDevice('sound', (bytes) => written.push(...new SampleReader().push(bytes)));
  const heard: number[] = [];
  const ends: BranchlineError[] = [];
  const port = await serialPcm(device.open)({
    samples: (samples) => heard.push(...samples),
    closed: (reason) => ends.push(reason),
  });
  device.send(Uint8Array.of(1, 0, 0xff));
  device.send(Uint8Array.of(0xff));
  port.write(Int16Array.of(-2, 300));
  device.unplug();
  expect([heard, written]).toEqual([
    [1, -1],
    [-2, 300],
  ]);
  expect(ends.map(({ code }) => code)).toEqual(['BL_PORT_CLOSED']);
});
