import { goTo as go, stay, type Step } from '@branchline/shared';
import { idleCall, type CallEffect, type CallInput, type CallState, type ModemCall } from './call.ts';
import type { CallEvidence } from './call-outcome.ts';
import type { CallReport } from './report.ts';

type CallStep = Step<CallState, CallEffect>;
const goTo = go<CallState, CallEffect>;

/** Circuit-switched fallback takes its time: this long without ringing is still waited for, ms. */
const dialGuardMs = 40_000;
/** After a hang-up the modem's own word must come within this, ms. */
const releaseMs = 5_000;
/** The cause and the word of an end come within this of each other, ms. */
const settleMs = 600;
/** The caller's number follows the first RING within this, ms. */
const callerMs = 250;
/** Two ring periods: no RING for longer is the end of it, ms. */
const silenceMs = 12_000;

/** The call of one modem. An input that a state ignores gives back the same state. */
export function nextCall(state: CallState, input: CallInput): CallStep {
  switch (state.at) {
    case 'idle':
      return fromIdle(state, input);
    case 'dialling':
    case 'alerting':
      return fromSetup(state, input);
    case 'active':
      return fromActive(state, input);
    case 'incoming':
    case 'answering':
      return fromIncoming(state, input);
    case 'releasing':
      return fromReleasing(state, input);
    case 'settling':
      return fromSettling(state, input);
  }
}

function fromIdle(state: CallState, input: CallInput): CallStep {
  switch (input.type) {
    case 'dial':
      return goTo(
        { at: 'dialling', call: { direction: 'out', number: input.number, startedAt: input.at } },
        { do: 'timer', timer: 'ring', ms: input.ringMs },
        { do: 'timer', timer: 'dial', ms: dialGuardMs },
        { do: 'command', command: 'dial', number: input.number },
      );
    case 'ring':
      return ringing({ direction: 'in', startedAt: input.at });
    case 'caller':
      return ringing({
        direction: 'in',
        startedAt: input.at,
        ...(input.number !== undefined && { number: input.number }),
      });
    case 'report':
      return input.report.stage === 'incoming'
        ? ringing(merged({ direction: 'in', startedAt: input.at }, input.report))
        : stay(state);
    case 'listed': {
      // Calls we know nothing of: one that rings is taken over, one that goes on is nobody's and is ended.
      const [first] = input.calls;
      if (first?.stage === 'incoming')
        return ringing(merged({ direction: 'in', startedAt: input.at }, first));
      return first && first.stage !== 'ended'
        ? goTo(state, { do: 'command', command: 'hang-up' })
        : stay(state);
    }
    case 'answer':
    case 'cause':
    case 'hang-up':
    case 'line-lost':
    case 'refused':
    case 'timer':
    case 'word':
      return stay(state);
  }
}

function ringing(call: ModemCall): CallStep {
  const silence = { do: 'timer', timer: 'silence', ms: silenceMs } as const;
  return call.number === undefined
    ? goTo({ at: 'incoming', call, presented: false }, silence, {
        do: 'timer',
        timer: 'caller',
        ms: callerMs,
      })
    : goTo({ at: 'incoming', call, presented: true }, silence, { do: 'tell', what: 'incoming', call });
}

function fromSetup(state: Extract<CallState, { at: 'dialling' | 'alerting' }>, input: CallInput): CallStep {
  const { call } = state;
  switch (input.type) {
    case 'refused':
      return settle(call, input.at, {
        refused: input.code ?? -1,
        // A word instead of an error is the network's: it is judged as the end of a call.
        ...(input.word && { word: input.word, refused: undefined }),
      });
    case 'report':
      return progress(state, input.report, input.at);
    case 'listed':
      return listed(state, input.calls, input.at);
    case 'word':
      return settle(call, input.at, { word: input.word });
    case 'hang-up':
      return release(call, 'cancelled');
    case 'line-lost':
      return lost(call, input.at);
    case 'timer':
      if (input.timer === 'ring' || (input.timer === 'dial' && state.at === 'dialling'))
        return release(call, 'ring-timer');
      return stay(state);
    case 'answer':
    case 'caller':
    case 'cause':
    case 'dial':
    case 'ring':
      return stay(state);
  }
}

