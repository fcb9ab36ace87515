import { expand } from './expansion.ts';
import type { Channel } from './channel.ts';
import { causeFrom, fromStatus } from './causes.ts';
import { findUser } from './configuration.ts';
import type { SwitchCore } from './core.ts';
import { parseDialString } from './dial-string.ts';
import type { DialLeg } from './dial-string.ts';
import { admitLeg, beginLeg, ignoresEarlyMedia, stillborn } from './outgoing-leg.ts';
import type { DialRequest } from './outgoing-leg.ts';
import type { Invitation } from './party.ts';
import { Session } from './session.ts';
import type { SessionRuntime } from './session.ts';
import { partyLink } from './sip-link.ts';
import { resolveTarget } from './sofia-target.ts';
import type { Target } from './sofia-target.ts';
import { spanLeg } from './span-leg.ts';

export type DialResult =
  | { readonly session: Session; readonly early: boolean; readonly release: () => void }
  | {
      readonly session?: undefined;
      readonly cause: string;
      readonly attempts: readonly Attempt[];
      readonly release: () => void;
    };

export interface Attempt {
  readonly uuid: string;
  readonly cause: string;
}

/**
 * Calls a dial string: legs of one alternative at once, alternatives in turn. Ends with the first leg that answers (or
 * has early media, unless that is ignored), or with the cause of the last failure. The failed or lost legs stay
 * undestroyed until `release` is called, as a real originate holds them.
 */
export async function dial(
  core: SwitchCore,
  runtime: SessionRuntime,
  request: DialRequest,
): Promise<DialResult> {
  const parsed = parseDialString(request.dialString);
  const releases: (() => void)[] = [];
  const release = (): void => releases.forEach((each) => each());
  const attempts: Attempt[] = [];
  const setting = (name: string): string | undefined =>
    parsed.variables.get(name) ?? request.caller?.channel.get(name);
  const seconds =
    request.timeoutSeconds ?? (Number(setting('originate_timeout') ?? setting('call_timeout') ?? 60) || 60);
  let cause = parsed.malformed ? 'DESTINATION_OUT_OF_ORDER' : 'NORMAL_TEMPORARY_FAILURE';
  for (const legs of parsed.alternatives) {
    const begun = legs.map((leg) => startLeg(core, runtime, parsed.variables, leg, request));
    const started = (await Promise.all(begun)).flat();
    const running: Session[] = [];
    for (const leg of started) {
      if (leg instanceof Session) {
        releases.push(leg.hold());
        running.push(leg);
      } else cause = leg;
    }
    if (running.length === 0) continue;
    const outcome = await race(
      core,
      running,
      seconds,
      request,
      ignoresEarlyMedia(setting('ignore_early_media')),
    );
    if (outcome.winner) return { session: outcome.winner, early: outcome.early, release };
    cause = outcome.cause;
    for (const leg of running) attempts.push({ uuid: leg.uuid, cause: leg.channel.hangupCause ?? cause });
    if (outcome.final) break;
  }
  return { cause, attempts, release };
}

interface RaceEnd {
  readonly winner?: Session;
  readonly early: boolean;
  readonly cause: string;
  /** No further alternative is tried. */
  readonly final: boolean;
}

