import { applications, expanded } from './applications.ts';
import type { Application } from './applications.ts';
import { exchangeMedia, meet } from './bridging.ts';
import { hunt } from './dialplan.ts';
import type { Action, Hunt } from './dialplan.ts';
import { expand } from './expansion.ts';
import type { Program } from './program.ts';
import type { Session, SessionRuntime } from './session.ts';

/** What a session's thread does: dialplan, applications, parking, its side of a bridge. */
export const runtime: SessionRuntime = { run, execute };

async function run(session: Session, program: Program): Promise<void> {
  const { channel } = session;
  switch (program.kind) {
    case 'consume':
      await session.pause({});
      return;
    case 'dialplan':
      return routed(session);
    case 'applications':
      channel.enter('CS_EXECUTE');
      return perform(session, program.list);
    case 'park':
      channel.enter('CS_PARK');
      await applications.get('park')?.(session, '');
      return;
    case 'soft-bridge':
      return meet(session, program);
    case 'exchange':
      return exchangeMedia(session, program.bridge);
  }
}

async function routed(session: Session): Promise<void> {
  const { channel, core } = session;
  const { profile } = channel;
  if (channel.direction === 'inbound' && channel.callState === 'DOWN') channel.setCallState('RINGING');
  channel.enter('CS_ROUTING');
  channel.hitDialplan = true;
  if (channel.direction === 'outbound') {
    flipCallerId(session);
  }
  const context = core.configuration.contexts.get(profile?.context ?? '');
  const found: Hunt = context ? hunt(context, huntingOf(session)) : { actions: [], extension: undefined };
  if (!profile || found.actions.length === 0) {
    session.hangup('NO_ROUTE_DESTINATION');
    return;
  }
  session.extensionLog.push({
    name: found.extension ?? '',
    number: profile.destination,
    applications: found.actions,
    profile: { ...profile },
  });
  channel.enter('CS_EXECUTE');
  await perform(session, found.actions);
}

function huntingOf(session: Session): Parameters<typeof hunt>[1] {
  const { channel, core } = session;
  return {
    field: (name) => channel.profileField(name) ?? channel.get(name),
    expand: (text) => expand(core, session, text),
    inline: (action) => void execute(session, action.application, action.data),
    now: new Date(core.options.business.now()),
  };
}

async function perform(session: Session, actions: readonly Action[]): Promise<void> {
  for (const action of actions) {
    await execute(session, action.application, action.data);
    if (session.leaving) return;
  }
  // The end of the dialplan is the end of the call.
  session.hangup('NORMAL_CLEARING');
}

/** Before the answer the caller is we; from here on it is the far end: the same leg, swapped. */
export function flipCallerId(session: Session): void {
  const { channel } = session;
  const { profile } = channel;
  if (!profile || channel.get('channel_cid_flipped') === 'yes') return;
  channel.hitDialplan = true;
  const { callerName, callerNumber, calleeName, calleeNumber } = profile;
  channel.set('pre_transfer_caller_id_name', callerName);
  channel.set('pre_transfer_caller_id_number', callerNumber);
  channel.set('channel_cid_flipped', 'yes');
  profile.callerName = calleeName;
  profile.callerNumber = calleeNumber;
  profile.calleeName = callerName;
  profile.calleeNumber = callerNumber;
  channel.emit('CALL_UPDATE', [], [['Direction', 'RECV']]);
}

/** Runs one application with its events; an unknown one ends the call. Synchronous ones are done on return. */
function execute(
  session: Session,
  name: string,
  data: string,
  applicationUuid?: string,
): Promise<void> | void {
  if (name === 'execute_extension') return executeExtension(session, data);
  const { channel, core } = session;
  const application = name === 'amd' && !core.options.modAmd ? undefined : applications.get(name);
  if (session.hungUp) return;
  if (!application) {
    session.hangup('DESTINATION_OUT_OF_ORDER');
    return;
  }
  const argument = expanded(session, data);
  const headers: [string, string][] = [['Application', name]];
  if (argument !== '') headers.push(['Application-Data', argument]);
  const uuid: [string, string] = ['Application-UUID', applicationUuid ?? core.newUuid()];
  channel.set('current_application_response', undefined);
  channel.set('current_application', name);
  channel.set('current_application_data', argument);
  channel.application = { name, data: argument };
  channel.listed = channel.application;
  session.applicationLog.push({ name, data: argument, at: core.micros() });
  channel.emit('CHANNEL_EXECUTE', [...headers, uuid]);
  const complete = (response: string | undefined): void => {
    if (core.dead) return;
    channel.emit('CHANNEL_EXECUTE_COMPLETE', [
      ...headers,
      ['Application-Response', response ?? '_none_'],
      uuid,
    ]);
  };
  const result = invoke(application, session, argument);
  if (result instanceof Promise) return result.then(complete);
  complete(result);
}

function invoke(application: Application, session: Session, argument: string): ReturnType<Application> {
  return application(session, argument);
}

/** Runs another extension as a subroutine: its actions, then back. */
async function executeExtension(session: Session, data: string): Promise<void> {
  const [extension = '', , contextName] = expanded(session, data).split(/\s+/);
  const { channel, core } = session;
  const { profile } = channel;
  const context = core.configuration.contexts.get(contextName ?? profile?.context ?? '');
  if (!context || !profile) return;
  const hunting = huntingOf(session);
  const { actions } = hunt(context, {
    ...hunting,
    field: (name) => (name === 'destination_number' ? extension : hunting.field(name)),
  });
  for (const action of actions) {
    await execute(session, action.application, action.data);
    if (session.leaving) return;
  }
}
