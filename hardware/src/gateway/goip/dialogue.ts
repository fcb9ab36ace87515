import { goTo, stay, type Step } from '@branchline/shared';

/**
 * A dialogue that this side began: `MSG` and what follows it, or one command with one answer.
 * `sent`: the gateway has taken the message, and may still ask for the end.
 */
export interface Dialogue {
  readonly at: 'text' | 'password' | 'recipient' | 'sent' | 'asked' | 'over';
  /** Verb of a single command. */
  readonly verb?: string;
}

export const newMessage: Dialogue = { at: 'text' };
export const newCommand = (verb: string): Dialogue => ({ at: 'asked', verb });

/** A reply of the gateway with this dialogue's session. */
export interface DialogueInput {
  readonly verb: string;
  readonly rest: string;
}

export type DialogueEffect =
  | { readonly do: 'say'; readonly line: 'password' | 'recipient' | 'done' }
  /** The gateway is at it: the deadline stays, the last line need not be said again at once. */
  | { readonly do: 'wait' }
  | { readonly do: 'resolve'; readonly text: string }
  | { readonly do: 'refuse'; readonly problem: string };

type DialogueStep = Step<Dialogue, DialogueEffect>;
const go = goTo<Dialogue, DialogueEffect>;

/** Replies may be doubled or late: what does not fit the stage is ignored. */
export function nextDialogue(state: Dialogue, input: DialogueInput): DialogueStep {
  if (state.at === 'over') return stay(state);
  if (state.at === 'asked') return answered(state, input);
  return messageStep(state, input);
}

function messageStep(state: Dialogue, { verb, rest }: DialogueInput): DialogueStep {
  switch (verb) {
    case 'PASSWORD':
      return state.at === 'text' ? go({ at: 'password' }, { do: 'say', line: 'password' }) : stay(state);
    case 'SEND':
      // Some firmware remembers the password and asks for the recipient at once.
      return state.at === 'text' || state.at === 'password'
        ? go({ at: 'recipient' }, { do: 'say', line: 'recipient' })
        : stay(state);
    case 'WAIT':
      return state.at === 'recipient' ? go({ at: 'recipient' }, { do: 'wait' }) : stay(state);
    case 'OK':
      // `OK <session> <recipient> [<number of the message>]`
      if (state.at === 'recipient')
        return go(
          { at: 'sent' },
          { do: 'resolve', text: rest.split(/\s+/)[1] ?? '' },
          { do: 'say', line: 'done' },
        );
      return state.at === 'sent' ? go({ at: 'sent' }, { do: 'say', line: 'done' }) : stay(state);
    case 'ERROR':
      return state.at === 'sent'
        ? stay(state)
        : go({ at: 'over' }, { do: 'refuse', problem: rest || 'ERROR' });
    case 'DONE':
      return state.at === 'sent' ? go({ at: 'over' }) : stay(state);
    default:
      return stay(state);
  }
}

function answered(state: Dialogue, { verb, rest }: DialogueInput): DialogueStep {
  if (verb === state.verb && !/^ERROR\b/.test(rest)) return go({ at: 'over' }, { do: 'resolve', text: rest });
  if (verb === state.verb || verb === `${state.verb}ERROR` || verb === 'ERROR')
    return go({ at: 'over' }, { do: 'refuse', problem: rest || verb });
  return stay(state);
}
