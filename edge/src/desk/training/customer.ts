import { pick, randomInteger, seededRandom, type TrainingLine } from '@branchline/shared';

/** Somebody who is not there. Times are business ms of talk: while on hold nobody speaks. */
export interface VirtualCustomer {
  readonly name: string;
  readonly number: string;
  readonly direction: 'outbound' | 'inbound';
  /** What they say, in the order of time. */
  readonly lines: readonly { readonly atMs: number; readonly says: TrainingLine }[];
  /** When they hang up by themselves; absent: they leave that to the agent. */
  readonly hangsUpAtMs?: number;
  /** On hold for longer they hang up. */
  readonly patienceMs: number;
}

interface Temperament {
  readonly lines: readonly TrainingLine[];
  /** Whether they hang up after their last words. */
  readonly leaves: boolean;
  /** Seconds between what they say. */
  readonly pause: readonly [number, number];
}

const temperaments: readonly Temperament[] = [
  { lines: ['hello', 'question', 'agree'], leaves: false, pause: [6, 14] },
  { lines: ['hello', 'price', 'wait', 'back', 'agree'], leaves: false, pause: [6, 14] },
  { lines: ['hello', 'who', 'question', 'think'], leaves: false, pause: [5, 12] },
  { lines: ['hello', 'busy', 'tomorrow'], leaves: true, pause: [4, 8] },
  { lines: ['hello', 'angry', 'never'], leaves: true, pause: [3, 6] },
  { lines: ['hello', 'wrong'], leaves: true, pause: [5, 9] },
];

const names = [
  '王芳',
  '李伟',
  '张敏',
  '刘洋',
  '陈静',
  'Wu Jun',
  'Zhao Lei',
  'Sun Yan',
  'Emma Clark',
  'Paul Weber',
];

/** The same seed is the same customer. The numbers are those that are given to nobody (+1 202 555 01xx, for fiction). */
export function virtualCustomer(seed: number): VirtualCustomer {
  const random = seededRandom(seed);
  const { lines, leaves, pause } = pick(random, temperaments);
  const seconds = (): number => randomInteger(random, ...pause) * 1000;
  let atMs = 0;
  const spoken = lines.map((says, i) => {
    atMs += i === 0 ? 1000 : seconds();
    return { atMs, says };
  });
  return {
    name: pick(random, names),
    number: `+120255501${String(randomInteger(random, 0, 99)).padStart(2, '0')}`,
    direction: pick(random, ['outbound', 'outbound', 'inbound']),
    lines: spoken,
    ...(leaves && { hangsUpAtMs: atMs + seconds() }),
    patienceMs: randomInteger(random, 45, 120) * 1000,
  };
}
