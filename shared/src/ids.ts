import { parse, v7, validate, version } from 'uuid';
import type { Clock } from './clock.ts';
import { systemClock } from './clock.ts';
import type { RandomSource } from './random.ts';

/** Makes ids: lowercase, sortable by creation within one process, collision-free across all (UUID version 7, RFC 9562). */
export type IdSource = () => string;

/**
 * Ids stamped with the clock's time. With a seeded `random` the sequence repeats (tests, simulations); without one the
 * platform's cryptographic source is used.
 */
export function idSource(clock: Clock = systemClock, random?: RandomSource): IdSource {
  const draw = random ? () => randomBytes(random) : pooledBytes();
  let last = 0;
  let sequence = 0;
  return () => {
    // A clock that was set back must not break the order within the process.
    const msecs = Math.max(last, clock.now());
    sequence = msecs === last ? sequence + 1 : 0;
    last = msecs;
    return v7({ msecs, seq: sequence, random: draw() });
  };
}

/** Bytes asked of the platform at a time: a call costs more than a thousand bytes. */
const poolBytes = 4096;

function pooledBytes(): () => Uint8Array {
  const pool = new Uint8Array(poolBytes);
  let at = poolBytes;
  return () => {
    if (at === poolBytes) crypto.getRandomValues(pool);
    at = (at % poolBytes) + 16;
    return pool.slice(at - 16, at);
  };
}

function randomBytes(random: RandomSource): Uint8Array {
  return Uint8Array.from({ length: 16 }, () => Math.floor(random.next() * 256));
}

/**
 * The id of something that another system named first (FreeSWITCH's own channel ids): the same name and instant always
 * give the same id, so that it is told once however often it is found.
 * @param at ms since the epoch at which it began
 * @param name a UUID
 */
export function derivedId(at: number, name: string): string {
  return v7({ msecs: at, seq: 0, random: parse(name) });
}

/** Whether a text is an id as {@link idSource} makes them. */
export function isId(text: string): boolean {
  return validate(text) && version(text) === 7;
}
