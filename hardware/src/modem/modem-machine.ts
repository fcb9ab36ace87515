import { goTo as go, stay, type Step } from '@branchline/shared';
import {
  type ModemCondition,
  type ModemEffect,
  type ModemFault,
  type ModemInput,
  type ModemRules,
  type ModemState,
  type SimState,
} from './modem.ts';

type ModemStep = Step<ModemState, ModemEffect>;
const goTo = go<ModemState, ModemEffect>;

/** Pauses between openings of a port that does not come up, s. */
const backOffSeconds = [1, 2, 5, 15, 30] as const;
/** From the OK to a restart until the modem may be spoken to again, ms. On USB its port is gone before. */
const restartMs = 5_000;
/** A SIM that is busy or maybe gone is asked again after this, ms. */
const simSoonMs = 2_000;
/** A SIM that is gone or locked is asked again after this, ms: somebody may have put another one in. */
const simLaterMs = 10_000;

/** The modem as a whole. An input that a state ignores gives back the same state. */
export function nextModem(state: ModemState, input: ModemInput, rules: ModemRules): ModemStep {
  switch (input.type) {
    case 'open':
      return state.link === 'closed' ? goTo({ ...state, link: 'opening' }, { do: 'open' }) : stay(state);
    case 'opened':
      return goTo({ ...state, link: 'open' }, { do: 'identify', afterMs: 0 });
    case 'closed':
      return closed(state, input.problem, input.trouble);
    case 'trouble':
      return goTo({ ...state, link: 'out-of-step', trouble: input.kind });
    case 'recovered':
      return recovered(state);
    case 'identified':
      return goTo(
        { ...withoutTrouble(state), identity: input.identity, attempts: 0, problem: '' },
        { do: 'ask-sim', afterMs: 0 },
      );
    case 'sim':
      return simTold(state, input.sim, rules);
    case 'sim-inserted':
      return goTo({ ...withoutSim(state), pin: 'untried' }, { do: 'ask-sim', afterMs: simSoonMs });
    case 'pin-refused':
      return goTo({ ...state, pin: 'refused' }, { do: 'ask-sim', afterMs: simLaterMs });
    case 'set-up':
      return goTo({ ...state, ready: true, simIdentity: input.sim });
    case 'registration':
      return goTo({ ...state, registration: { ...state.registration, [input.domain]: input.status } });
    case 'ims':
      return goTo({ ...state, ims: input.registered });
    case 'signal':
      return goTo({ ...state, signal: input.dbm ?? 'none' });
    case 'operator': {
      const { operator: _old, ...rest } = state;
      return goTo({ ...rest, ...(input.name !== undefined && { operator: input.name }) });
    }
    case 'booted':
      if (!state.identity) return stay(state);
      return state.link === 'open'
        ? goTo(forgotten(state), { do: 'identify', afterMs: 0 })
        : goTo(forgotten(state));
    case 'restarting':
      return goTo(forgotten(state), { do: 'identify', afterMs: restartMs });
    case 'busy':
      return goTo({ ...state, busy: input.busy });
  }
}

function closed(state: ModemState, problem: string, trouble: ModemState['trouble']): ModemStep {
  if (state.link === 'closed') return stay(state);
  const known = trouble ?? (state.link === 'opening' ? undefined : state.trouble);
  const pauses = backOffSeconds[Math.min(state.attempts, backOffSeconds.length - 1)]!;
  return goTo(
    {
      ...forgotten(withoutTrouble(state)),
      link: 'closed',
      problem,
      attempts: state.attempts + 1,
      ...(known && { trouble: known }),
    },
    { do: 'open-later', ms: pauses * 1000 },
  );
}

/** In step again. The silence may have been a restart, so nothing of what was set up is taken for granted. */
function recovered(state: ModemState): ModemStep {
  if (state.link !== 'out-of-step') return stay(state);
  return goTo(
    { ...forgotten(withoutTrouble(state)), busy: state.busy, link: 'open' },
    { do: 'identify', afterMs: 0 },
  );
}

