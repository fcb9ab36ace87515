import { pick, randomInteger, seededRandom, type RandomSource } from '@branchline/shared';
import { joined, overTheLine, seconds, tone, type Background } from './line.ts';
import { speak, type Speaker } from './speech.ts';
import { businessGreetings, languagesOf, machineGreetings, shortGreetings, type Text } from './texts.ts';

export { joined, overTheLine, seconds, tone, toWav } from './line.ts';
export { speak, speechMissing, type Speaker } from './speech.ts';
export { announcementTexts } from './texts.ts';

/** What somebody or something on the other end says from the moment of the answer. */
export interface Answer {
  readonly truth: 'person' | 'machine';
  readonly kind: 'short' | 'business' | 'twice' | 'nothing' | 'greeting' | 'assistant';
  readonly background: Background;
  readonly text: string;
  /** 8 kHz mono. */
  readonly samples: Int16Array;
  /** When the first word begins, ms. */
  readonly startMs: number;
  /** When the beep ends, ms; machines only. */
  readonly beepEndMs?: number;
}

/** Which half of the texts, voices and chances: rules are chosen on one and judged on the other. */
export type Half = 'tuning' | 'held-out';

/** How many answers of each kind a half has. Nine people of ten answer as themselves, one for a company. */
const counts = { short: 150, twice: 30, business: 20, nothing: 20, machines: 160 } as const;

/** The shipped set: the same answers each time, spoken by espeak-ng 1.51. */
export function* answers(half: Half): Generator<Answer> {
  const random = seededRandom(half === 'tuning' ? 11 : 23);
  const own = (texts: readonly Text[]): readonly Text[] =>
    texts.filter((_, i) => i % 2 === (half === 'tuning' ? 0 : 1));
  for (let i = 0; i < counts.short; i++) yield person(random, 'short', own(shortGreetings));
  for (let i = 0; i < counts.twice; i++) yield person(random, 'twice', own(shortGreetings));
  for (let i = 0; i < counts.business; i++) yield person(random, 'business', own(businessGreetings));
  for (let i = 0; i < counts.nothing; i++) yield nothing(random);
  for (let i = 0; i < counts.machines; i++) yield machine(random, own(machineGreetings));
}

const between = (random: RandomSource, low: number, high: number): number =>
  low + random.next() * (high - low);

/**
 * espeak-ng's words a minute. Its Mandarin at 175 makes 3 syllables a second; people make 5 to 6, recordings about 4.
 */
const speeds = {
  person: { en: [165, 215], cmn: [260, 320] },
  machine: { en: [150, 190], cmn: [200, 270] },
} as const;

function speaker(random: RandomSource, language: Text[0], who: keyof typeof speeds): Speaker {
  const [slow, fast] = speeds[who][language];
  return {
    language: pick(random, languagesOf(language)),
    variant: pick(random, ['m1', 'm2', 'm3', 'm5', 'm7', 'f1', 'f2', 'f3', 'f4']),
    speed: randomInteger(random, slow, fast),
    pitch: randomInteger(random, 30, 70),
  };
}

/** Level of the voice, and what is behind it how far below. */
function surroundings(random: RandomSource): [level: number, background: Background, backgroundDb: number] {
  const level = between(random, -24, -4);
  const background = pick<Background>(random, ['none', 'hiss', 'hiss', 'street', 'music']);
  // Below the loudest sample: a voice's effective level is another 12 to 18 dB down.
  return [level, background, level - between(random, 30, 48)];
}

function person(random: RandomSource, kind: 'short' | 'twice' | 'business', texts: readonly Text[]): Answer {
  const [language, text] = pick(random, texts);
  const voice = speak(text, speaker(random, language, 'person'));
  const start = between(random, 0.15, 1.2);
  const again = kind === 'twice' ? [seconds(between(random, 1, 2)), voice] : [];
  const [level, background, backgroundDb] = surroundings(random);
  const all = joined(seconds(start), voice, ...again, seconds(7));
  return {
    truth: 'person',
    kind,
    background,
    text,
    startMs: Math.round(1000 * start),
    samples: overTheLine(all, level, background, backgroundDb, random),
  };
}

/** Somebody who picks up and says nothing, with whatever is around. */
function nothing(random: RandomSource): Answer {
  const background = pick<Background>(random, ['none', 'hiss', 'street', 'music']);
  return {
    truth: 'person',
    kind: 'nothing',
    background,
    text: '',
    startMs: 0,
    samples: overTheLine(seconds(8), 0, background, between(random, -50, -28), random),
  };
}

function machine(random: RandomSource, texts: readonly Text[]): Answer {
  const [language, text] = pick(random, texts);
  const voice = speak(text, speaker(random, language, 'machine'));
  const start = between(random, 0.05, 0.6);
  const [level, background, backgroundDb] = surroundings(random);
  const assistant = /assistant|助理|秘书/.test(text);
  const beep = assistant
    ? []
    : [
        seconds(between(random, 0.2, 1)),
        tone([pick(random, [425, 440, 800, 1000, 1400, 2000])], between(random, 0.2, 0.9)),
      ];
  const all = joined(seconds(start), voice, ...beep);
  return {
    truth: 'machine',
    kind: assistant ? 'assistant' : 'greeting',
    background,
    text,
    startMs: Math.round(1000 * start),
    samples: overTheLine(joined(all, seconds(3)), level, background, backgroundDb, random),
    ...(!assistant && { beepEndMs: Math.round(all.length / 8) }),
  };
}
