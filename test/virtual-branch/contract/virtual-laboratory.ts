import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { VirtualSwitchOptions } from '../switch/virtual-switch.ts';
import { neighbour } from '../switch/neighbour.ts';
import { VirtualSwitch } from '../switch/virtual-switch.ts';
import type { Answerer } from '../switch/party.ts';
import { laboratoryConfiguration, laboratoryNumbers as numbers } from './laboratory-configuration.ts';
import type { Laboratory } from './laboratory.ts';

/** A virtual switch in a temporary directory, with the laboratory's carrier behind its gateway and phone 1001 registered. */
export interface VirtualLaboratory extends Laboratory {
  readonly owner: VirtualSwitch;
  readonly directory: string;
  close(): Promise<void>;
}

export async function openVirtualLaboratory(
  options: Partial<Omit<VirtualSwitchOptions, 'directory'>> = {},
): Promise<VirtualLaboratory> {
  const directory = mkdtempSync(join(tmpdir(), 'virtual-switch-'));
  const cdrDirectory = join(directory, 'cdr');
  const configurationFile = join(directory, 'freeswitch.xml');
  const password = 'laboratory';
  writeFileSync(
    configurationFile,
    laboratoryConfiguration({
      eslPort: 0,
      password,
      internalPort: 15060,
      trunkPort: 15080,
      carrierPort: 15090,
      rtpPort: 26000,
      cdrDirectory,
    }),
  );
  const owner = new VirtualSwitch({ carrier: laboratoryCarrier, ...options, directory });
  owner.listen('127.0.0.1:15080', neighbour(owner, 'trunk'));
  await owner.start();
  const phone = owner.phone('1001');
  phone.policy = { kind: 'answer', afterMs: 200 };
  phone.register();
  return {
    owner,
    directory,
    configurationFile,
    cdrDirectory,
    recordingDirectory: directory,
    password,
    eslPort: owner.eslPort,
    close: async () => {
      await owner.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The carrier's dialplan of the laboratory document, for a switch whose far end is not a second profile. */
export const laboratoryCarrier: Answerer = (invitation, link) => {
  const later = (ms: number, action: () => void): void => void setTimeout(action, ms);
  switch (invitation.to) {
    case numbers.answers:
      link.ring();
      later(300, () => link.answer());
      break;
    case numbers.busy:
      link.ring();
      later(200, () => link.reject(486));
      break;
    case numbers.rejects:
      link.ring();
      later(200, () => link.reject(603));
      break;
    case numbers.rings:
      link.ring();
      break;
    case numbers.deadNumber:
      link.earlyMedia();
      later(500, () => link.reject(404));
      break;
    case numbers.earlyThenAnswers:
      link.earlyMedia();
      later(500, () => link.answer());
      break;
    case numbers.answersAndLeaves:
      link.ring();
      later(200, () => link.answer());
      later(700, () => link.hangUp());
      break;
    default:
      later(1, () => link.reject(404));
  }
  return { released: () => undefined };
};
