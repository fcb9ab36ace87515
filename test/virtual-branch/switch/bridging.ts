import type { Bridge, Program } from './program.ts';
import type { Session } from './session.ts';
import { nextTurn } from './session.ts';

type SoftBridge = Extract<Program, { kind: 'soft-bridge' }>;

/** Lets two legs hear each other until one of them leaves; `a` runs the bridge, `b`'s thread joins it. */
export async function bridgeLegs(a: Session, b: Session): Promise<void> {
  const bridge: Bridge = { a, b, aLeft: false, bLeft: false };
  const program = { kind: 'exchange', bridge } as const;
  join(bridge);
  a.channel.emit('CHANNEL_BRIDGE', bridgeHeaders(bridge));
  b.go(program);
  await nextTurn();
  announce(a, b);
  a.party?.bridged?.(b.uuid);
  b.party?.bridged?.(a.uuid);
  // The partner is gone when its thread has turned to something else, or has reported its end.
  const wake = (): void => a.signal();
  b.watchers.add(wake);
  await a.pause({ until: () => bridge.bLeft || !b.isOn(program) });
  b.watchers.delete(wake);
  bridge.aLeft = true;
  b.signal();
  await nextTurn();
  part(bridge);
  a.channel.emit('CHANNEL_UNBRIDGE', bridgeHeaders(bridge));
  a.party?.unbridged?.();
  b.party?.unbridged?.();
  if (!a.leaving) afterBridge(a);
}

/** The thread of the leg that does not run the bridge. */
export async function exchangeMedia(b: Session, bridge: Bridge): Promise<void> {
  b.channel.enter('CS_EXCHANGE_MEDIA');
  announce(b, bridge.a);
  const end = await b.pause({ until: () => bridge.aLeft });
  const { a } = bridge;
  if (end !== 'until') {
    if (b.hungUp) return;
    // Sent elsewhere: the partner notices before this leg turns to its new program.
    bridge.bLeft = true;
    a.signal();
    await nextTurn();
    await nextTurn();
    return;
  }
  const cause = a.channel.hangupCause;
  if (cause !== undefined) b.channel.set('last_bridge_hangup_cause', cause);
  if (!afterBridge(b))
    b.hangup(b.channel.answerState === 'answered' ? (cause ?? 'NORMAL_CLEARING') : 'ORIGINATOR_CANCEL');
}

/** What a leg's variables say it does when its partner left; true when they say anything. */
function afterBridge(session: Session): boolean {
  const { channel } = session;
  if (channel.isTrue('park_after_bridge')) {
    session.go({ kind: 'park' });
    return true;
  }
  const transfer = channel.get('transfer_after_bridge');
  if (transfer === undefined) return false;
  const [extension = '', dialplan = 'XML', context] = transfer.split(':');
  transferTo(session, extension, dialplan, context);
  return true;
}

/** Sends a leg to an extension, out of whatever it does. */
export function transferTo(session: Session, extension: string, dialplan?: string, context?: string): void {
  const { channel, core } = session;
  const { profile } = channel;
  if (!profile || session.hungUp) return;
  const to = context ?? profile.context;
  const source = `${Math.floor(core.micros() / 1_000_000)}:${core.newUuid()}:bl_xfer:${extension}/${to}/${dialplan ?? 'XML'}`;
  channel.profile = {
    ...profile,
    rdnis: profile.destination,
    destination: extension,
    dialplan: dialplan ?? 'XML',
    context: to,
    transferSource: source,
    index: profile.index + 1,
  };
  channel.times.transfer = core.micros();
  channel.set('transfer_history', source);
  channel.set('transfer_source', source);
  channel.other = undefined;
  session.go(dialplan === 'inline' ? inlineProgram(extension) : { kind: 'dialplan' });
}

/** `app:data,app:data` of the inline dialplan; a quote keeps its comma. */
export function inlineProgram(text: string): {
  kind: 'applications';
  list: { application: string; data: string }[];
} {
  const bare = text.replace(/^'(.*)'$/s, '$1');
  return {
    kind: 'applications',
    list: bare.split(',').map((each) => {
      const colon = each.indexOf(':');
      return colon < 0
        ? { application: each.trim(), data: '' }
        : { application: each.slice(0, colon).trim(), data: each.slice(colon + 1) };
    }),
  };
}

/** Brings two legs together from wherever they are, as `uuid_bridge` does; `a` will run the bridge. */
export function summon(a: Session, b: Session): void {
  const program = {
    kind: 'soft-bridge',
    meeting: { originator: a, originatee: b, arrived: new Set<Session>() },
  } as const;
  a.channel.other = { type: 'originatee', channel: b.channel };
  b.channel.other = { type: 'originator', channel: a.channel };
  for (const session of [a, b]) session.go(program);
}

