import { inlineProgram, transferTo } from '../bridging.ts';
import type { ApiCommand, SwitchCore } from '../core.ts';
import { dial } from '../originate.ts';
import { flipCallerId, runtime } from '../programs.ts';
import { nextTurn } from '../session.ts';
import type { Program } from '../program.ts';
import type { Session } from '../session.ts';

const usage =
  '-USAGE: <call url> <exten>|&<application_name>(<app_args>) [<dialplan>] [<context>] [<cid_name>] [<cid_num>] [<timeout_sec>]\n';

/**
 * Splits at blanks outside quotes and takes the quotes away, as switch_separate_string does for this command. Brackets
 * protect nothing here: `{a=b c}` falls apart, and a quoted comma is a bare one for the dial string.
 */
export function splitArguments(text: string): string[] {
  const parts: string[] = [];
  let part = '';
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i] ?? '';
    if (character === '\\' && text[i + 1] === "'") {
      part += text[++i] ?? '';
    } else if (character === "'" && (quoted || text.includes("'", i + 1))) {
      quoted = !quoted;
    } else if (character === ' ' && !quoted) {
      if (part !== '') parts.push(part);
      part = '';
    } else part += character;
  }
  if (part !== '') parts.push(part);
  return parts;
}

/** `originate`: answers when the far end does (or has early media), or with the cause of the failure. */
export const originate: ApiCommand = async (core, argument) => {
  const [dialString, target, dialplan, context, name, number, timeout] = splitArguments(argument);
  if (dialString === undefined || target === undefined) return usage;
  const result = await dial(core, runtime, {
    dialString,
    ...(name !== undefined && name !== 'undef' && { callerName: name }),
    ...(number !== undefined && number !== 'undef' && { callerNumber: number }),
    ...(timeout !== undefined && Number(timeout) > 0 && { timeoutSeconds: Number(timeout) }),
  });
  if (core.options.faults.jobOrder === 'after-destroy') await released(core, result);
  else setImmediate(result.release);
  if (!result.session) return `-ERR ${result.cause}\n`;
  const { session } = result;
  send(session, target, dialplan, context);
  return `+OK ${session.uuid}\n`;
};

async function released(core: SwitchCore, result: Awaited<ReturnType<typeof dial>>): Promise<void> {
  result.release();
  if (result.session) return;
  for (let turn = 0; turn < 3 && !core.dead; turn++) await nextTurn();
}

/** Puts an answered leg where the command said, one turn later: the job's result is out before its first event. */
function send(
  session: Session,
  target: string,
  dialplan: string | undefined,
  context: string | undefined,
): void {
  const application = /^&([\w.-]+)(?:\((.*?)\)?)?$/s.exec(target);
  if (application || dialplan === 'inline') {
    const program: Program = application
      ? { kind: 'applications', list: [{ application: application[1] ?? '', data: application[2] ?? '' }] }
      : inlineProgram(target);
    flipCallerId(session);
    setImmediate(() => {
      if (!session.leaving) session.go(program);
    });
    return;
  }
  setImmediate(() => {
    if (!session.leaving) transferTo(session, target, dialplan ?? 'XML', context ?? 'default');
  });
}
