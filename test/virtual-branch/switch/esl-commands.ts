import { sleep } from '@branchline/shared';
import type { SwitchCore } from './core.ts';
import type { EslConnection } from './esl-connection.ts';
import type { ClientCommand } from './esl-reader.ts';
import { eventNames } from './event.ts';
import { causeFrom } from './causes.ts';
import { locate } from './session.ts';

const notFound = '-ERR command not found';
const levels = ['console', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'];

/** Carries out one command and replies as mod_event_socket does; a promise when the next one has to wait for it. */
export function answerCommand(connection: EslConnection, command: ClientCommand): Promise<void> | void {
  const { line } = command;
  const space = line.search(/\s/);
  const verb = (space < 0 ? line : line.slice(0, space)).toLowerCase();
  const argument = space < 0 ? '' : line.slice(space + 1).trim();
  if (!connection.authenticated) return authenticate(connection, verb, argument);
  switch (verb) {
    case 'api':
      return argument === '' ? connection.reply(notFound) : api(connection, argument);
    case 'bgapi':
      return argument === '' ? connection.reply(notFound) : background(connection, argument, command);
    case 'event':
      return connection.reply(
        connection.subscription.add(words(argument))
          ? `+OK event listener enabled ${connection.subscription.format}`
          : '-ERR no keywords supplied',
      );
    case 'nixevent':
      connection.subscription.remove(words(argument));
      return connection.reply('+OK events nixed');
    case 'noevents':
      return connection.reply(
        connection.subscription.clear()
          ? '+OK no longer listening for events'
          : '-ERR not listening for events',
      );
    case 'filter':
      return filter(connection, argument);
    case 'sendmsg':
      return sendMessage(connection, argument, command);
    case 'sendevent':
      return sendEvent(connection, argument, command);
    case 'myevents':
      return myEvents(connection, words(argument));
    default:
      return minor(connection, verb, argument);
  }
}

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');

function minor(connection: EslConnection, verb: string, argument: string): void {
  switch (verb) {
    case 'log': {
      const named = levels.indexOf(argument.toLowerCase());
      const level = named >= 0 ? named : Number.parseInt(argument, 10);
      connection.logging = true;
      return connection.reply(`+OK log level ${argument} [${Number.isNaN(level) ? 7 : level}]`);
    }
    case 'nolog': {
      const was = connection.logging;
      connection.logging = false;
      return connection.reply(was ? '+OK no longer logging' : '-ERR not loging');
    }
    case 'linger':
    case 'nolinger':
      return connection.reply('-ERR not controlling a session');
    case 'divert_events':
      return connection.reply('-ERR not controlling a session.');
    case 'exit':
      connection.reply('+OK bye');
      return connection.disconnect();
    default:
      return connection.reply(notFound);
  }
}

function authenticate(connection: EslConnection, verb: string, argument: string): void {
  if (verb !== 'auth') return connection.reply(notFound);
  const { faults } = connection.core.options;
  if (faults.wrongPassword || argument !== connection.core.configuration.eventSocket.password) {
    connection.reply('-ERR invalid');
    return connection.disconnect();
  }
  connection.authenticated = true;
  connection.core.sinks.add(connection);
  return connection.reply('+OK accepted');
}

function split(line: string): [name: string, argument: string] {
  const space = line.search(/\s/);
  return space < 0 ? [line, ''] : [line.slice(0, space), line.slice(space + 1).trim()];
}

async function api(connection: EslConnection, line: string): Promise<void> {
  const { core } = connection;
  await slowly(core);
  const body = await core.api(...split(line));
  if (!core.dead) connection.respond(body);
}

async function slowly(core: SwitchCore): Promise<void> {
  const { faults, real } = core.options;
  if (faults.replyDelayMs > 0) await sleep(real, faults.replyDelayMs);
}

async function background(connection: EslConnection, line: string, command: ClientCommand): Promise<void> {
  const { core } = connection;
  await slowly(core);
  const given = command.headers.find(([name]) => name.toLowerCase() === 'job-uuid')?.[1];
  const job = given ?? core.newUuid();
  const owner = core.newUuid();
  connection.reply(`+OK Job-UUID: ${job}`, [['Job-UUID', job]]);
  const [name, argument] = split(line);
  const announce = (body: string): void =>
    core.emit(
      'BACKGROUND_JOB',
      [
        ['Job-UUID', job],
        ['Job-Owner-UUID', owner],
        ['Job-Command', name],
        ...(argument === '' ? [] : [['Job-Command-Arg', argument] as const]),
      ],
      { body },
    );
  // Not awaited: that is the point of bgapi.
  void Promise.resolve(core.api(name, argument)).then(announce);
}

function filter(connection: EslConnection, argument: string): void {
  if (argument === '') return connection.reply(notFound);
  const { subscription } = connection;
  const [header, value] = split(argument);
  if (header.toLowerCase() === 'delete' && value !== '') {
    const [name, old] = split(value);
    if (name.toLowerCase() === 'all') subscription.clearFilters();
    else subscription.removeFilter(name, old);
    return connection.reply(`+OK filter deleted. [${name}][${old}]`);
  }
  if (value === '') return connection.reply('-ERR invalid syntax');
  subscription.addFilter(header, value);
  return connection.reply(`+OK filter added. [${header}]=[${value}]`);
}

function sendMessage(connection: EslConnection, argument: string, command: ClientCommand): void {
  const session = locate(connection.core, argument);
  if (!session) return connection.reply(`-ERR invalid session id [${argument}]`);
  const header = (name: string): string | undefined =>
    command.headers.find(([key]) => key.toLowerCase() === name)?.[1];
  if (header('call-command') === 'hangup') {
    session.hangup(causeFrom(header('hangup-cause')));
  } else if (header('call-command') === 'execute') {
    const loops = Number.parseInt(header('loops') ?? '1', 10);
    session.enqueue({
      headers: [['Command', command.line], ...command.headers],
      application: header('execute-app-name') ?? '',
      data: header('execute-app-arg') ?? command.body ?? '',
      loops: Number.isNaN(loops) ? 1 : loops,
      applicationUuid: header('event-uuid'),
    });
  }
  return connection.reply('+OK');
}

function sendEvent(connection: EslConnection, argument: string, command: ClientCommand): void {
  const { core } = connection;
  const name = argument.toUpperCase();
  if (!eventNames.has(name)) return connection.reply('-ERR invalid event');
  const uuid = core.newUuid();
  const headers = command.headers.filter(([, value]) => value !== '');
  const subclass = headers.find(([key]) => key === 'Event-Subclass')?.[1];
  core.emit(name, [], {
    leading: [['Command', command.line], ...headers, ['Event-UUID', uuid]],
    ...(command.body !== undefined && { body: command.body }),
    ...(subclass !== undefined && { subclass }),
  });
  return connection.reply(`+OK ${uuid}`);
}

function myEvents(connection: EslConnection, list: readonly string[]): void {
  const [uuid, format] = list;
  if (uuid === undefined) return connection.reply(notFound);
  if (!locate(connection.core, uuid)) return connection.reply('-ERR invalid uuid');
  if (format === 'json' || format === 'xml' || format === 'plain') connection.subscription.format = format;
  connection.subscription.bind(uuid);
  return connection.reply('+OK Events Enabled');
}