/** The thread of a leg that was summoned. */
export async function meet(session: Session, program: SoftBridge): Promise<void> {
  const { originator, originatee, arrived } = program.meeting;
  const partner = session === originator ? originatee : originator;
  const { channel } = session;
  for (const state of ['CS_HIBERNATE', 'CS_RESET', 'CS_SOFT_EXECUTE'] as const) channel.enter(state);
  arrived.add(session);
  partner.signal();
  const wake = (): void => session.signal();
  partner.watchers.add(wake);
  const end = await session.pause({
    until: () => arrived.size === 2 || partner.hungUp || !partner.isOn(program),
  });
  partner.watchers.delete(wake);
  if (end === 'left') return;
  if (arrived.size < 2 || partner.hungUp) return session.hangup('ORIGINATOR_CANCEL');
  if (!channel.codec) return session.hangup('DESTINATION_OUT_OF_ORDER');
  channel.listed = { name: 'uuid_bridge', data: partner.uuid };
  channel.emit('CHANNEL_EXECUTE', [
    ['Application', 'uuid_bridge'],
    ['Application-Data', partner.uuid],
    ['Application-UUID', session.core.newUuid()],
  ]);
  if (session === originatee) return awaitOriginator(session, originator);
  await nextTurn();
  if (session.leaving) return;
  if (partner.hungUp) return session.hangup('ORIGINATOR_CANCEL');
  await bridgeLegs(session, partner);
  if (session.leaving) return;
  channel.enter('CS_EXECUTE');
  session.hangup('NORMAL_CLEARING');
}

/** The originator's thread takes this one into the bridge. */
async function awaitOriginator(session: Session, originator: Session): Promise<void> {
  const wake = (): void => session.signal();
  originator.watchers.add(wake);
  await session.pause({ until: () => originator.hungUp });
  originator.watchers.delete(wake);
  if (!session.leaving) session.hangup('ORIGINATOR_CANCEL');
}

function join(bridge: Bridge): void {
  const { a, b } = bridge;
  const now = a.core.micros();
  for (const [self, other, type] of [
    [a, b, 'originatee'],
    [b, a, 'originator'],
  ] as const) {
    self.bridge = bridge;
    const { channel } = self;
    channel.times.bridged = now;
    channel.other = { type, channel: other.channel };
    channel.set('signal_bond', other.uuid);
  }
  a.channel.set('last_bridge_role', 'originator');
  b.channel.callUuid = a.uuid;
  b.channel.set('call_uuid', a.uuid);
}

/** CALL_UPDATE: whom a leg is now shown as talking to. */
function announce(session: Session, partner: Session): void {
  const { channel } = session;
  if (session.bridge === undefined || session.hungUp) return;
  const theirs = partner.channel.profile;
  const runs = session.bridge.a === session;
  const name = (runs ? theirs?.calleeName : theirs?.callerName) ?? '';
  const number = (runs ? theirs?.calleeNumber : theirs?.callerNumber) ?? '';
  if (runs && channel.profile) {
    channel.profile.calleeName = name;
    channel.profile.calleeNumber = number;
  }
  channel.set('bridge_to', partner.uuid);
  channel.set('last_bridge_to', partner.uuid);
  channel.set('bridge_channel', partner.channel.name);
  channel.set('bridge_uuid', partner.uuid);
  channel.set('last_sent_callee_id_name', name);
  channel.set('last_sent_callee_id_number', number);
  channel.emit(
    'CALL_UPDATE',
    [],
    [
      ['Direction', 'SEND'],
      ['Sent-Callee-ID-Name', name],
      ['Sent-Callee-ID-Number', number],
      ['Bridged-To', partner.uuid],
    ],
  );
}

function part(bridge: Bridge): void {
  const { a, b } = bridge;
  const cause = b.channel.hangupCause ?? a.channel.hangupCause;
  for (const self of [a, b]) {
    if (self.bridge === bridge) self.bridge = undefined;
    self.channel.set('bridge_to', undefined);
    if (cause !== undefined) {
      self.channel.set('bridge_hangup_cause', cause);
      self.channel.set('last_bridge_hangup_cause', cause);
    }
  }
}

function bridgeHeaders(bridge: Bridge): readonly (readonly [string, string])[] {
  return [
    ['Bridge-A-Unique-ID', bridge.a.uuid],
    ['Bridge-B-Unique-ID', bridge.b.uuid],
  ];
}
