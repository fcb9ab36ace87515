import { existsSync } from 'node:fs';
import { fork, type ChildProcess } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { inboundQueue, randomExponential, seededRandom, type EventRow } from '@branchline/shared';
import { logInAll } from '../support/agents.ts';
import { startBranch, testAgent, testCampaign, type Branch } from '../support/branch.ts';
import { eventually } from '../support/eventually.ts';
import { percentile, readLedger } from '../support/ledger-proof.ts';
import { CallRefused, type InboundCaller } from '../virtual-branch/index.ts';
import type { Party } from '../virtual-branch/switch/party.ts';
import { benchLine, type BenchLine } from './bench-line.ts';

/** How long callers come, ms. */
const forMs = Number(process.env['BRANCHLINE_BENCH_INBOUND_SECONDS'] ?? 600) * 1000;
const callersPerSecond = 50;
/** Callers who wait when the measuring begins; as many hang up as there are too few agents for. */
const queued = 500;
const patienceMs = 100_000;
const talkMs = 4500;
/** They serve nine of ten callers; more do not fit into one plan. */
const agents = Math.round((0.9 * callersPerSecond * talkMs) / 1000);
/** The aim of the product: 95 of 100 callers hear the agent within this time of becoming theirs, ms. */
const aimMs = 200;

type QueueRow = Extract<EventRow, { type: 'queue' }>;

/** Ten minutes of 50 callers a second through event socket and ledger, on the virtual switch, nailed-up agents, in real time. */
export async function run(): Promise<BenchLine[]> {
  const branch = await startBranch(
    {
      speed: 1,
      maxWavSeconds: 0.1,
      agents: Array.from({ length: agents }, (_, i) => testAgent(String(1001 + i))),
      desired: { fallbackGroup: ['1001'] },
    },
    testCampaign(),
  );
  let edge: ChildProcess | undefined;
  try {
    await branch.controller.send(branch.edge, 'desired', {
      ...branch.desired,
      version: 2,
      lines: branch.desired.lines.map((line) => ({ ...line, channels: 2000 })),
      queues: [{ ...inboundQueue, wrapUpSeconds: 0, maxWaitSeconds: 600 }],
      agents: branch.desired.agents.map((agent) => ({ ...agent, campaigns: [] })),
    });
    edge = await forkEdge(branch);
    const configuration = join(branch.home, 'freeswitch', 'freeswitch.xml');
    await eventually('the switch has its configuration', () => existsSync(configuration), 20_000);
    await branch.switch.start();
    await eventually('the queue is in force', () =>
      branch.controller.received('reported').some(({ version }) => version === 2),
    );
    await logInAll(branch);
    const placed = await callIn(branch);
    await pause(5000);
    edge.kill('SIGTERM');
    await new Promise((resolve) => edge!.once('exit', resolve));
    return report(branch, placed);
  } finally {
    edge?.kill('SIGKILL');
    await branch.close();
  }
}

async function forkEdge(branch: Branch): Promise<ChildProcess> {
  const file = join(branch.home, 'edge.json');
  await writeFile(file, JSON.stringify(branch.config));
  const main = join(import.meta.dirname, '../../edge/src/main.ts');
  return fork(main, ['--config', file], { stdio: 'ignore' });
}

/** The callers; resolves with how many there were when the last of them has hung up. */
async function callIn(branch: Branch): Promise<number> {
  const random = seededRandom(1);
  let placed = 0;
  let up = 0;
  const call = (): void => {
    const callerId = `020${String(10_000_000 + placed)}`;
    const party: Partial<Party> = {
      bridged: () => setTimeout(() => caller.hangUp(), randomExponential(random, talkMs)),
      released: () => {
        clearTimeout(patience);
        up--;
      },
    };
    let caller: InboundCaller;
    try {
      caller = branch.switch.inbound({ gateway: 'carrier-a', did: '02088888888', callerId, party });
    } catch (error) {
      // Too many in one second: they dial again.
      if (error instanceof CallRefused) return void setTimeout(call, 500);
      throw error;
    }
    placed++;
    up++;
    const patience = setTimeout(
      () => {
        if (caller.bridgedTo === undefined) caller.hangUp();
      },
      randomExponential(random, patienceMs),
    );
  };
  // Twice as fast as they are served, until so many wait.
  const full = (): boolean => up >= queued + agents;
  for (let i = 0; !full(); i++) {
    call();
    if (i % 9 === 8) await pause(100);
  }
  const began = performance.now();
  let due = 0;
  for (let shown = 0; performance.now() - began < forMs;) {
    due += randomExponential(random, 1000 / callersPerSecond);
    const ahead = due - (performance.now() - began);
    if (ahead > 1) await pause(ahead);
    call();
    if (performance.now() - began > shown * 30_000) {
      console.error(`  ${shown++ * 30} s: ${placed} callers so far, ${up} on the line`);
    }
  }
  await eventually('all callers are gone', () => up === 0, 600_000);
  return placed;
}

async function report(branch: Branch, placed: number): Promise<BenchLine[]> {
  const { calls, openCalls } = readLedger(join(branch.home, 'ledger', 'ledger.sqlite'));
  const ends = new Map<string, string>();
  const offered = new Map<string, number>();
  const waits: number[] = [];
  const problems = [...branch.controller.problems];
  for (const row of branch.controller.rows('event')) {
    if (row.type !== 'queue') continue;
    if (row.step === 'offered') offered.set(row.call, row.at);
    if (!isEnd(row)) continue;
    if (ends.has(row.call)) problems.push(`${row.call} ends as ${ends.get(row.call)!} and ${row.step}`);
    ends.set(row.call, row.step);
    if (row.step === 'connected') waits.push(row.at - offered.get(row.call)!);
  }
  if (ends.size !== placed) problems.push(`${ends.size} of ${placed} waits have an end`);
  if (calls.length !== placed || openCalls > 0)
    problems.push(`${calls.length} of ${placed} calls have a record, ${openCalls} are open`);
  if (problems.length > 0) throw new Error(problems.slice(0, 10).join('; '));
  return [
    benchLine('inbound: agent found to bridge p50', percentile(waits, 50), aimMs, 'ms, baseline is the aim'),
    benchLine('inbound: agent found to bridge p95', percentile(waits, 95), aimMs, 'ms, baseline is the aim'),
    benchLine('inbound: callers connected, of those who called', waits.length, placed, 'callers'),
  ];
}

const isEnd = ({ step }: QueueRow): boolean =>
  ['connected', 'abandoned', 'overflowed', 'called-back'].includes(step);
