import type { EmulatedSpan } from './emulated-span.ts';
import type { SpanCaller } from './span-calls.ts';
import type { SpanChannel } from './span-channel.ts';

/** What FreeSWITCH dials: `freetdm/<span>/<channel>/<number>`. */
export interface SpanDial extends SpanCaller {
  /** Name or number of a span; `0` is the first one that has a free channel. */
  readonly span: string;
  /** `a` from the lowest up, `A` from the highest down, `r` and `R` the same in turn, or the number of one channel. */
  readonly channel: string;
  readonly number: string;
}

/** A channel with a call on it. */
export interface SeizedChannel {
  readonly span: string;
  readonly spanNumber: number;
  /** In the span, from 1. */
  readonly channel: number;
  /** Ends the call, if it is still there. @param cause Q.850 */
  hangUp(cause: number): void;
}

/** Q.850 of what mod_freetdm cannot make a call of. */
const malformed = 27;
const congestion = 34;

/** Looks for free channels as FreeTDM does. */
export class Hunting {
  readonly #spans: readonly EmulatedSpan[];
  /** Last channel that was taken in turn, by span. */
  readonly #last = new Map<EmulatedSpan, number>();

  constructor(spans: readonly EmulatedSpan[]) {
    this.#spans = spans;
  }

  /** @returns the channel, or the Q.850 cause of the refusal */
  dial(dial: SpanDial): SeizedChannel | number {
    const { span: name, channel, number } = dial;
    const spans =
      name === '0'
        ? this.#spans
        : this.#spans.filter((each) => [each.name, String(each.number)].includes(name));
    if (spans.length === 0 || number === '' || (name === '0' && /^\d/.test(channel))) return malformed;
    let refusal = congestion;
    for (const span of spans) {
      const order = this.#order(span, channel);
      if (!order) return malformed;
      const found = span.dial(number, order, dial);
      if (typeof found !== 'number') return this.#seized(span, found);
      refusal = found;
    }
    return refusal;
  }

  #seized(span: EmulatedSpan, channel: SpanChannel): SeizedChannel {
    const { session, slot } = channel;
    this.#last.set(span, slot);
    return {
      span: span.name,
      spanNumber: span.number,
      channel: slot,
      hangUp: (cause) => {
        if (channel.session === session) span.calls.hangUp(channel, cause);
      },
    };
  }

  #order(span: EmulatedSpan, how: string): readonly SpanChannel[] | undefined {
    const { channels } = span.calls;
    const down = channels.toReversed();
    switch (how) {
      case 'a':
        return channels;
      case 'A':
        return down;
      case 'r':
        return inTurn(channels, this.#last.get(span));
      case 'R':
        return inTurn(down, this.#last.get(span));
      default: {
        const one = channels.filter(({ slot }) => String(slot) === how);
        return one.length === 1 ? one : undefined;
      }
    }
  }
}

/** Begins behind the last one. */
function inTurn(channels: readonly SpanChannel[], last: number | undefined): readonly SpanChannel[] {
  const next = channels.findIndex(({ slot }) => slot === last) + 1;
  return [...channels.slice(next), ...channels.slice(0, next)];
}