function progress(
  state: Extract<CallState, { at: 'dialling' | 'alerting' | 'active' }>,
  report: CallReport,
  at: number,
): CallStep {
  const call = merged(state.call, report);
  switch (report.stage) {
    case 'ended':
      return settle(call, at, endOf(report));
    case 'alerting': {
      if (state.at !== 'dialling') return stay(state);
      const alerted = { ...call, alertedAt: at };
      return goTo({ at: 'alerting', call: alerted }, { do: 'tell', what: 'alerting', call: alerted });
    }
    case 'active': {
      if (state.at === 'active') return stay(state);
      const answered = { ...call, answeredAt: at };
      return goTo({ at: 'active', call: answered }, { do: 'tell', what: 'answered', call: answered });
    }
    case 'dialling':
    case 'held':
    case 'incoming':
    case 'waiting':
      return call.id === state.call.id ? stay(state) : goTo({ ...state, call });
  }
}

/** The list is the truth: what it does not name is over. A call it never named may still be on its way into it. */
function listed(
  state: Extract<CallState, { at: 'dialling' | 'alerting' | 'active' }>,
  calls: readonly CallReport[],
  at: number,
): CallStep {
  const { call } = state;
  const ours = calls.find(({ id }) => call.id === undefined || id === call.id);
  if (ours) return progress(state, ours, at);
  return call.id === undefined && state.at === 'dialling' ? stay(state) : settle(call, at, {});
}

function fromActive(state: Extract<CallState, { at: 'active' }>, input: CallInput): CallStep {
  switch (input.type) {
    case 'report':
      return progress(state, input.report, input.at);
    case 'listed':
      return listed(state, input.calls, input.at);
    case 'word':
      return settle(state.call, input.at, { word: input.word });
    case 'hang-up':
      return release(state.call, 'cancelled');
    case 'line-lost':
      return lost(state.call, input.at);
    case 'answer':
    case 'caller':
    case 'cause':
    case 'dial':
    case 'refused':
    case 'ring':
    case 'timer':
      return stay(state);
  }
}

function fromIncoming(
  state: Extract<CallState, { at: 'incoming' | 'answering' }>,
  input: CallInput,
): CallStep {
  const { call } = state;
  switch (input.type) {
    case 'ring':
      return goTo(state, { do: 'timer', timer: 'silence', ms: silenceMs });
    case 'caller': {
      if (input.number === undefined || call.number !== undefined) return stay(state);
      const named = { ...call, number: input.number };
      return state.at === 'incoming' ? present(named) : goTo({ ...state, call: named });
    }
    case 'report':
      return incomingReport(state, input.report, input.at);
    case 'listed':
      return input.calls.length === 0 && call.id !== undefined ? settle(call, input.at, {}) : stay(state);
    case 'answer':
      return state.at === 'incoming'
        ? goTo({ at: 'answering', call }, { do: 'command', command: 'answer' })
        : stay(state);
    case 'refused':
      return settle(call, input.at, input.word ? { word: input.word } : {});
    case 'word':
      return settle(call, input.at, { word: input.word });
    case 'hang-up':
      return release(call, 'cancelled');
    case 'line-lost':
      return lost(call, input.at);
    case 'timer':
      if (input.timer === 'caller' && state.at === 'incoming' && !state.presented) return present(call);
      return input.timer === 'silence' && state.at === 'incoming' ? settle(call, input.at, {}) : stay(state);
    case 'dial':
    case 'cause':
      return stay(state);
  }
}

function present(call: ModemCall): CallStep {
  return goTo({ at: 'incoming', call, presented: true }, { do: 'tell', what: 'incoming', call });
}

function incomingReport(
  state: Extract<CallState, { at: 'incoming' | 'answering' }>,
  report: CallReport,
  at: number,
): CallStep {
  const call = merged(state.call, report);
  if (report.stage === 'ended') return settle(call, at, endOf(report));
  // The modem may answer by itself, and its word may come before the OK of our ATA.
  if (report.stage === 'active') {
    const answered = { ...call, answeredAt: at };
    return goTo({ at: 'active', call: answered }, { do: 'tell', what: 'answered', call: answered });
  }
  if (state.at === 'incoming' && !state.presented && call.number !== undefined) return present(call);
  return goTo({ ...state, call });
}

/** A modem that does not let go is asked again, then the old way, then restarted. */
const releaseCommands = ['hang-up', 'hang-up', 'hang-up-old', 'restart'] as const;

