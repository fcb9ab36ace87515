import { BranchlineError, problemOf, type Language } from '@branchline/shared';
import {
  askDoor,
  DoorStatus,
  factsOf,
  isHeld,
  lookAtBox,
  TestCallResult,
  type BoxFacts,
} from '@branchline/edge/box';
import Type from 'typebox';
import type { TestCalls } from './call-checks.ts';
import type { Check } from './check.ts';
import { checksOf } from './checks.ts';

export interface ExamineOptions {
  readonly home: string;
  readonly language: Language;
  /** Only this line. */
  readonly line?: string;
  /** Whom to call over each line; it should answer with an echo. */
  readonly call?: string;
  /** What is being done. */
  readonly progress: (what: string) => void;
  /** No further test call is begun; the line under test is given back first. */
  readonly signal?: AbortSignal;
  /** Longest wait for the devices of a stopped edge, ms; see `lookAtBox`. */
  readonly deadlineMs?: number;
}

/** What was found. */
export interface Examination {
  readonly edge: string;
  readonly running: boolean;
  readonly checks: readonly Check[];
}

/** A test call rings for 40 s, listens for 4 and has some waits of 5 s; this is more than all of them, ms. */
const testCallMs = 75_000;

/**
 * Examines a box: asks its edge when that runs, and opens its devices only when nobody else drives them.
 * @throws BranchlineError `BL_EDGE_SILENT`, `BL_EDGE_RUNNING`, `BL_CONFIG_UNREADABLE`, `BL_CONFIG_INVALID`, or
 * `BL_API_NOT_FOUND` for a line that is not there
 */
export async function examine(options: ExamineOptions): Promise<Examination> {
  const { home, language, line, call, progress, deadlineMs } = options;
  const running = await isHeld(home);
  progress(home);
  const facts = running
    ? factsOf(await askDoor(home, 'GET', '/status', DoorStatus))
    : await lookAtBox({ home, progress, ...(deadlineMs !== undefined && { deadlineMs }) });
  if (line !== undefined && !facts.lines.some(({ id }) => id === line))
    throw new BranchlineError('BL_API_NOT_FOUND', { what: 'line', id: line });
  const calls = running && call !== undefined ? await placeCalls(facts, call, options) : new Map();
  return { edge: facts.edge, running, checks: checksOf(facts, calls, language, line) };
}

/** One test call over each line in use: no new calls on it, the call, and its own calls again. */
async function placeCalls(
  facts: BoxFacts,
  number: string,
  { home, line: only, progress, signal }: ExamineOptions,
): Promise<TestCalls> {
  const calls = new Map<string, TestCallResult | BranchlineError>();
  const lines = facts.lines.filter(({ id, enabled }) => enabled && (only === undefined || id === only));
  for (const { id } of lines) {
    if (signal?.aborted) break;
    progress(`${id} → ${number}`);
    const order = (what: 'drain' | 'resume'): Promise<unknown> =>
      askDoor(home, 'POST', `/lines/${id}/${what}`, Type.Object({}));
    // What a person has drained stays drained.
    const drained = facts.live[id]?.phase === 'drained';
    try {
      if (!drained) await order('drain');
      const path = `/lines/${id}/test-call?number=${encodeURIComponent(number)}`;
      calls.set(id, await askDoor(home, 'POST', path, TestCallResult, testCallMs));
    } catch (error) {
      if (!(error instanceof BranchlineError) || error.code === 'BL_EDGE_SILENT') throw error;
      calls.set(id, error);
    } finally {
      if (!drained) await order('resume').catch((error: unknown) => progress(`${id}: ${problemOf(error)}`));
    }
  }
  return calls;
}