function simTold(state: ModemState, sim: SimState, rules: ModemRules): ModemStep {
  if (!state.identity) return stay(state);
  if (sim === 'missing' && state.missingSigns === 0 && state.sim !== 'missing')
    return goTo({ ...state, missingSigns: 1 }, { do: 'ask-sim', afterMs: simSoonMs });
  if (sim === 'ready') {
    // A PIN that opened the SIM may be used again after the next loss of power.
    const here: ModemState = { ...state, sim, missingSigns: 0, pin: 'untried' };
    return state.ready && state.sim === 'ready' ? goTo(here) : goTo(here, { do: 'set-up' });
  }
  const told: ModemState = { ...withoutSim(state), sim, missingSigns: sim === 'missing' ? 2 : 0 };
  switch (sim) {
    case 'pin':
      return rules.hasPin && state.pin === 'untried'
        ? goTo({ ...told, pin: 'sent' }, { do: 'enter-pin' })
        : goTo(
            { ...told, pin: state.pin === 'sent' ? 'refused' : state.pin },
            { do: 'ask-sim', afterMs: simLaterMs },
          );
    case 'missing':
      // Another SIM may have another PIN.
      return goTo({ ...told, pin: 'untried' }, { do: 'ask-sim', afterMs: simLaterMs });
    case 'puk':
    case 'failed':
    case 'locked':
      return goTo(told, { do: 'ask-sim', afterMs: simLaterMs });
    case 'busy':
    case 'unknown':
      return goTo(told, { do: 'ask-sim', afterMs: simSoonMs });
  }
}

function withoutTrouble(state: ModemState): ModemState {
  const { trouble: _trouble, ...rest } = state;
  return rest;
}

function withoutSim(state: ModemState): ModemState {
  const { simIdentity: _sim, operator: _operator, ims: _ims, ...rest } = state;
  return { ...rest, sim: 'unknown', missingSigns: 0, ready: false, registration: {} };
}

/** A modem that must be met anew; only that its PIN was tried is remembered. */
function forgotten(state: ModemState): ModemState {
  const { identity: _identity, signal: _signal, ...rest } = withoutSim(state);
  return { ...rest, busy: false };
}

const registeredStatuses: ReadonlySet<number> = new Set([1, 5, 9, 10]);

/** Registered for voice: circuit-switched, or LTE with IMS (a modem that cannot tell about IMS is believed). */
export function isRegistered({ registration, ims }: ModemState): boolean {
  const cs = registeredStatuses.has(registration.cs ?? 0);
  const eps = registeredStatuses.has(registration.eps ?? 0);
  return cs || (eps && ims !== false);
}

const simFaults: Readonly<Partial<Record<SimState, readonly [ModemFault, string]>>> = {
  missing: ['sim-missing', 'no SIM in the tray'],
  failed: ['sim-failed', 'the SIM does not work'],
  puk: ['puk-required', 'the SIM is locked: enter its PUK in a phone'],
  locked: ['sim-locked', 'the SIM or the modem is locked to a network'],
};

/** What the facts amount to. */
export function conditionOf(state: ModemState, rules: ModemRules): ModemCondition {
  return (
    linkCondition(state) ?? simCondition(state, rules) ?? networkCondition(state, rules) ?? inService(state)
  );
}

function fail(fault: ModemFault, reason: string): ModemCondition {
  return { phase: 'failed', fault, reason };
}

function linkCondition(state: ModemState): ModemCondition | undefined {
  // Some need a quarter of a minute from power-on to their first answer.
  if (state.trouble === 'hung' && !state.identity && state.attempts === 0)
    return { phase: 'initialising', reason: 'it does not answer yet' };
  if (state.trouble === 'hung') return fail('hung', 'it does not answer');
  if (state.trouble === 'garbage') return fail('garbage', 'it sends bytes that mean nothing');
  if (state.link === 'closed' || state.link === 'opening') return { phase: 'absent', reason: state.problem };
  return state.identity ? undefined : { phase: 'initialising', reason: 'being identified' };
}

function simCondition(state: ModemState, rules: ModemRules): ModemCondition | undefined {
  if (state.sim === 'ready') return undefined;
  const fault = simFaults[state.sim];
  if (fault) return fail(...fault);
  if (state.sim === 'pin') {
    if (state.pin === 'refused') return fail('pin-wrong', 'the SIM refused the PIN; it is not tried again');
    if (!rules.hasPin) return fail('pin-required', 'the SIM wants a PIN and none is set');
  }
  return { phase: 'sim', reason: state.sim === 'busy' ? 'the SIM is busy' : 'the SIM is being read' };
}

function networkCondition(state: ModemState, rules: ModemRules): ModemCondition | undefined {
  if (!isRegistered(state)) {
    const { cs, eps } = state.registration;
    if (cs === 3 || (eps === 3 && cs === undefined))
      return fail('registration-denied', 'the network refuses this SIM or this modem');
    return state.signal === 'none'
      ? fail('no-signal', 'no network in reach: check the antenna')
      : { phase: 'searching', reason: 'searching for a network' };
  }
  if (!state.ready) return { phase: 'registered', reason: 'being set up' };
  if (typeof state.signal === 'number' && state.signal < rules.weakestDbm)
    return fail('no-signal', `${state.signal} dBm is too weak: check the antenna`);
  return undefined;
}

function inService(state: ModemState): ModemCondition {
  return state.busy
    ? { phase: 'in-call', reason: 'in a call' }
    : { phase: 'in-service', reason: state.operator ?? 'registered' };
}
