import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { idSource, ManualClock } from '@branchline/shared';
import type { NewRow } from '../store/index.ts';
import { inboundCall, type Call } from './call.ts';
import { nextCall } from './call-machine.ts';
import { Voicemails, type Voicemail } from './voicemails.ts';

let folder: string;
let told: NewRow[];
let kept: Voicemail[];
let call: Call;
let voicemails: Voicemails;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'branchline-'));
  told = [];
  kept = [];
  const ids = idSource();
  const about = { leg: 'leg', customer: '13912345678', did: '4008001234', line: 'trunk', at: 0 };
  call = inboundCall({ ...about, id: ids(), conversation: ids(), recordTo: 'call.wav', flow: ids() });
  voicemails = new Voicemails({
    business: new ManualClock(),
    ids,
    clockTrust: () => 'trusted',
    calls: () => ({ input: (_, input) => void (call = nextCall(call, input).state) }),
    path: (leg) => join(folder, `${leg}-voicemail.wav`),
    keep: (message, row) => {
      kept.push(message);
      told.push(row);
    },
  });
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A message of so many seconds at 16 kHz. */
function leave(seconds: number): string {
  const file = Buffer.alloc(44 + 32_000 * seconds);
  file.writeUInt32LE(32_000, 28);
  const path = join(folder, 'leg-voicemail.wav');
  writeFileSync(path, file);
  return path;
}

const ended = (): Call => ({ ...call, phase: 'ended' });

test('a message is told when its file is closed, and not again with its call', () => {
  const file = leave(3);
  expect(voicemails.isMessage(call, file)).toBe(true);
  expect(voicemails.isMessage(call, 'call.wav')).toBe(false);
  voicemails.recorded(call, file, 3000);
  voicemails.follow(ended());
  voicemails.recorded(ended(), file, 3000);
  expect(told).toMatchObject([
    { stream: 'event', row: { type: 'voicemail', call: call.id, file, ms: 3000 } },
  ]);
  expect(kept).toMatchObject([
    { call: call.id, customer: '13912345678', did: '4008001234', queue: 'inbound', file, ms: 3000 },
  ]);
});

test('a message whose end nobody heard is told with its call, as long as its file is', () => {
  const file = leave(2);
  voicemails.follow(call);
  expect(told).toEqual([]);
  voicemails.follow(ended());
  expect(told).toMatchObject([{ row: { type: 'voicemail', file, ms: 2000 } }]);
});

test('who left no message is not told of, and a file that was only begun has no length', () => {
  voicemails.follow(ended());
  expect(told).toEqual([]);
  writeFileSync(join(folder, 'leg-voicemail.wav'), 'RIFF');
  voicemails.follow(ended());
  expect(told).toMatchObject([{ row: { ms: 0 } }]);
});
