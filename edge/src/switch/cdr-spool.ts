import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import Type, { type Static } from 'typebox';
import { findProblem, problemOf } from '@branchline/shared';
import type { Log } from '@branchline/shared/node';
import { legEnd, marksOf, type LegEnd, type Marks } from './events.ts';

/** A leg as `mod_json_cdr` left it on disk. Times are business ms; absent = never. */
export interface SpooledLeg {
  readonly leg: string;
  readonly marks: Marks;
  readonly direction: 'inbound' | 'outbound';
  readonly startedAt: number;
  readonly answeredAt?: number;
  readonly bridgedAt?: number;
  readonly endedAt: number;
  readonly end: LegEnd;
  /** What the survival dialplan did with it. */
  readonly endedIn: string;
  readonly callerNumber: string;
  readonly dialed: string;
  readonly recordedMs: number;
  /** Leg it was bridged to last. */
  readonly peer: string;
}

const Profile = Type.Object({
  caller_id_number: Type.Optional(Type.String()),
  destination_number: Type.Optional(Type.String()),
});
const Cdr = Type.Object({
  variables: Type.Record(Type.String(), Type.Unknown()),
  /** Newest first; the last one is how the call began. */
  callflow: Type.Optional(Type.Array(Type.Object({ caller_profile: Type.Optional(Profile) }))),
});

/**
 * The safety net behind the event socket: FreeSWITCH writes one file for every ended leg, whether our process lives or
 * not. Each is read once and removed after it was digested; what cannot be read is set aside, never in the way.
 */
export class CdrSpool {
  readonly #folder: string;
  readonly #log: Log;

  constructor(folder: string, log: Log) {
    this.#folder = folder;
    this.#log = log;
  }

  /**
   * Hands every waiting leg to `digest` (oldest first) and removes its file when that succeeded.
   * @returns how many were digested
   */
  async merge(digest: (leg: SpooledLeg) => Promise<void>): Promise<number> {
    await mkdir(this.#folder, { recursive: true });
    const names = (await readdir(this.#folder)).filter((name) => name.endsWith('.cdr.json'));
    const legs: { file: string; leg: SpooledLeg }[] = [];
    for (const name of names) {
      const file = join(this.#folder, name);
      const leg = await this.#read(file);
      if (leg) legs.push({ file, leg });
    }
    legs.sort((a, b) => a.leg.startedAt - b.leg.startedAt);
    for (const { file, leg } of legs) {
      await digest(leg);
      await rm(file, { force: true });
    }
    return legs.length;
  }

  async #read(file: string): Promise<SpooledLeg | undefined> {
    let text: string;
    try {
      text = await readFile(file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
    try {
      const value: unknown = JSON.parse(text);
      const problem = findProblem(Cdr, value);
      if (problem) throw new Error(`${problem.place} ${problem.problem}`);
      return readCdr(value as Static<typeof Cdr>);
    } catch (error) {
      await rename(file, `${file}.unreadable`);
      this.#log.error(
        { file, problem: problemOf(error) },
        'a CDR of FreeSWITCH cannot be read; it was set aside with the ending .unreadable',
      );
      return undefined;
    }
  }
}

function readCdr({ variables, callflow }: Static<typeof Cdr>): SpooledLeg {
  const first = callflow?.at(-1)?.caller_profile;
  const get = (name: string): string => {
    const value = variables[name];
    return typeof value === 'string' ? value : '';
  };
  const time = (name: string): number | undefined => Math.round(Number(get(name) || 0) / 1000) || undefined;
  const answeredAt = time('answer_uepoch');
  const bridgedAt = time('bridge_uepoch');
  const startedAt = time('start_uepoch') ?? 0;
  if (!get('uuid')) throw new Error('it has no uuid');
  return {
    leg: get('uuid'),
    marks: marksOf(
      Object.fromEntries(
        Object.entries(variables).map(([name, value]) => [`variable_${name}`, String(value)]),
      ),
    ),
    direction: get('direction') === 'inbound' ? 'inbound' : 'outbound',
    startedAt,
    ...(answeredAt !== undefined && { answeredAt }),
    ...(bridgedAt !== undefined && { bridgedAt }),
    endedAt: time('end_uepoch') ?? startedAt,
    end: legEnd((name) => get(name.replace(/^variable_/, ''))),
    endedIn: get('bl_ended'),
    callerNumber: first?.caller_id_number ?? get('sip_from_user'),
    dialed: get('bl_digits') || (first?.destination_number ?? get('sip_to_user')),
    recordedMs: Number(get('record_ms') || 0),
    peer: get('bridge_uuid') || get('signal_bond'),
  };
}
