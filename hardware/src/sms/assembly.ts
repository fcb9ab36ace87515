import type { Deliver } from './pdu.ts';

/** Parts of long messages that wait for the others. Plain data; give the new one on. */
export interface Assembly {
  readonly waiting: readonly Waiting[];
}

interface Waiting {
  readonly key: string;
  /** When the first part came, ms since the epoch. */
  readonly since: number;
  readonly parts: ReadonlyMap<number, Deliver>;
}

export const emptyAssembly: Assembly = { waiting: [] };

/** After this the missing parts are not expected any more, ms. */
const patienceMs = 48 * 3_600_000;

/** What one more PDU gives: whole messages, also incomplete ones whose time is over, with `…` for what is missing. */
export interface Assembled {
  readonly assembly: Assembly;
  readonly messages: readonly Deliver[];
}

/** Parts come out of order and doubled; they belong together by sender, reference and total. */
export function assemble(assembly: Assembly, message: Deliver, now: number): Assembled {
  const { assembly: kept, messages } = expire(assembly, now);
  if (!message.part) return { assembly: kept, messages: [...messages, message] };
  const { reference, total, number } = message.part;
  const key = `${message.from} ${reference} ${total}`;
  const known = kept.waiting.find((entry) => entry.key === key);
  const parts = new Map(known?.parts).set(number, message);
  const others = kept.waiting.filter((entry) => entry !== known);
  if (parts.size === total) return { assembly: { waiting: others }, messages: [...messages, joined(parts)] };
  return { assembly: { waiting: [...others, { key, since: known?.since ?? now, parts }] }, messages };
}

/** Gives up messages whose parts waited for too long. */
export function expire(assembly: Assembly, now: number): Assembled {
  const old = assembly.waiting.filter(({ since }) => now - since >= patienceMs);
  if (old.length === 0) return { assembly, messages: [] };
  return {
    assembly: { waiting: assembly.waiting.filter((entry) => !old.includes(entry)) },
    messages: old.map(({ parts }) => joined(parts)),
  };
}

function joined(parts: ReadonlyMap<number, Deliver>): Deliver {
  const [any] = parts.values();
  const { part, ...message } = any!;
  const texts = Array.from({ length: part?.total ?? 1 }, (_, i) => parts.get(i + 1)?.text ?? '…');
  return { ...message, text: texts.join('') };
}
