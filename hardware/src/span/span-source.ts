import type { SpanLine } from './span.ts';

/** One channel as the driver shows it. */
export interface DriverChannel {
  /** Among those of all spans of the box, from 1. */
  readonly channel: number;
  /** E.g. `TE2/0/1/16`. */
  readonly name: string;
  /** `Clear` carries voice, `HDLCFCS` and `Hardware-assisted HDLC` signalling. */
  readonly signalling: string;
  readonly inUse: boolean;
  /** It is in an alarm of its own or of the line. */
  readonly alarmed: boolean;
  readonly echoCanceller?: { readonly name: string; readonly active: boolean };
}

export interface SpanReading {
  readonly line: SpanLine;
  readonly channels: readonly DriverChannel[];
}

/** What came of a look at a span. */
export type SpanLook =
  | { readonly found: 'reading'; readonly reading: SpanReading }
  | { readonly found: 'driver-missing' | 'span-missing' | 'garbage'; readonly problem: string };

/** Where spans are read from. Never rejects: what goes wrong is a look, too. */
export interface SpanSource {
  look(span: number): Promise<SpanLook>;
}