async function race(
  core: SwitchCore,
  legs: readonly Session[],
  seconds: number,
  request: DialRequest,
  ignoreEarly: boolean,
): Promise<RaceEnd> {
  const { business } = core.options;
  const { caller } = request;
  let wake = (): void => undefined;
  let timeout = false;
  const changed = (): void => wake();
  // Whole seconds of the clock count, so the first one is short.
  const deadline = (Math.floor(business.now() / 1000) + seconds) * 1000;
  const timer = business.schedule(Math.max(0, deadline - business.now()), () => {
    timeout = true;
    changed();
  });
  const observed = caller ? [...legs, caller] : legs;
  for (const each of observed) each.watchers.add(changed);
  try {
    for (;;) {
      if (core.dead) return { early: false, cause: 'CRASH', final: true };
      const winner = legs.find((leg) => ready(leg, ignoreEarly));
      if (winner) {
        for (const leg of legs) if (leg !== winner) leg.hangup('LOSE_RACE');
        return { winner, early: winner.channel.answerState === 'early', cause: 'SUCCESS', final: true };
      }
      if (legs.some((leg) => !leg.hungUp && !leg.waitingForItsDialer)) {
        return { early: false, cause: 'ORIGINATOR_CANCEL', final: true };
      }
      if (caller?.leaving === true) {
        for (const leg of legs) leg.hangup('ORIGINATOR_CANCEL');
        return { early: false, cause: 'ORIGINATOR_CANCEL', final: true };
      }
      if (timeout) {
        for (const leg of legs) leg.hangup('NO_ANSWER');
        return { early: false, cause: 'NO_ANSWER', final: false };
      }
      const early = core.options.faults.jobOrder === 'before-hangup';
      if (legs.every((leg) => (early ? leg.hungUp : leg.reported))) {
        return { early: false, cause: legs.at(-1)?.channel.hangupCause ?? 'NORMAL_CLEARING', final: false };
      }
      if (caller) passProgress(caller, legs, ignoreEarly);
      await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    timer.cancel();
    for (const each of observed) each.watchers.delete(changed);
  }
}

const ready = (leg: Session, ignoreEarly: boolean): boolean =>
  !leg.hungUp &&
  (leg.channel.answerState === 'answered' || (!ignoreEarly && leg.channel.answerState === 'early'));

/** The caller of a bridge hears what its legs do: ringing becomes ringing. */
function passProgress(caller: Session, legs: readonly Session[], ignoreEarly: boolean): void {
  if (caller.channel.direction !== 'inbound' || caller.channel.answerState !== 'ringing') return;
  if (!ignoreEarly && legs.some((leg) => leg.channel.answerState === 'early')) caller.earlyMedia();
  else if (legs.some((leg) => leg.channel.times.progress > 0)) caller.ringing();
}

/** Begins one leg: a session that rings, or the cause why not. A `user/…` may stand for several. */
async function startLeg(
  core: SwitchCore,
  runtime: SessionRuntime,
  common: ReadonlyMap<string, string>,
  leg: DialLeg,
  request: DialRequest,
): Promise<(Session | string)[]> {
  const [kind = '', ...rest] = leg.endpoint.split('/');
  const variables = new Map([...common, ...leg.variables]);
  switch (kind) {
    case 'error':
      return [causeFrom(rest[0])];
    case 'user':
      return userLegs(core, runtime, variables, rest.join('/'), request);
    case 'sofia':
      return [sofiaLeg(core, runtime, variables, rest, request)];
    case 'freetdm':
      return [await spanLeg(core, runtime, variables, rest, request)];
    default:
      return ['CHAN_NOT_IMPLEMENTED'];
  }
}

async function userLegs(
  core: SwitchCore,
  runtime: SessionRuntime,
  variables: Map<string, string>,
  address: string,
  request: DialRequest,
): Promise<(Session | string)[]> {
  const [id = '', domain = core.globals.get('domain') ?? core.globals.get('local_ip_v4') ?? '127.0.0.1'] =
    address.split('@');
  const user = findUser(core.configuration, id, domain);
  if (!user) return ['SUBSCRIBER_ABSENT'];
  const template = user.parameters.get('dial-string');
  if (template === undefined) return ['MANDATORY_IE_MISSING'];
  const own = template.replaceAll('${dialed_user}', id).replaceAll('${dialed_domain}', domain);
  const parsed = parseDialString(expand(core, request.caller, own));
  if (parsed.alternatives.flat().every((leg) => leg.endpoint === 'error/user_not_registered')) {
    return ['USER_NOT_REGISTERED'];
  }
  const common = new Map([...parsed.variables, ['dialed_user', id], ['dialed_domain', domain], ...variables]);
  const [first = []] = parsed.alternatives;
  return (await Promise.all(first.map((leg) => startLeg(core, runtime, common, leg, request)))).flat();
}

function sofiaLeg(
  core: SwitchCore,
  runtime: SessionRuntime,
  variables: Map<string, string>,
  path: readonly string[],
  request: DialRequest,
): Session | string {
  const uuid = admitLeg(core, variables);
  if (uuid === undefined) return 'DESTINATION_OUT_OF_ORDER';
  const target = resolveTarget(core, path);
  if (typeof target === 'string') {
    stillborn(core, uuid);
    return target;
  }
  const shown = target.address === '' ? target.number : `${target.number}@${target.address}`;
  const gateway = target.gateway === undefined ? undefined : core.sofia.gateways.get(target.gateway);
  if (gateway) gateway.callsOut++;
  const session = beginLeg(core, runtime, {
    uuid,
    endpoint: 'sofia',
    name: `sofia/${target.sip.profile}/${target.gateway === undefined ? shown : target.number}`,
    number: target.number,
    sip: target.sip,
    variables,
    request,
  });
  if (gateway) countFailure(session, gateway);
  setImmediate(() => invite(core, session, target));
  return session;
}

function countFailure(session: Session, gateway: { failedOut: number }): void {
  const watch = (): void => {
    if (!session.hungUp) return;
    session.watchers.delete(watch);
    if (session.channel.times.answered === 0) gateway.failedOut++;
  };
  session.watchers.add(watch);
}

function invite(core: SwitchCore, session: Session, target: Target): void {
  if (core.dead || session.hungUp) return;
  const { channel } = session;
  const headers = new Map<string, string>();
  for (const [name, value] of channel.variables)
    if (name.startsWith('sip_h_')) headers.set(name.slice(6), value);
  const invitation: Invitation = {
    channel: session.uuid,
    to: target.number,
    callerNumber: channel.profile?.callerNumber ?? '',
    callerName: channel.profile?.callerName ?? '',
    gateway: target.gateway,
    headers,
    autoAnswer: asksToAnswer(channel, headers),
  };
  const link = partyLink(session);
  if (target.answer) {
    session.party = target.answer(invitation, link);
    return;
  }
  const answer = core.options.answer(invitation, target.address, link);
  if (answer && 'released' in answer) session.party = answer;
  else {
    const status = answer?.status ?? 503;
    session.hangup(fromStatus(status).cause, 'party', status);
  }
}

function asksToAnswer(channel: Channel, headers: ReadonlyMap<string, string>): boolean {
  return (
    channel.isTrue('sip_auto_answer') ||
    (headers.get('Call-Info')?.includes('answer-after=0') ?? false) ||
    /auto.?answer/i.test(headers.get('Alert-Info') ?? '') ||
    /auto.?answer/i.test(channel.get('alert_info') ?? '')
  );
}
