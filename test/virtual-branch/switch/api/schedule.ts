import { transferTo } from '../bridging.ts';
import { causeFrom } from '../causes.ts';
import type { ApiCommand, SwitchCore } from '../core.ts';
import { locate } from '../session.ts';

const words = (text: string): string[] =>
  text
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '');
const apiUsage = '-ERR Invalid syntax. USAGE: [+@]<time> <group_name> <command_string>[&]\n';

function repeat(core: SwitchCore, seconds: number, group: string, command: string): number {
  const [name = '', ...rest] = command.split(' ');
  return core.scheduler.add(core.scheduler.when(`+${seconds}`), 'api', group, () => {
    void core.api(name, rest.join(' '));
    repeat(core, seconds, group, command);
  });
}

/** sched_*: whole seconds of the real clock; tasks of a channel are grouped under its UUID. */
export const scheduleCommands: Readonly<Record<string, ApiCommand>> = {
  sched_hangup: (core, argument) => {
    const [when, uuid, cause] = words(argument);
    if (when === undefined || uuid === undefined) return '-USAGE: [+]<time> <uuid> [<cause>]\n';
    if (!locate(core, uuid)) return '-ERR No such channel!\n';
    core.scheduler.add(core.scheduler.when(when), 'sched_hangup', uuid, () => {
      locate(core, uuid)?.hangup(cause === undefined ? 'ALLOTTED_TIMEOUT' : causeFrom(cause));
    });
    return '+OK\n';
  },
  sched_transfer: (core, argument) => {
    const [when, uuid, extension, dialplan, context] = words(argument);
    if (when === undefined || uuid === undefined) {
      return '-USAGE: [+]<time> <uuid> <extension> [<dialplan>] [<context>]\n';
    }
    if (!locate(core, uuid)) return '-ERR No such channel!\n';
    if (extension === undefined) return '-USAGE: [+]<time> <uuid> <extension> [<dialplan>] [<context>]\n';
    core.scheduler.add(core.scheduler.when(when), 'sched_transfer', uuid, () => {
      const session = locate(core, uuid);
      if (session) transferTo(session, extension, dialplan, context);
    });
    return '+OK\n';
  },
  sched_broadcast: (core, argument) => {
    const [when, uuid, ...path] = words(argument);
    if (when === undefined || uuid === undefined || path.length === 0) {
      return '-USAGE: [[+]<time>|@time] <uuid> <path> [aleg|bleg|both]\n';
    }
    core.scheduler.add(core.scheduler.when(when), 'sched_broadcast', uuid, () => {
      void core.api('uuid_broadcast', `${uuid} ${path.join(' ')}`);
    });
    return '+OK Message scheduled\n';
  },
  sched_api: (core, argument) => {
    const [when, group, ...command] = argument.trim().split(' ');
    if (when === undefined || group === undefined || command.length === 0) return apiUsage;
    const text = command.join(' ').replace(/&$/, '');
    if (when.startsWith('@')) return `+OK Added: ${repeat(core, Number(when.slice(1)) || 1, group, text)}\n`;
    const [name = '', ...rest] = text.split(' ');
    const id = core.scheduler.add(core.scheduler.when(when), 'api', group, () => {
      void core.api(name, rest.join(' '));
    });
    return `+OK Added: ${id}\n`;
  },
  sched_del: (core, argument) => `+OK Deleted: ${core.scheduler.remove(argument.trim())}\n`,
};
