import type { DriverChannel } from './dahdi/span-source.ts';
import type { FtdmChannel } from './freetdm/replies.ts';
import type { SpanState } from './span-machine.ts';
import type { SpanKind, Timeslot, TimeslotState } from './span.ts';
import { spanShapes } from './span-shape.ts';

/** States of FreeTDM in which a channel neither has a call nor can get one. */
const closedStates: ReadonlySet<string> = new Set(['SUSPENDED', 'RESTART', 'RESET', 'IN_LOOP', 'INVALID']);

/** All timeslots of a line, as far as they are known. */
export function timeslotsOf(state: SpanState, kind: SpanKind): Timeslot[] {
  const { channels, firstSlot, signallingSlot } = spanShapes[kind];
  const framing: Timeslot[] = firstSlot === 0 ? [{ slot: 0, state: 'framing' }] : [];
  const bearing = Array.from({ length: channels }, (_, i): Timeslot => {
    const slot = i + 1;
    const driver = state.reading?.channels[i];
    const ftdm = ftdmChannel(state, driver, slot);
    const isSignalling = driver ? /HDLC|MTP2/.test(driver.signalling) : slot === signallingSlot;
    const is = isSignalling ? 'signalling' : bearerState(state, driver, ftdm);
    return {
      slot,
      state: is,
      ...(driver && { channel: driver.channel }),
      ...(is === 'busy' && ftdm && { call: { from: ftdm.from, to: ftdm.to, session: ftdm.session } }),
    };
  });
  return [...framing, ...bearing];
}

/** FreeTDM numbers the channels of a span in the order of its configuration; the driver's number holds. */
function ftdmChannel(
  { channels }: SpanState,
  driver: DriverChannel | undefined,
  slot: number,
): FtdmChannel | undefined {
  return (
    channels.find(({ physical }) => physical === driver?.channel) ??
    channels.find(({ channel }) => channel === slot)
  );
}

function bearerState(
  { reading, signalling }: SpanState,
  driver: DriverChannel | undefined,
  ftdm: FtdmChannel | undefined,
): TimeslotState {
  if (!reading || !driver) return 'out-of-service';
  if (reading.line.alarms.length > 0 || driver.alarmed || ftdm?.alarmed) return 'alarmed';
  if (signalling === 'nobody') return 'idle';
  if (!ftdm || closedStates.has(ftdm.state) || ftdm.signalling === 'suspended') return 'out-of-service';
  if (ftdm.state !== 'DOWN') return 'busy';
  return signalling === 'up' && ftdm.signalling !== 'down' ? 'idle' : 'out-of-service';
}
