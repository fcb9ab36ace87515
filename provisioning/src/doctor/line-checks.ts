import { lineAdvice, lineFaultWords, type Language, type LineFault, type LiveLine } from '@branchline/shared';
import type { BoxFacts } from '@branchline/edge/box';
import { layerOf, type Check, type CheckName, type CheckResult } from './check.ts';
import { fill, wordsIn } from './words.ts';

type Summary = BoxFacts['lines'][number];
/** What a line may stand on. */
type Rung = Exclude<
  CheckName,
  'edge' | 'plan' | 'center' | 'clock' | 'disk' | 'switch' | 'overlay' | 'phones' | 'call' | 'voice'
>;

/** What is looked at on each kind of line, from the metal up: what fails hides what stands on it. */
const ladder: Readonly<Record<Summary['kind'], readonly Rung[]>> = {
  'sip-trunk': ['sip', 'limits'],
  'e1-gateway': ['sip', 'limits'],
  'e1-card': ['driver', 'alarm', 'd-channel', 'clocking', 'limits'],
  'gsm-gateway': ['device', 'sim', 'signal', 'network', 'balance', 'sip', 'limits'],
  'gsm-modem': ['device', 'sim', 'signal', 'network', 'audio', 'balance', 'limits'],
};

/** Where a fault shows, on the first of these that the line has. */
const stepOf: Readonly<Record<LineFault, readonly Rung[]>> = {
  unreachable: ['sip', 'device'],
  'not-registered': ['network', 'sip'],
  'registration-denied': ['network'],
  'login-lost': ['device'],
  'login-refused': ['device'],
  'breaker-open': ['limits'],
  'no-carrier-signal': ['alarm'],
  'remote-alarm': ['alarm'],
  'upstream-alarm': ['alarm'],
  looped: ['alarm'],
  'not-open': ['alarm'],
  'd-channel-down': ['d-channel'],
  slips: ['clocking'],
  'driver-missing': ['driver'],
  'device-missing': ['device', 'driver'],
  garbage: ['device', 'driver'],
  hung: ['device', 'd-channel'],
  'no-signal': ['signal'],
  'sim-missing': ['sim'],
  'sim-failed': ['sim'],
  'sim-locked': ['sim'],
  'pin-required': ['sim'],
  'pin-wrong': ['sim'],
  'puk-required': ['sim'],
  'no-audio': ['audio'],
  'gateway-limit': ['limits'],
  quarantined: ['limits'],
  'balance-low': ['balance'],
  'answered-low': ['limits'],
};

/** Where a line stands that has no fault and is not up yet. */
const stepOfPhase: Readonly<Record<string, Rung>> = {
  sim: 'sim',
  searching: 'network',
  registered: 'network',
};

/** Weaker than this calls break off, dBm. */
const weakDbm = -95;

/** One line, rung by rung. Pure. */
export function lineChecks(
  line: Summary,
  live: LiveLine | undefined,
  facts: BoxFacts,
  language: Language,
): Check[] {
  const words = wordsIn(language);
  const steps = ladder[line.kind];
  const one = (check: CheckName, result: CheckResult, detail: string, advice = ''): Check => ({
    layer: layerOf[check],
    line: line.id,
    check,
    result,
    detail: detail.trim(),
    advice,
  });
  const [first] = steps;
  if (!first) return [];
  if (!line.enabled) return [one(first, 'skip', words.detail.disabled)];
  if (line.kind.startsWith('gsm-') && !facts.site.gsm)
    return [one(first, 'fail', words.detail['not-permitted'], words.advice.gsm)];
  if (!live) return [one(first, 'fail', words.detail.silent, words.advice.silent)];

  const broken = standing(line, live);
  const at = broken === undefined ? steps.length : steps.indexOf(broken);
  return steps.map((check, step) => {
    // A bad clock and a limit do not stop what stands on them, and a line that is up has its rungs.
    if (step > at && live.state !== 'up')
      return one(check, 'skip', fill(words.detail['waits-for'], { check: words.check[broken!] }));
    if (step !== at) return one(check, ...good(check, line, live, facts, language));
    if (live.fault !== undefined)
      return one(
        check,
        live.state === 'up' ? 'warn' : 'fail',
        lineFaultWords[language][live.fault],
        lineAdvice[language][live.fault],
      );
    if (live.phase === 'waiting' && !facts.running)
      return one(check, 'fail', words.detail.silent, words.advice.silent);
    const { phase, reason } = live;
    return one(check, 'warn', fill(words.detail.starting, { phase, reason }), words.advice.wait);
  });
}

/** The rung on which a line stands that is not whole. */
function standing({ kind, registers }: Summary, { fault, state, phase, reason }: LiveLine): Rung | undefined {
  const steps = ladder[kind];
  if (fault !== undefined) {
    // A SIM and its gateway's SIP account can both lack a registration; the switch says "gateway" of the second.
    const ofSip = fault === 'not-registered' && registers && reason.startsWith('gateway');
    return (ofSip ? (['sip'] as const) : stepOf[fault]).find((step) => steps.includes(step)) ?? steps[0];
  }
  // A drained line hides its phase, and nothing says that it is not well.
  if (state === 'up' || phase === 'drained') return undefined;
  const step = stepOfPhase[phase];
  return step !== undefined && steps.includes(step) ? step : steps[0];
}

type Found = readonly [result: CheckResult, detail: string, advice?: string];

/** What is told of a rung that holds. */
function good(
  check: Rung,
  { takesCalls }: Summary,
  { sim, span, held }: LiveLine,
  { running }: BoxFacts,
  language: Language,
): Found {
  const { detail, advice } = wordsIn(language);
  switch (check) {
    case 'driver':
      return ['ok', detail['span-there']];
    case 'alarm':
      return ['ok', span?.alarms.join(', ') || detail['no-alarm']];
    case 'clocking':
      return ['ok', fill(detail.slips, { slips: span?.slipsPerHour ?? 0 })];
    case 'd-channel':
      return span?.dChannel === 'unknown'
        ? ['skip', detail['d-channel-unknown']]
        : ['ok', detail['d-channel-up']];
    case 'device':
      return ['ok', fill(detail.answers, { model: sim?.model ?? '' })];
    case 'sim':
      return ['ok', fill(detail.sim, { iccid: sim?.iccid ?? '' })];
    case 'signal':
      if (sim?.signal === undefined) return ['skip', detail['signal-unknown']];
      return sim.signal < weakDbm
        ? ['warn', fill(detail.signal, { dbm: sim.signal }), advice.weak]
        : ['ok', fill(detail.signal, { dbm: sim.signal })];
    case 'network':
      return ['ok', fill(detail.network, { operator: sim?.operator ?? '' })];
    case 'balance':
      return sim?.balance === undefined
        ? ['skip', detail['balance-unknown']]
        : ['ok', fill(detail.balance, { amount: sim.balance })];
    case 'limits':
      return held
        ? ['warn', fill(detail.held, { limit: held.limit }), advice.held]
        : ['ok', detail['no-limit']];
    case 'audio':
      if (!takesCalls) return ['skip', detail['no-voice']];
      return running ? ['ok', detail['no-fault']] : ['skip', detail['needs-edge']];
    case 'sip':
      return ['ok', detail.works];
  }
}
