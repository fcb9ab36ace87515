import { bridgeLegs, transferTo } from './bridging.ts';
import { causeFrom, dialStatus, fromStatus } from './causes.ts';
import { expand } from './expansion.ts';
import { dial } from './originate.ts';
import { amd } from './mod-amd.ts';
import { play } from './playback.ts';
import { Recorder } from './recorder.ts';
import type { Session } from './session.ts';

/** An application: the response shown by CHANNEL_EXECUTE_COMPLETE, now or later; undefined is `_none_`. */
export type Application = (
  session: Session,
  data: string,
) => string | undefined | Promise<string | undefined>;

const nothing = (): undefined => undefined;

function assign(session: Session, data: string, also?: (name: string) => void): undefined {
  const equals = data.indexOf('=');
  const name = (equals < 0 ? data : data.slice(0, equals)).trim();
  if (name === '') return;
  session.channel.set(name, equals < 0 ? undefined : data.slice(equals + 1).trim());
  also?.(name);
  return;
}

async function park(session: Session): Promise<undefined> {
  session.channel.emit('CHANNEL_PARK');
  await session.pause({});
  session.channel.set('current_loop', undefined);
  session.channel.set('total_loops', undefined);
  session.channel.emit('CHANNEL_UNPARK');
  return;
}

/** Listens to another leg until either is gone; what is said and heard is not modelled. */
async function eavesdrop(session: Session, data: string): Promise<undefined> {
  const target = session.core.sessions.get(data.trim());
  if (!target || target === session || target.hungUp) return;
  const wake = (): void => session.signal();
  target.watchers.add(wake);
  await session.pause({ until: () => target.hungUp });
  target.watchers.delete(wake);
  return;
}

async function bridge(session: Session, data: string): Promise<undefined> {
  const { channel, core } = session;
  if (channel.answerState === 'answered') channel.setCallState('RING_WAIT');
  const result = await dial(core, session.runtime, { dialString: data, caller: session });
  if (!result.session) {
    channel.set('originate_disposition', result.cause);
    channel.set('DIALSTATUS', dialStatus(result.cause));
    channel.set('originate_causes', result.attempts.map(({ uuid, cause }) => `${uuid};${cause}`).join('|:'));
    channel.set('last_bridge_hangup_cause', result.cause);
    if (channel.answerState === 'answered') channel.setCallState('ACTIVE');
    setImmediate(result.release);
    if (!session.leaving && !continues(session, result.cause)) session.hangup(result.cause);
    return;
  }
  const leg = result.session;
  setImmediate(result.release);
  if (session.leaving) {
    leg.hangup('ORIGINATOR_CANCEL');
    return;
  }
  channel.set(
    'originated_legs',
    `${leg.uuid};${leg.channel.profile?.calleeName ?? ''};${leg.channel.profile?.calleeNumber ?? ''}`,
  );
  channel.set('originate_disposition', 'SUCCESS');
  channel.set('DIALSTATUS', 'SUCCESS');
  channel.set('originate_causes', `${leg.uuid};NONE`);
  channel.other = { type: 'originatee', channel: leg.channel };
  if (channel.profile && leg.channel.profile) {
    channel.profile.calleeName = leg.channel.profile.calleeName;
    channel.profile.calleeNumber = leg.channel.profile.calleeNumber;
  }
  if (result.early) session.earlyMedia();
  else session.answer();
  if (channel.answerState === 'answered') channel.setCallState('ACTIVE');
  const whenAnswered = (): void => {
    if (leg.channel.answerState === 'answered') session.answer();
  };
  leg.watchers.add(whenAnswered);
  await bridgeLegs(session, leg);
  leg.watchers.delete(whenAnswered);
  if (!session.leaving && channel.isTrue('hangup_after_bridge')) {
    session.hangup(leg.channel.hangupCause ?? 'NORMAL_CLEARING');
  }
  return;
}

/** Whether a failed bridge lets the dialplan go on: `continue_on_fail` is true or names the cause. */
function continues(session: Session, cause: string): boolean {
  const wanted = session.channel.get('continue_on_fail');
  if (wanted === undefined) return false;
  if (session.channel.isTrue('continue_on_fail')) return true;
  return wanted.split(',').some((each) => causeFrom(each.trim()) === cause);
}

/** Collects digits: how many at most, how long, what ends them. */
async function collect(
  session: Session,
  max: number,
  timeoutMs: number,
  terminators: string,
  prompt: string,
): Promise<{ digits: string; terminator: string | undefined }> {
  let digits = '';
  let terminator: string | undefined;
  const before = session.onDigit;
  session.onDigit = (digit) => {
    if (terminators.includes(digit)) terminator = digit;
    else digits += digit;
    session.breakOff(false);
  };
  const enough = (): boolean => terminator !== undefined || digits.length >= max;
  if (prompt !== '') await play(session, prompt);
  while (!session.leaving && !enough()) {
    const seen = digits.length;
    session.clearBreak();
    const end = await session.pause({ ms: timeoutMs, until: () => enough() || digits.length > seen });
    if (end === 'elapsed') break;
  }
  session.onDigit = before;
  session.clearBreak();
  return { digits, terminator };
}

