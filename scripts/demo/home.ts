import { chmod, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClockScale } from '@branchline/shared';
import { writeDurably } from '@branchline/shared/node';
import { freePorts } from '../../test/support/free-port.ts';
import type { DemoOptions } from './options.ts';

/** What a demo remembers between starts. */
export interface DemoState {
  clock: ClockScale;
  ports: { http: number; edge: number; mqtt: number };
  admin?: { name: string; password: string };
  campaigns?: string[];
}

export interface DemoHome {
  readonly folder: string;
  readonly state: DemoState;
  save(): Promise<void>;
}

/** Opens the data folder. Business time begins on a weekday morning and never runs backwards between starts. */
export async function openHome(options: DemoOptions): Promise<DemoHome> {
  await mkdir(options.home, { recursive: true });
  await chmod(options.home, 0o755);
  const file = join(options.home, 'demo.json');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  const before = text === undefined ? undefined : (JSON.parse(text) as DemoState);
  const state: DemoState = {
    ...before,
    clock: clockFrom(before?.clock, options.speed),
    ports: await portsFrom(before?.ports, options.port),
  };
  const home = {
    folder: options.home,
    state,
    save: () => writeDurably(file, `${JSON.stringify(state, null, 2)}\n`),
  };
  await home.save();
  return home;
}

function clockFrom(before: ClockScale | undefined, speed: number): ClockScale {
  const real = Date.now();
  if (!before) return { speed, real, business: nextWednesdayMorning(real) };
  if (before.speed === speed) return before;
  return { speed, real, business: Math.round(before.business + (real - before.real) * before.speed) };
}

/** 09:30 in Shanghai of the next Wednesday: a day in which every calling window opens. */
function nextWednesdayMorning(now: number): number {
  const day = 86_400_000;
  const shift = 8 * 3_600_000;
  const today = Math.floor((now + shift) / day);
  // Day 0 of the epoch was a Thursday.
  const weekday = (today + 4) % 7;
  const ahead = (3 - weekday + 7) % 7 || 7;
  return (today + ahead) * day - shift + 9.5 * 3_600_000;
}

async function portsFrom(
  before: DemoState['ports'] | undefined,
  wished: number | undefined,
): Promise<DemoState['ports']> {
  const [http, edge, mqtt] = (await freePorts(3)) as [number, number, number];
  const preferred = before?.http ?? 8080;
  return {
    http: wished ?? ((await isFree(preferred)) ? preferred : http),
    // The boxes know these two from their enrolment.
    edge: before?.edge ?? edge,
    mqtt: before?.mqtt ?? mqtt,
  };
}

async function isFree(port: number): Promise<boolean> {
  const { createServer } = await import('node:net');
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
