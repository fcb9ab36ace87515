import { BranchlineError } from '@branchline/shared';
import { huntings, spanDialString, spanName, type Hunting } from '../freetdm/commands.ts';
import type { SpanKind } from '../span.ts';
import { spanShapes } from '../span-shape.ts';
import { echoCancellers, isOneOf, libpriTons, toneZones, type libpriSwitches } from './words.ts';

const switchTypes = [
  'euroisdn',
  'ni1',
  'ni2',
  'dms100',
  '5ess',
  '4ess',
  'q931',
] as const satisfies readonly (typeof libpriSwitches)[number][];
export type SwitchType = (typeof switchTypes)[number];

/** One span as it is ordered from a carrier, whatever driver is below it. */
export interface SpanPlan {
  /** Name in FreeTDM: letters, digits, `_` and `-`, not digits alone. */
  readonly name: string;
  readonly kind: SpanKind;
  readonly switchType: SwitchType;
  /** We are the network, e.g. towards a PBX. Default: the user, towards a carrier. */
  readonly networkSide?: boolean;
  /** `alaw` for every E1. */
  readonly companding: 'alaw' | 'mulaw';
  /** Type of number that the carrier wants. Default `unknown`. */
  readonly ton?: (typeof libpriTons)[number];
  /** Digits may come or go one by one. Default `no`. */
  readonly overlap?: 'no' | 'both' | 'incoming' | 'outgoing';
  /** E1 only; the carrier's choice, and both must have the same. */
  readonly crc4?: boolean;
  /** 0: we give the clock; 1: first choice to take it from; 2 … fallbacks. No two the same but 0. */
  readonly timing: number;
  /** Length of the cable, 0–7: 0–133 ft, 133–266, 266–399, 399–533, 533–655, −7.5 dB, −15 dB, −22.5 dB. Default 0. */
  readonly lbo?: number;
  readonly echoCanceller: (typeof echoCancellers)[number] | 'none';
  /** Group of FreeTDM that is dialed over. */
  readonly group: string;
  /** Against the direction of the carrier's. Default `down`. */
  readonly hunting?: Hunting;
  /** Where calls from outside go in the dialplan: letters, digits, `_` and `-`. */
  readonly context: string;
}

/** All spans of one box in the order of the card. */
export interface TrunkPlan {
  readonly spans: readonly SpanPlan[];
  /** Tones, e.g. `cn`. */
  readonly zone: string;
}

/** DAHDI counts the channels of all spans in one go. */
export interface PlannedSpan extends SpanPlan {
  /** From 1. */
  readonly number: number;
  readonly bearers: readonly number[];
  readonly signalling: number;
}

/**
 * The plan with the numbers of spans and channels.
 * @throws BranchlineError `BL_SPAN_PLAN` for what no file may be made of
 */
export function numberSpans(plan: TrunkPlan): PlannedSpan[] {
  if (!toneZones.includes(plan.zone)) refuse('all', `there are no tones of "${plan.zone}"`);
  if (plan.spans.length === 0) refuse('all', 'there is no span');
  let first = 1;
  return plan.spans.map((span, i) => {
    check(span, plan.spans.slice(0, i));
    const { channels, signallingSlot } = spanShapes[span.kind];
    const all = Array.from({ length: channels }, (_, offset) => first + offset);
    const signalling = first + signallingSlot - 1;
    first += channels;
    return { ...span, number: i + 1, bearers: all.filter((channel) => channel !== signalling), signalling };
  });
}

/** What is dialed to reach `number` over the group of a span. @throws BranchlineError `BL_SPAN_ARGUMENT` */
export function planDialString({ group, hunting = 'down' }: SpanPlan, number: string): string {
  return spanDialString(group, hunting, number);
}

/** Each field is checked although it is typed: plans come from people. */
function check(span: SpanPlan, before: readonly SpanPlan[]): void {
  for (const text of [span.name, span.group, span.context])
    try {
      spanName(text);
    } catch (error) {
      refuse(String(before.length + 1), (error as Error).message.replace(/\.$/, ''));
    }
  const problem = problemWith(span) ?? problemBeside(span, before);
  if (problem !== undefined) refuse(span.name, problem);
}

function problemWith(span: SpanPlan): string | undefined {
  const { kind, switchType, companding, ton = 'unknown', overlap = 'no', crc4, timing, lbo = 0 } = span;
  if (!Object.hasOwn(spanShapes, kind)) return `"${kind}" is neither e1 nor t1`;
  if (!isOneOf(switchTypes, switchType))
    return `"${String(switchType)}" is no switch type; one of ${switchTypes.join(', ')}`;
  if (companding !== 'alaw' && companding !== 'mulaw') return `"${String(companding)}" is no companding`;
  if (kind === 'e1' && companding !== 'alaw') return 'an E1 speaks A-law';
  if (!isOneOf(libpriTons, ton)) return `"${String(ton)}" is no type of number`;
  if (!isOneOf(['no', 'both', 'incoming', 'outgoing'], overlap)) return `"${String(overlap)}" is no overlap`;
  if (kind === 't1' && crc4) return 'a T1 has no CRC4';
  if (!isBetween(timing, 0, 99)) return 'timing is an integer from 0';
  if (!isBetween(lbo, 0, 7)) return 'lbo is an integer from 0 to 7';
  if (!isOneOf([...echoCancellers, 'none'], span.echoCanceller))
    return `"${String(span.echoCanceller)}" is no echo canceller`;
  if (!Object.hasOwn(huntings, span.hunting ?? 'down')) return `"${String(span.hunting)}" is no way to hunt`;
  return undefined;
}

function problemBeside({ name, timing }: SpanPlan, before: readonly SpanPlan[]): string | undefined {
  if (before.some((each) => each.name === name)) return 'another span has the same name';
  const same = before.find((each) => timing > 0 && each.timing === timing);
  return same && `${same.name} is choice ${timing} for the clock, too`;
}

function isBetween(value: number, low: number, high: number): boolean {
  return Number.isInteger(value) && value >= low && value <= high;
}

function refuse(span: string, problem: string): never {
  throw new BranchlineError('BL_SPAN_PLAN', { span: span.slice(0, 40), problem });
}
