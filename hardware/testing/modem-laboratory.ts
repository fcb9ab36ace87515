import { ManualClock } from '@branchline/shared';
import {
  GsmModem,
  memoryDevice,
  type CallEvent,
  type GsmModemOptions,
  type MemoryDevice,
  type ModemCondition,
  type ProfileId,
  type Received,
} from '../src/index.ts';
import { EmulatedModem, makeSim, personality, withCheckDigit, World } from '../src/emulator/index.ts';
import { passUntil } from './virtual-time.ts';

export interface LaboratoryOptions {
  readonly profile: ProfileId;
  readonly seed?: number;
  readonly modem?: Partial<GsmModemOptions>;
}

/** A driver on an emulated modem, in memory and virtual time. */
export interface Laboratory {
  readonly clock: ManualClock;
  readonly world: World;
  readonly device: MemoryDevice;
  readonly emulated: EmulatedModem;
  readonly modem: GsmModem;
  readonly calls: CallEvent[];
  readonly received: Received[];
  readonly conditions: ModemCondition[];
  readonly warnings: string[];
  /** Moves time until the condition's phase, or its fault, is the one named. */
  until(phaseOrFault: string, ms?: number): Promise<void>;
}

export function laboratory({ profile, seed = 1, modem: options = {} }: LaboratoryOptions): Laboratory {
  const clock = new ManualClock(Date.UTC(2026, 10, 21, 2));
  const world = new World({ clock, seed });
  const speaks = personality(profile);
  const device = memoryDevice('emulated', (bytes) => emulated.receive(bytes));
  const emulated: EmulatedModem = new EmulatedModem({
    id: 'm1',
    world,
    cable: device,
    personality: speaks,
    sim: makeSim(1),
    imei: withCheckDigit(`${speaks.tac}100000`),
    seed,
  });
  const calls: CallEvent[] = [];
  const received: Received[] = [];
  const conditions: ModemCondition[] = [];
  const warnings: string[] = [];
  const modem = new GsmModem({
    id: 'line-1',
    clock,
    open: device.open,
    listener: {
      call: (event) => void calls.push(event),
      received: async (each) => void received.push(each),
      changed: ({ condition }) => void conditions.push(condition),
      warning: (text) => void warnings.push(text),
    },
    ...options,
  });
  emulated.powerOn();
  modem.start();
  const is = (name: string): boolean => {
    const { condition } = modem.snapshot;
    return condition.phase === name || (condition.phase === 'failed' && condition.fault === name);
  };
  return {
    clock,
    world,
    device,
    emulated,
    modem,
    calls,
    received,
    conditions,
    warnings,
    until: (name, ms = 180_000) => passUntil(clock, name, () => is(name), ms),
  };
}