async function playAndGetDigits(session: Session, data: string): Promise<undefined> {
  const [
    min = '1',
    max = '1',
    tries = '1',
    timeout = '5000',
    ends = '#',
    file = '',
    invalid = '',
    name = '',
    pattern = '',
  ] = data.split(' ');
  for (let attempt = 0; attempt < Number(tries) && !session.leaving; attempt++) {
    const { digits, terminator } = await collect(session, Number(max), Number(timeout), ends, file);
    if (digits.length >= Number(min) && (pattern === '' || new RegExp(`^(?:${pattern})$`).test(digits))) {
      if (terminator !== undefined) session.channel.set('read_terminator_used', terminator);
      session.channel.set('read_result', 'success');
      session.channel.set(name, digits);
      return;
    }
    if (invalid !== '') await play(session, invalid);
  }
  session.channel.set('read_result', session.leaving ? 'failure' : 'timeout');
  return;
}

async function read(session: Session, data: string): Promise<undefined> {
  const [min = '1', max = '1', file = '', name = '', timeout = '5000', ends = '#'] = data.split(' ');
  const { digits, terminator } = await collect(session, Number(max), Number(timeout), ends, file);
  if (terminator !== undefined) session.channel.set('read_terminator_used', terminator);
  session.channel.set('read_result', digits.length >= Number(min) ? 'success' : 'timeout');
  session.channel.set(name, digits);
  return;
}

function schedule(kind: 'transfer' | 'hangup'): Application {
  return (session, data) => {
    const { core } = session;
    const [when = '+0', ...rest] = data.split(/\s+/);
    core.scheduler.add(core.scheduler.when(when), `sched_${kind}`, session.uuid, () => {
      if (kind === 'transfer') transferTo(session, rest[0] ?? '', rest[1], rest[2]);
      else session.hangup(rest[0] === undefined ? 'ALLOTTED_TIMEOUT' : causeFrom(rest[0]));
    });
    return undefined;
  };
}

function recordSession(session: Session, data: string): undefined {
  const [path = '', limit = '0'] = data.split(/\s+(?=\+?\d+$)/);
  startRecording(session, path, Number(limit.replace('+', '')) || 0);
  return;
}

/** Records what the leg says until the time is up, `*` is keyed or the leg leaves. Nobody is silent here. */
async function record(session: Session, data: string): Promise<undefined> {
  const [path = '', limit = '0'] = data.split(/\s+/);
  const recorder = new Recorder(session, path, 0, 'application');
  const before = session.onDigit;
  session.onDigit = (digit) => {
    if (digit === '*') session.breakOff(false);
  };
  await session.pause({ ...(Number(limit) > 0 && { ms: Number(limit) * 1000 }), breakable: true });
  session.onDigit = before;
  session.clearBreak();
  recorder.stop();
  return;
}

/** Starts a recording of a leg; false when the file cannot be made or is being written already. */
export function startRecording(session: Session, path: string, limitSeconds: number): boolean {
  if (session.recordings.has(path) || !session.channel.codec) return false;
  try {
    session.recordings.set(path, new Recorder(session, path, limitSeconds));
    return true;
  } catch {
    return false;
  }
}

/** Holds or frees a leg and, where there is music, plays it to the partner meanwhile. */
export function setHold(session: Session, hold: boolean): void {
  const { channel, core } = session;
  if (session.held === hold || channel.answerState !== 'answered') return;
  session.held = hold;
  // The core's table takes the application from every hold event, where there is none.
  channel.listed = { name: '', data: '' };
  if (hold) {
    channel.times.lastHold = core.micros();
    channel.setCallState('HELD');
    channel.emit('CHANNEL_HOLD');
    session.party?.held?.(true);
    playHoldMusic(session);
    return;
  }
  channel.times.holdAccum += core.micros() - channel.times.lastHold;
  channel.setCallState('UNHELD');
  channel.emit('CHANNEL_UNHOLD');
  session.party?.held?.(false);
  channel.setCallState('ACTIVE');
  const { peer } = session;
  if (peer?.moh === true) {
    peer.moh = false;
    peer.breakOff(false);
  }
}

function playHoldMusic(session: Session): void {
  const { peer, core } = session;
  const profile = core.sofia.profiles.get(session.sip?.profile ?? '');
  const music = session.channel.get('hold_music') ?? profile?.parameters.get('hold-music');
  if (!peer || music === undefined || music === '') return;
  peer.moh = true;
  peer.enqueue({
    headers: [
      ['call-command', 'execute'],
      ['execute-app-name', 'playback'],
      ['execute-app-arg', music],
      ['event-lock', 'true'],
      ['lead-frames', '5'],
      ['loops', '-1'],
    ],
    application: 'playback',
    data: music,
    loops: -1,
    applicationUuid: undefined,
  });
}

