import { transferTo, summon } from '../bridging.ts';
import { causeFrom } from '../causes.ts';
import type { ApiCommand } from '../core.ts';
import { jsonText, plainText, xmlText } from '../event.ts';
import { locate } from '../session.ts';

const noChannel = '-ERR No such channel!\n';
const words = (text: string): string[] =>
  text
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '');

const setMulti: ApiCommand = (core, argument) => {
  const usage = '-USAGE: <uuid> <var>=<value>;<var>=<value>...\n';
  const [uuid, ...rest] = argument.trim().split(' ');
  if (uuid === undefined || rest.length === 0) return usage;
  const session = locate(core, uuid);
  if (!session) return `${noChannel}${usage}`;
  for (const pair of rest.join(' ').split(';')) {
    const equals = pair.indexOf('=');
    if (equals > 0) session.channel.set(pair.slice(0, equals).trim(), pair.slice(equals + 1));
  }
  return '+OK\n';
};

const transfer: ApiCommand = (core, argument) => {
  const [uuid, ...rest] = words(argument);
  const whom = rest[0]?.startsWith('-') === true ? rest.shift() : undefined;
  const [extension, dialplan, context] = rest;
  if (uuid === undefined || extension === undefined)
    return '-USAGE: <uuid> [-bleg|-both] <dest-exten> [<dialplan>] [<context>]\n';
  const session = locate(core, uuid);
  if (!session) return noChannel;
  const { peer } = session;
  if (whom === '-both') session.channel.set('park_after_bridge', session.channel.get('park_after_bridge'));
  if (whom !== '-bleg') transferTo(session, extension, dialplan, context);
  if (whom !== undefined) {
    if (!peer) return '-ERR No such channel!\n';
    transferTo(peer, extension, dialplan, context);
  }
  return '+OK\n';
};

/** Commands about one channel: existence, variables, connection. */
export const channelCommands: Readonly<Record<string, ApiCommand>> = {
  create_uuid: (core) => core.newUuid(),
  uuid_exists: (core, argument) => String(locate(core, argument.trim()) !== undefined),
  uuid_kill: (core, argument) => {
    const [uuid, cause] = words(argument);
    if (uuid === undefined) return '-USAGE: <uuid> [cause]\n';
    const session = locate(core, uuid);
    if (!session) return noChannel;
    session.hangup(causeFrom(cause));
    return '+OK\n';
  },
  uuid_bridge: (core, argument) => {
    const [first, second] = words(argument);
    if (first === undefined || second === undefined) return '-USAGE: <uuid> <other_uuid>\n';
    const [a, b] = [locate(core, first), locate(core, second)];
    if (!a || !b) return '-ERR Invalid uuid\n';
    // The real switch accepts a leg bridged to itself and does nothing sensible.
    if (a !== b) summon(a, b);
    return `+OK ${second}\n`;
  },
  uuid_transfer: transfer,
  uuid_park: (core, argument) => {
    const session = locate(core, argument.trim());
    if (!session) return noChannel;
    session.go({ kind: 'park' });
    return '+OK\n';
  },
  uuid_answer: (core, argument) => {
    const session = locate(core, argument.trim());
    if (!session) return '-ERROR\n';
    session.answer();
    return '+OK\n';
  },
  uuid_pre_answer: (core, argument) => {
    const session = locate(core, argument.trim());
    if (!session) return '-ERROR\n';
    session.earlyMedia();
    return '+OK\n';
  },
  uuid_setvar: (core, argument) => {
    const [uuid, name, ...value] = argument.trim().split(' ');
    if (uuid === undefined || name === undefined || name === '') return '-USAGE: <uuid> <var> [value]\n';
    const session = locate(core, uuid);
    if (!session) return noChannel;
    session.channel.set(name, value.join(' '));
    return '+OK\n';
  },
  uuid_setvar_multi: setMulti,
  uuid_getvar: (core, argument) => {
    const [uuid, name] = words(argument);
    if (uuid === undefined || name === undefined) return '-USAGE: <uuid> <var>\n';
    const session = locate(core, uuid);
    if (!session) return noChannel;
    return session.channel.get(name) ?? '_undef_';
  },
  uuid_dump: (core, argument) => {
    const [uuid, format = 'text'] = words(argument);
    if (uuid === undefined) return '-USAGE: <uuid> [format]\n';
    const session = locate(core, uuid);
    if (!session) return noChannel;
    const event = session.channel.event('CHANNEL_DATA');
    if (format === 'json') return jsonText(event);
    return format === 'xml' ? xmlText(event) : plainText(event);
  },
  uuid_display: (core, argument) =>
    locate(core, words(argument)[0]) ? '+OK Success\n' : '-ERR Operation failed\n',
  uuid_media: (core, argument) =>
    locate(core, words(argument).at(-1)) ? '+OK Success\n' : '-ERR Operation failed\n',
  uuid_simplify: (core, argument) => (locate(core, words(argument)[0]) ? '+OK\n' : '-ERR Operation failed\n'),
  uuid_phone_event: (core, argument) =>
    locate(core, words(argument)[0]) ? '+OK Success\n' : '-ERR Operation failed\n',
  uuid_audio: (core, argument) => (locate(core, words(argument)[0]) ? '+OK\n' : noChannel),
  uuid_set_media_stats: (core, argument) =>
    locate(core, words(argument)[0]) ? '+OK:\n' : `-ERR No such channel ${words(argument)[0] ?? ''}!\n`,
  uuid_chat: (core, argument) =>
    locate(core, words(argument)[0]) ? '+OK\n' : `-ERR No such channel ${words(argument)[0] ?? ''}!\n`,
  uuid_deflect: (core, argument) =>
    locate(core, words(argument)[0]) ? '+OK\n' : `-ERR No such channel ${words(argument)[0] ?? ''}!\n`,
  uuid_limit: (core, argument) =>
    locate(core, words(argument)[0])
      ? '+OK'
      : `-ERR Cannot find session with uuid ${words(argument)[0] ?? ''}\n`,
  hupall: (core, argument) => {
    const [cause, name, value] = words(argument);
    const wanted = cause === undefined ? 'MANAGER_REQUEST' : causeFrom(cause);
    for (const session of core.sessions.values()) {
      if (name === undefined || session.channel.get(name) === value) session.hangup(wanted);
    }
    return name === undefined
      ? `+OK hangup all channels with cause ${wanted}\n`
      : `+OK hangup all channels matching [${name}]=[${value ?? ''}] with cause: ${wanted}\n`;
  },
};
