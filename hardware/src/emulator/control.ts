import { BranchlineError, problemOf } from '@branchline/shared';
import type { Emulation, Kind } from './kind.ts';
import { integer } from './options.ts';
import { temperaments, type FarEnd, type Temperament, type World } from './world/index.ts';

const worldHelp: readonly string[] = [
  `plan NUMBER|PREFIX* ${temperaments.join('|')}`,
  'plan NUMBER|PREFIX* [alert MS] [answer MS] [end MS CAUSE]',
  'call SIM-NUMBER FROM [TALK-MS]',
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
      world.plan.set(subject, farEnd(rest));
      return `${subject} ${rest.join(' ')}`;
    case 'call':
      return world.callIn(
        subject,
        rest[0] ?? '13900139000',
        30_000,
        integer(rest[1] ?? '60000', 1, 3_600_000),
      )
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

function farEnd(words: readonly string[]): FarEnd | Temperament {
  const known = temperaments.find((each) => each === words[0]);
  if (known) return known;
  const text = words.join(' ');
  const steps = /^(?:alert (\d{1,6}) ?)?(?:answer (\d{1,6}) ?)?(?:end (\d{1,7}) (\d{1,3}))?$/.exec(text);
  if (!steps || text === '')
    throw new BranchlineError('BL_EMULATOR_COMMAND', { problem: `nobody behaves "${text}"` });
  const [, alert, answer, end, cause] = steps;
  return {
    ...(alert !== undefined && { alertAfterMs: Number(alert) }),
    ...(answer !== undefined && { answerAfterMs: Number(answer) }),
    ...(end !== undefined && { release: { afterMs: Number(end), cause: Number(cause) } }),
  };
}