export const applications: ReadonlyMap<string, Application> = new Map<string, Application>([
  ['set', (session, data) => assign(session, data)],
  ['unset', (session, data) => assign(session, data.split('=')[0] ?? '')],
  [
    'multiset',
    (session, data) => {
      const [separator, list] = data.startsWith('^^') ? [data[2] ?? ' ', data.slice(3)] : [' ', data];
      for (const each of list.split(separator)) assign(session, each);
      return undefined;
    },
  ],
  [
    'export',
    (session, data) =>
      assign(session, data, (name) => {
        const old = session.channel.get('export_vars');
        session.channel.set('export_vars', old === undefined ? name : `${old},${name}`);
        const bare = name.replace(/^(_?nolocal:|_nolocal_)/, '');
        if (bare !== name) return;
        session.peer?.channel.set(name, session.channel.get(name));
      }),
  ],
  [
    'set_global',
    (session, data) => {
      const equals = data.indexOf('=');
      if (equals > 0) session.core.globals.set(data.slice(0, equals), data.slice(equals + 1));
      return undefined;
    },
  ],
  [
    'answer',
    (session) => {
      session.answer();
      return undefined;
    },
  ],
  [
    'pre_answer',
    (session) => {
      session.earlyMedia();
      return undefined;
    },
  ],
  [
    'ring_ready',
    (session) => {
      session.ringing();
      return undefined;
    },
  ],
  [
    'sleep',
    async (session, data) => {
      await session.pause({ ms: Number.parseInt(data, 10) || 0, breakable: true });
      return undefined;
    },
  ],
  ['park', park],
  ['amd', amd],
  ['eavesdrop', eavesdrop],
  [
    'echo',
    async (session) => {
      await session.pause({});
      return undefined;
    },
  ],
  [
    'playback',
    (session, data) => {
      if (session.channel.answerState === 'ringing') session.earlyMedia();
      return play(session, data);
    },
  ],
  [
    'endless_playback',
    async (session, data) => {
      for (;;) {
        const response = await play(session, data);
        if (session.leaving || response !== 'FILE PLAYED') return response;
      }
    },
  ],
  ['gentones', (session, data) => play(session, `tone_stream://${data}`)],
  ['play_and_get_digits', playAndGetDigits],
  ['read', read],
  ['bridge', bridge],
  [
    'hangup',
    (session, data) => {
      session.hangup(causeFrom(data));
      return undefined;
    },
  ],
  [
    'respond',
    (session, data) => {
      const status = Number.parseInt(data, 10);
      if (status >= 300) session.hangup(fromStatus(status).cause);
      return undefined;
    },
  ],
  [
    'transfer',
    (session, data) => {
      const [first = '', ...rest] = data.split(/\s+/);
      const [whom, target] = first.startsWith('-') ? [first, rest] : ['', [first, ...rest]];
      const { peer } = session;
      if (whom !== '-bleg') transferTo(session, target[0] ?? '', target[1], target[2]);
      if (whom !== '' && peer) transferTo(peer, target[0] ?? '', target[1], target[2]);
      return undefined;
    },
  ],
  ['sched_transfer', schedule('transfer')],
  ['sched_hangup', schedule('hangup')],
  ['record', record],
  ['record_session', recordSession],
  [
    'stop_record_session',
    (session, data) => {
      for (const [path, recorder] of session.recordings) {
        if (data !== 'all' && data !== path) continue;
        session.recordings.delete(path);
        recorder.stop();
      }
      return undefined;
    },
  ],
  [
    'hash',
    (session, data) => {
      void session.core.api('hash', data);
      return undefined;
    },
  ],
  [
    'event',
    (session, data) => {
      const headers = data.split(',').map((each) => each.split('=') as [string, string?]);
      session.channel.emit(
        'CUSTOM',
        headers.map(([name, text = '']) => [name, text] as const),
        [],
        headers.find(([name]) => name === 'Event-Subclass')?.[1],
      );
      return undefined;
    },
  ],
  // Understood and without an effect the event socket could see.
  ['bind_meta_app', nothing],
  ['unbind_meta_app', nothing],
  ['bind_digit_action', nothing],
  ['log', nothing],
  ['info', nothing],
  ['sched_heartbeat', nothing],
  ['start_dtmf', nothing],
  ['stop_dtmf', nothing],
  ['set_audio_level', nothing],
  ['jitterbuffer', nothing],
  ['enable_heartbeat', nothing],
  ['limit', nothing],
  ['presence', nothing],
]);

/** Expands `${…}` in an argument against a session. */
export function expanded(session: Session, data: string): string {
  return expand(session.core, session, data);
}
