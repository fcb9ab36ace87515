import { BranchlineError, problemOf } from '@branchline/shared';
import type { Emulation, Kind } from './kind.ts';
import { temperaments, type Temperament, type World } from './world/index.ts';

const worldHelp: readonly string[] = [
  `plan NUMBER|PREFIX* ${temperaments.join('|')}`,
  'call SIM-NUMBER FROM',
  'sms SIM-NUMBER FROM TEXT',
  'sent',
  'heard NUMBER',
];

/** Answers one line of the control channel: `ok …` or `error …`. */
export function control(
  line: string,
  world: World,
  running: readonly Emulation[],
  kinds: readonly Kind[],
): string {
  const [verb = '', subject = '', ...rest] = line.trim().split(/\s+/);
  if (verb === 'help') return ['ok', ...worldHelp, ...kinds.flatMap(({ help }) => help)].join('\n  ');
  try {
    const answer =
      controlWorld(world, verb, subject, rest) ??
      running.map((each) => each.control(verb, subject, rest)).find((each) => each !== undefined);
    if (answer !== undefined) return `ok ${answer}`;
    throw new BranchlineError('BL_EMULATOR_COMMAND', { problem: `"${line.trim()}" is no command` });
  } catch (error) {
    return `error ${problemOf(error)}`;
  }
}

function controlWorld(
  world: World,
  verb: string,
  subject: string,
  rest: readonly string[],
): string | undefined {
  switch (verb) {
    case 'plan':
      world.plan.set(subject, temperament(rest[0]));
      return `${subject} ${rest[0]}`;
    case 'call':
      return world.callIn(subject, rest[0] ?? '13900139000')
        ? `rings at ${subject}`
        : `${subject} is not in reach`;
    case 'sms':
      world.messageIn(subject, rest[0] ?? '13900139000', rest.slice(1).join(' '));
      return `on its way to ${subject}`;
    case 'heard':
      return JSON.stringify(world.voices.get(subject)?.heard ?? 'nobody of that number was talked to');
    case 'sent':
      return JSON.stringify(world.sent);
    default:
      return undefined;
  }
}

function temperament(name: string | undefined): Temperament {
  const known = temperaments.find((each) => each === name);
  if (!known) throw new BranchlineError('BL_EMULATOR_COMMAND', { problem: `nobody behaves "${name ?? ''}"` });
  return known;
}
