import { Framer } from './sound.ts';
import { lineHertz, lines, Spectrum } from './spectrum.ts';

/** A spot of a sound that stands out of its surroundings: which frame, which line of the spectrum. */
export type Point = readonly [frame: number, line: number];

/** A recording that networks play, as it is recognised. */
export interface Fingerprint {
  readonly name: string;
  /** Its words: what they mean for a call stands in `shared/src/causes.ts`. */
  readonly says: string;
  readonly points: readonly Point[];
}

const fromLine = Math.ceil(300 / lineHertz);
const toLine = Math.floor(3300 / lineHertz);
/** A point is the strongest of so many frames and lines around it. */
const aroundFrames = 3;
const aroundLines = 3;
/** Quieter than any voice. */
const leastPower = 1e7;

/** Finds the points of a sound (local maxima of its spectra), `aroundFrames` late. */
export class PointFinder {
  readonly #powers: Float64Array[] = [];
  #frame = 0;

  /** @param power of the next frame's spectrum */
  hear(power: Float64Array): readonly Point[] {
    this.#powers.push(power.slice());
    const span = 2 * aroundFrames + 1;
    if (this.#powers.length < span) return [];
    if (this.#powers.length > span) this.#powers.shift();
    const frame = this.#frame++;
    const middle = this.#powers[aroundFrames]!;
    const points: Point[] = [];
    for (let line = fromLine; line <= toLine; line++)
      if (middle[line]! > leastPower && this.#isPeak(middle[line]!, line)) points.push([frame, line]);
    return points;
  }

  #isPeak(power: number, line: number): boolean {
    for (const other of this.#powers)
      for (let near = line - aroundLines; near <= Math.min(lines - 1, line + aroundLines); near++)
        if (other[near]! > power) return false;
    return true;
  }
}

/** Points that follow each other are looked for as pairs: this many after each, within so many frames and lines. */
const fanOut = 6;
const reachFrames = 50;
const reachLines = 40;

/** Calls `take` with each pair's key and place. */
function eachPair(points: readonly Point[], from: number, take: (key: number, frame: number) => void): void {
  const [frame, line] = points[from]!;
  let taken = 0;
  for (let i = from + 1; i < points.length && taken < fanOut; i++) {
    const [later, other] = points[i]!;
    const apart = later - frame;
    if (apart > reachFrames) return;
    if (apart < 2 || Math.abs(other - line) > reachLines) continue;
    taken++;
    take(keyOf(line, other, apart), frame);
  }
}

const keyOf = (line: number, other: number, apart: number): number => (line << 14) | (other << 7) | apart;

/** Recordings, prepared for looking up what is heard. */
export class FingerprintSet {
  readonly recordings: readonly Fingerprint[];
  /** Pair → places, as recording · 2^16 + frame. */
  readonly #places = new Map<number, number[]>();

  constructor(recordings: readonly Fingerprint[]) {
    this.recordings = recordings;
    recordings.forEach(({ points }, recording) => {
      for (let i = 0; i < points.length; i++)
        eachPair(points, i, (key, frame) => {
          const places = this.#places.get(key);
          if (places) places.push((recording << 16) | frame);
          else this.#places.set(key, [(recording << 16) | frame]);
        });
    });
  }

  placesOf(key: number): readonly number[] {
    return this.#places.get(key) ?? [];
  }
}

/**
 * Pairs that have to agree on one place in one recording; how many more than in any other, since announcements begin alike; and how many
 * of all that were heard. Other words in the same voice reach 0.12, the recording itself through noise 0.25.
 */
const sure = { votes: 120, lead: 60, share: 0.15 } as const;

/** Recognises recordings in a sound that may begin anywhere in them. */
export class RecordingMatcher {
  readonly #set: FingerprintSet;
  readonly #finder = new PointFinder();
  readonly #points: Point[] = [];
  readonly #votes = new Map<number, number>();
  #next = 0;
  #pairs = 0;

  constructor(set: FingerprintSet) {
    this.#set = set;
  }

  /** @param power of the next frame's spectrum. @returns the recording, once it is sure */
  hear(power: Float64Array): Fingerprint | undefined {
    if (this.#set.recordings.length === 0) return undefined;
    this.#points.push(...this.#finder.hear(power));
    const newest = this.#points.at(-1)?.[0] ?? 0;
    let voted = false;
    for (
      ;
      this.#next < this.#points.length && this.#points[this.#next]![0] + reachFrames < newest;
      this.#next++
    ) {
      eachPair(this.#points, this.#next, (key, frame) => this.#vote(key, frame));
      voted = true;
    }
    return voted ? this.#winner() : undefined;
  }

  #vote(key: number, frame: number): void {
    this.#pairs++;
    // Frames do not begin where the learned ones did: a distance may be one off.
    for (const near of [key - 1, key, key + 1])
      for (const place of this.#set.placesOf(near)) {
        const offset = (((place & 0xffff) - frame) >> 1) + 0x8000;
        const at = (place & ~0xffff) | (offset & 0xffff);
        this.#votes.set(at, (this.#votes.get(at) ?? 0) + 1);
      }
  }

  #winner(): Fingerprint | undefined {
    const best = this.#set.recordings.map(() => 0);
    for (const [at, votes] of this.#votes) {
      const together = votes + (this.#votes.get(at + 1) ?? 0);
      if (together > best[at >> 16]!) best[at >> 16] = together;
    }
    const [first = 0, second = 0] = best.toSorted((a, b) => b - a);
    const isSure = first >= sure.votes && first - second >= sure.lead && first >= sure.share * this.#pairs;
    return isSure ? this.#set.recordings[best.indexOf(first)] : undefined;
  }
}

/** Learns a recording. @param samples 8 kHz mono; at most 60 s are used */
export function learn(name: string, says: string, samples: Int16Array): Fingerprint {
  const [spectrum, finder] = [new Spectrum(), new PointFinder()];
  const points: Point[] = [];
  new Framer((frame) => points.push(...finder.hear(spectrum.hear(frame)))).push(
    samples.subarray(0, 60 * 8000),
  );
  return { name, says, points };
}
