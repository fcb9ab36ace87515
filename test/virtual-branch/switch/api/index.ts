import type { ApiCommand } from '../core.ts';
import { channelCommands } from './channels.ts';
import { mediaCommands } from './media.ts';
import { originate } from './originate.ts';
import { scheduleCommands } from './schedule.ts';
import { show } from './show.ts';
import { sofiaCommands } from './sofia.ts';
import { systemCommands } from './system.ts';

/** Every API command of the emulator, by name. */
export const apiCommands: Readonly<Record<string, ApiCommand>> = {
  ...channelCommands,
  ...mediaCommands,
  ...scheduleCommands,
  ...sofiaCommands,
  ...systemCommands,
  originate,
  show,
};
