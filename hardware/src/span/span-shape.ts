import type { SpanAlarm, SpanKind } from './span.ts';

/** What the two kinds of lines look like. */
export const spanShapes: Readonly<
  Record<
    SpanKind,
    {
      /** Channels of DAHDI: an E1's timeslot 0 is framing and none of them. */
      readonly channels: number;
      readonly firstSlot: number;
      /** PRI signalling. */
      readonly signallingSlot: number;
    }
  >
> = {
  e1: { channels: 31, firstSlot: 0, signallingSlot: 16 },
  t1: { channels: 24, firstSlot: 1, signallingSlot: 24 },
};

/** Order and words of `/proc/dahdi`. */
export const alarmWords: ReadonlyMap<string, SpanAlarm> = new Map([
  ['BLUE', 'blue'],
  ['YELLOW', 'yellow'],
  ['RED', 'red'],
  ['LOOP', 'loop'],
  ['RECOVERING', 'recovering'],
  ['NOTOPEN', 'not-open'],
]);

/** Bits of DAHDI (`include/dahdi/kernel.h`), as sysfs shows them. FreeTDM's own bits are others. */
export const alarmBits: Readonly<Record<SpanAlarm, number>> = {
  recovering: 0x1,
  loop: 0x2,
  yellow: 0x4,
  red: 0x8,
  blue: 0x10,
  'not-open': 0x20,
  los: 0x100,
  lfa: 0x200,
  lmfa: 0x400,
};
