import { closeSync, openSync, readSync, unlinkSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { problemOf } from '@branchline/shared';
import { Ear, type Recognised } from './ear.ts';
import { FingerprintSet, type Fingerprint } from './fingerprint.ts';
import { sound } from './sound.ts';

/** Orders to the thread that listens. */
export type ListenerOrder =
  | { readonly do: 'listen'; readonly leg: string; readonly file: string }
  | { readonly do: 'answered'; readonly leg: string }
  | { readonly do: 'forget'; readonly leg: string };

/** What the thread says. */
export type ListenerNews = { readonly leg: string } & (
  | { readonly recognised: Recognised }
  | { readonly problem: string }
);

interface Listened {
  readonly ear: Ear;
  readonly file: string;
  descriptor: number | undefined;
}

const announcements = new FingerprintSet(workerData as readonly Fingerprint[]);
const all = new Map<string, Listened>();
const buffer = Buffer.alloc(64 * 1024);
let timer: NodeJS.Timeout | undefined;

const tell = (news: ListenerNews): void => parentPort!.postMessage(news);

parentPort!.on('message', (order: ListenerOrder) => {
  const { leg } = order;
  const known = all.get(leg);
  if (order.do === 'listen' && !known) {
    const ear = new Ear(announcements, (recognised) => tell({ leg, recognised }));
    all.set(leg, { ear, file: order.file, descriptor: undefined });
    timer ??= setInterval(hearAll, sound.frameMs);
  }
  if (!known) return;
  if (order.do === 'answered') {
    // What was written up to here was heard before the answer.
    hear(leg, known);
    known.ear.answered();
  }
  if (order.do === 'forget') forget(leg, known);
});

function hearAll(): void {
  for (const [leg, listened] of all) hear(leg, listened);
}

/** Reads what the recording has grown by. */
function hear(leg: string, listened: Listened): void {
  try {
    listened.descriptor ??= open(listened.file);
    if (listened.descriptor === undefined) return;
    for (;;) {
      const length = readSync(listened.descriptor, buffer);
      if (length > 0) listened.ear.push(buffer.subarray(0, length));
      if (length < buffer.length) return;
    }
  } catch (error) {
    forget(leg, listened);
    tell({ leg, problem: problemOf(error) });
  }
}

/** Opens a recording that may not be there yet, and takes its name away: nobody else finds it, and it ends with its last reader. */
function open(file: string): number | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  unlinkSync(file);
  return descriptor;
}

function forget(leg: string, { descriptor, file }: Listened): void {
  all.delete(leg);
  if (descriptor === undefined) {
    // It may have been made since the last look.
    const late = open(file);
    if (late !== undefined) closeSync(late);
  } else closeSync(descriptor);
  if (all.size > 0) return;
  clearInterval(timer);
  timer = undefined;
}
