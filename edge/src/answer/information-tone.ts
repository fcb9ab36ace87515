import type { Peak } from './spectrum.ts';
import { informationTones, type InformationTone } from './tone-plan.ts';
import { SteadyTone, type ToneRun } from './tone-run.ts';

/** Any of the three may differ from its nominal value so far: E.180 allows 50 Hz and 70 ms. */
const slackHertz = 50;
const slackMs = 80;
/** Longest silence between two of them, ms. */
const gapMs = 100;

/** Recognises the three rising tones that stand before an announcement of the network, and which of the kinds it is. */
export class InformationToneDetector {
  readonly #tone = new SteadyTone();
  #runs: readonly ToneRun[] = [];

  /** @param at ms at which the frame began */
  hear(peak: Peak, level: number, at: number): InformationTone | undefined {
    const { ended } = this.#tone.hear(peak, level, at);
    // Between two tones there is one frame of both.
    if (!ended || ended.ms <= 40) return undefined;
    const last = this.#runs.at(-1);
    const follows = last !== undefined && ended.from - (last.from + last.ms) <= gapMs;
    this.#runs = [...(follows ? this.#runs.slice(-2) : []), ended];
    return this.#runs.length === 3 ? nearest(this.#runs) : undefined;
  }
}

function nearest(runs: readonly ToneRun[]): InformationTone | undefined {
  const near = ({ hertz, ms }: (typeof informationTones)[number]): boolean =>
    runs.every(
      (run, i) => Math.abs(run.hertz - hertz[i]!) <= slackHertz && Math.abs(run.ms - ms[i]!) <= slackMs + 20,
    );
  const distance = ({ hertz, ms }: (typeof informationTones)[number]): number =>
    runs.reduce((sum, run, i) => sum + Math.abs(run.hertz - hertz[i]!) + Math.abs(run.ms - ms[i]!) / 3, 0);
  return informationTones.filter(near).toSorted((a, b) => distance(a) - distance(b))[0]?.name;
}