function release(call: ModemCall, why: 'cancelled' | 'ring-timer', tries = 0): CallStep {
  const command = releaseCommands[tries] ?? 'restart';
  return goTo(
    { at: 'releasing', call, why, tries: tries + 1 },
    { do: 'timer', timer: 'release', ms: releaseMs },
    { do: 'command', command },
  );
}

function fromReleasing(state: Extract<CallState, { at: 'releasing' }>, input: CallInput): CallStep {
  const { call, why, tries } = state;
  switch (input.type) {
    case 'report':
      return input.report.stage === 'ended'
        ? settle(call, input.at, { ...endOf(input.report), localEnd: why })
        : stay(state);
    case 'word':
      return settle(call, input.at, { word: input.word, localEnd: why });
    case 'listed':
      return input.calls.some(({ id, stage }) => (call.id ?? id) === id && stage !== 'ended')
        ? stay(state)
        : settle(call, input.at, { localEnd: why });
    case 'line-lost':
      return lost(call, input.at, why);
    case 'timer':
      if (input.timer !== 'release') return stay(state);
      return tries < releaseCommands.length ? release(call, why, tries) : lost(call, input.at, why);
    case 'answer':
    case 'caller':
    case 'cause':
    case 'dial':
    case 'hang-up':
    case 'refused':
    case 'ring':
      return stay(state);
  }
}

function fromSettling(state: Extract<CallState, { at: 'settling' }>, input: CallInput): CallStep {
  const { call, evidence } = state;
  const more = (found: Partial<CallEvidence>): CallStep => finishWhenKnown({ ...evidence, ...found }, call);
  switch (input.type) {
    case 'word':
      return more({ word: input.word });
    case 'report':
      return input.report.stage === 'ended' ? more(endOf(input.report)) : stay(state);
    case 'cause':
      return evidence.cause === undefined ? more({ cause: input.cause }) : stay(state);
    case 'line-lost':
      return finish(call, evidence);
    case 'timer':
      return input.timer === 'settle' ? finish(call, evidence) : stay(state);
    case 'answer':
    case 'caller':
    case 'dial':
    case 'hang-up':
    case 'listed':
    case 'refused':
    case 'ring':
      return stay(state);
  }
}

function settle(
  call: ModemCall,
  at: number,
  found: { readonly [key in keyof CallEvidence]?: CallEvidence[key] | undefined },
): CallStep {
  const evidence = Object.fromEntries(
    Object.entries({ ...evidenceOf(call, at), ...found }).filter(([, value]) => value !== undefined),
  ) as unknown as CallEvidence;
  if (evidence.refused !== undefined) return finish(call, evidence);
  const wanted: CallEffect[] =
    evidence.cause === undefined && evidence.localEnd === undefined && call.direction === 'out'
      ? [{ do: 'command', command: 'cause' }]
      : [];
  const { state, effects } = finishWhenKnown(evidence, call);
  return { state, effects: state.at === 'idle' ? effects : [...effects, ...wanted] };
}

/** Nothing more can come once both the cause and the word are there. */
function finishWhenKnown(evidence: CallEvidence, call: ModemCall): CallStep {
  if (evidence.cause !== undefined && evidence.word !== undefined) return finish(call, evidence);
  return goTo({ at: 'settling', call, evidence }, { do: 'timer', timer: 'settle', ms: settleMs });
}

function lost(call: ModemCall, at: number, localEnd?: 'cancelled' | 'ring-timer'): CallStep {
  return finish(call, { ...evidenceOf(call, at), lineLost: true, ...(localEnd && { localEnd }) });
}

function finish(call: ModemCall, evidence: CallEvidence): CallStep {
  return goTo(idleCall, { do: 'ended', call, evidence });
}

function evidenceOf(call: ModemCall, at: number): CallEvidence {
  return {
    alerted: call.alertedAt !== undefined,
    answered: call.answeredAt !== undefined,
    afterMs: at - call.startedAt,
  };
}

function endOf({ cause, endStatus }: CallReport): Partial<CallEvidence> {
  return { ...(cause !== undefined && { cause }), ...(endStatus !== undefined && { endStatus }) };
}

function merged(call: ModemCall, { id, number }: CallReport): ModemCall {
  return {
    ...call,
    ...(call.id === undefined && id !== undefined && { id }),
    ...(call.number === undefined && number !== undefined && { number }),
  };
}
