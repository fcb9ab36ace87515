import { join } from 'node:path';
import { systemClock, type Line } from '@branchline/shared';
import type { ProfileId } from '@branchline/hardware';
import {
  EmulatedModem,
  makeSim,
  personality,
  PtyCable,
  withCheckDigit,
  World,
} from '@branchline/hardware/emulator';

/** A GSM modem on ptys of this machine, in real time, plugged in. */
export interface PluggedModem {
  readonly world: World;
  readonly modem: EmulatedModem;
  /** As the desired document names it. */
  readonly line: Line;
  close(): void;
}

/** @param folder where the links to its ports are made */
export function plugModem(
  folder: string,
  profile: ProfileId = 'huawei',
  id = 'modem-1',
  ppm = 0,
): PluggedModem {
  const world = new World({ clock: systemClock, seed: 1 });
  const port = join(folder, id);
  const audio = join(folder, `${id}-sound`);
  const cable = new PtyCable({
    received: (bytes) => modem.receive(bytes),
    plugged: () => undefined,
    link: port,
  });
  const soundCable = new PtyCable({
    received: (bytes) => modem.receiveSound(bytes),
    plugged: () => undefined,
    link: audio,
    backlog: 1_600,
  });
  const speaks = personality(profile);
  const modem: EmulatedModem = new EmulatedModem({
    id,
    world,
    cable,
    soundCable,
    ppm,
    personality: speaks,
    sim: makeSim(1),
    imei: withCheckDigit(`${speaks.tac}100000`),
    seed: 1,
  });
  modem.plug();
  return {
    world,
    modem,
    line: {
      id,
      kind: 'gsm-modem',
      enabled: true,
      channels: 1,
      callerIds: ['13800100001'],
      answerSupervision: 'reliable',
      emergency: false,
      modem: { port, audio },
      policy: {},
    },
    close: () => {
      modem.unplug();
      world.stop();
    },
  };
}
