import type { XmlElement } from './xml-tree.ts';
import { attribute, child, childrenOf, descendants, pairs, parseXml } from './xml-tree.ts';

/** The document parses but is not one a switch can run on. */
export class SwitchConfigurationError extends Error {
  override readonly name = 'SwitchConfigurationError';
}

export interface GatewayConfiguration {
  readonly name: string;
  readonly profile: string;
  readonly parameters: ReadonlyMap<string, string>;
  /** Variables set on inbound calls of this gateway. */
  readonly variables: ReadonlyMap<string, string>;
}

export interface ProfileConfiguration {
  readonly name: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly gateways: readonly GatewayConfiguration[];
}

export interface DirectoryUser {
  readonly id: string;
  readonly domain: string;
  readonly group: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly variables: ReadonlyMap<string, string>;
}

export interface SwitchConfiguration {
  readonly eventSocket: { readonly host: string; readonly port: number; readonly password: string };
  readonly maxSessions: number;
  /** New sessions a second, both directions. */
  readonly sessionsPerSecond: number;
  /** Seconds between HEARTBEAT events. */
  readonly heartbeatInterval: number;
  readonly switchName: string | undefined;
  readonly profiles: readonly ProfileConfiguration[];
  readonly cdr: {
    readonly directory: string | undefined;
    readonly bLegs: boolean;
    readonly encodeValues: boolean;
  };
  readonly modules: ReadonlySet<string>;
  /** Names of the streams `local_stream://` can play. */
  readonly streams: ReadonlySet<string>;
  readonly contexts: ReadonlyMap<string, XmlElement>;
  readonly users: readonly DirectoryUser[];
  readonly root: XmlElement;
}

/**
 * Reads one complete `<document type="freeswitch/xml">`; `$${name}` is replaced from `globals` as the pre-processor does.
 * @throws XmlSyntaxError when it does not parse, SwitchConfigurationError when a section is missing.
 */
export function parseConfiguration(text: string, globals: ReadonlyMap<string, string>): SwitchConfiguration {
  const root = parseXml(text.replace(/\$\$\{([^}]*)\}/g, (_, name: string) => globals.get(name) ?? ''));
  if (attribute(root, 'type') !== 'freeswitch/xml') {
    throw new SwitchConfigurationError('not a <document type="freeswitch/xml">');
  }
  const section = (name: string): XmlElement | undefined =>
    childrenOf(root, 'section').find((each) => attribute(each, 'name') === name);
  const configurations = section('configuration');
  if (!configurations) throw new SwitchConfigurationError('the section "configuration" is missing');
  const configuration = (name: string): XmlElement | undefined =>
    childrenOf(configurations, 'configuration').find((each) => attribute(each, 'name') === name);
  const settings = (name: string): Map<string, string> => pairs(child(configuration(name), 'settings'));

  const socket = settings('event_socket.conf');
  const core = settings('switch.conf');
  const cdr = settings('json_cdr.conf');
  const listenIp = socket.get('listen-ip') ?? '127.0.0.1';
  return {
    eventSocket: {
      host: listenIp,
      port: number(socket, 'listen-port', 8021),
      password: socket.get('password') ?? 'ClueCon',
    },
    maxSessions: number(core, 'max-sessions', 1000),
    sessionsPerSecond: number(core, 'sessions-per-second', 30),
    heartbeatInterval: number(core, 'event-heartbeat-interval', 20),
    switchName: core.get('switchname'),
    profiles: descendants(configuration('sofia.conf'), 'profile').map(profile),
    cdr: {
      directory: cdr.get('log-dir'),
      bLegs: cdr.get('log-b-leg') !== 'false',
      encodeValues: cdr.get('encode-values') !== 'false',
    },
    modules: new Set(
      descendants(configuration('modules.conf'), 'load').map((each) => each.attributes['module'] ?? ''),
    ),
    streams: new Set(
      descendants(configuration('local_stream.conf'), 'directory').map(
        (each) => each.attributes['name'] ?? '',
      ),
    ),
    contexts: new Map(
      childrenOf(section('dialplan'), 'context').map((each) => [each.attributes['name'] ?? '', each]),
    ),
    users: childrenOf(section('directory'), 'domain').flatMap(usersOf),
    root,
  };
}

function number(map: ReadonlyMap<string, string>, name: string, otherwise: number): number {
  const value = Number(map.get(name) ?? otherwise);
  if (!Number.isFinite(value) || value < 0) throw new SwitchConfigurationError(`${name} is not a number`);
  return value;
}

function profile(node: XmlElement): ProfileConfiguration {
  const name = attribute(node, 'name') ?? '';
  return {
    name,
    parameters: pairs(child(node, 'settings')),
    gateways: descendants(node, 'gateway').map((each) => ({
      name: attribute(each, 'name') ?? '',
      profile: name,
      parameters: pairs(each),
      variables: pairs(child(each, 'variables'), 'variable'),
    })),
  };
}

function usersOf(domain: XmlElement): DirectoryUser[] {
  const name = attribute(domain, 'name') ?? '';
  const shared = pairs(child(domain, 'params'));
  const sharedVariables = pairs(child(domain, 'variables'), 'variable');
  const groups = descendants(domain, 'group');
  const groupOf = (user: XmlElement): string =>
    attribute(
      groups.find((group) => descendants(group, 'user').includes(user)),
      'name',
    ) ?? 'default';
  return descendants(domain, 'user')
    .filter((user) => attribute(user, 'type') !== 'pointer')
    .map((user) => ({
      id: attribute(user, 'id') ?? '',
      domain: name,
      group: groupOf(user),
      parameters: new Map([...shared, ...pairs(child(user, 'params'))]),
      variables: new Map([...sharedVariables, ...pairs(child(user, 'variables'), 'variable')]),
    }));
}

/** The user of a directory, with or without a domain given. */
export function findUser(
  configuration: SwitchConfiguration,
  id: string,
  domain: string,
): DirectoryUser | undefined {
  return configuration.users.find((user) => user.id === id && user.domain === domain);
}
