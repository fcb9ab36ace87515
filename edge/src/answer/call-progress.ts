import { tonePower } from '@branchline/hardware/goertzel';
import { levelDb, sound } from './sound.ts';
import { networkHertz, networkTones, type NetworkTone } from './tone-plan.ts';

/** A piece of tone or of something else. */
interface Segment {
  /** Sounding together, Hz; none: silence or any other sound. */
  readonly hertz: readonly number[];
  ms: number;
}

/** A tone is told by 100 ms of it: 25 Hz apart are two frequencies. */
const windowFrames = 5;
const audibleDb = -42;
/**
 * Share of all power in the plan's frequencies that makes a tone: half, so that edges lie where they are. And of the stronger
 * one's power that makes it two.
 */
const toneShare = 0.5;
const pairShare = 0.15;
/** Shorter pieces are edges. */
const edgeMs = 60;
/** Segments looked back on: a whole round of the longest rhythm. */
const memory = 6;

/** Recognises ring-back, busy and congestion by frequency (Goertzel) and rhythm. */
export class CallProgress {
  readonly #window = new Int16Array(windowFrames * sound.frameSamples);
  readonly #segments: Segment[] = [];
  #candidate: Segment | undefined;

  /** @returns the tone whose rhythm was heard, each time another piece of it has passed */
  hear(frame: Int16Array): NetworkTone | undefined {
    this.#window.copyWithin(0, frame.length);
    this.#window.set(frame, this.#window.length - frame.length);
    const hertz = tonesIn(this.#window);
    const last = this.#segments.at(-1);
    if (last && same(last.hertz, hertz)) {
      // What interrupted it was an edge.
      last.ms += sound.frameMs + (this.#candidate?.ms ?? 0);
      this.#candidate = undefined;
      return undefined;
    }
    if (this.#candidate && same(this.#candidate.hertz, hertz)) this.#candidate.ms += sound.frameMs;
    else if (this.#candidate && last) {
      last.ms += this.#candidate.ms;
      this.#candidate = { hertz, ms: sound.frameMs };
    } else this.#candidate = { hertz, ms: sound.frameMs };
    if (this.#candidate.ms < edgeMs && last) return undefined;
    this.#segments.push(this.#candidate);
    this.#candidate = undefined;
    if (this.#segments.length > memory) this.#segments.shift();
    return networkTones.find((tone) => fits(tone, this.#segments.slice(0, -1)));
  }
}

/** Frequencies of the plans that make up a piece of sound, strongest first; none when it is no tone. */
function tonesIn(samples: Int16Array): readonly number[] {
  if (levelDb(samples) < audibleDb) return [];
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
  const powers = networkHertz.map((hertz) => [hertz, tonePower(samples, hertz)] as const);
  const [first, second] = powers.toSorted((a, b) => b[1] - a[1]) as [
    readonly [number, number],
    readonly [number, number],
  ];
  // Two that stand closer than the window can part are one.
  const pair = second[1] > pairShare * first[1] && Math.abs(second[0] - first[0]) > 30;
  const heard = pair ? [first, second] : [first];
  const share = heard.reduce((sum, [, each]) => sum + each, 0) / power;
  return share >= toneShare ? heard.map(([hertz]) => hertz).toSorted((a, b) => a - b) : [];
}

const same = (a: readonly number[], b: readonly number[]): boolean => a.join() === b.join();

/** On, off, on: three pieces in a row that have the rhythm; the first may have begun before we listened. */
function fits({ hertz, cadence }: NetworkTone, heard: readonly Segment[]): boolean {
  const three = heard.slice(-3);
  if (three.length < 3 || three[2]!.hertz.length === 0) return false;
  return cadence.some(
    (_, start) =>
      start % 2 === 0 &&
      three.every((segment, i) => {
        const wanted = cadence[(start + i) % cadence.length]!;
        const isOn = i % 2 === 0;
        if (!same(segment.hertz, isOn ? hertz : [])) return false;
        const slack = 50 + 0.1 * wanted;
        return segment.ms <= wanted + slack && (segment.ms >= wanted - slack || i === 0);
      }),
  );
}
