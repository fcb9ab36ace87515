import { createHash } from 'node:crypto';
import { defaultCodecs, type Desired, type Line, type Overlay } from '@branchline/shared';
import { contexts } from './dialplan.ts';
import type { SwitchSettings } from './settings.ts';
import { spanLines, spanModule } from './spans.ts';
import { configuration, params, plain, type Xml } from './xml.ts';

/** Secrets of the desired document in clear, as only this box can open them. */
export interface Secrets {
  /** Line id → password towards the carrier. */
  readonly lines: Readonly<Record<string, string>>;
  /** Extension → password of the phone. */
  readonly phones: Readonly<Record<string, string>>;
}

/** Carrier host → addresses; inbound calls are accepted from these alone. */
export type CarrierAddresses = Readonly<Record<string, readonly string[]>>;

const modules = [
  'mod_console',
  'mod_logfile',
  'mod_event_socket',
  'mod_json_cdr',
  'mod_sofia',
  'mod_loopback',
  'mod_commands',
  'mod_dptools',
  'mod_dialplan_xml',
  'mod_hash',
  'mod_sndfile',
  'mod_native_file',
  'mod_tone_stream',
  'mod_opus',
  'mod_g729',
  'mod_spandsp',
];

/** What FreeSWITCH loads when it starts. */
export function renderModules(section: Xml, lines: readonly Line[]): void {
  configuration(section, 'modules', (root) => {
    const list = root.ele('modules');
    for (const module of spanLines(lines).length > 0 ? [...modules, spanModule] : modules)
      list.ele('load', { module });
  });
}

/** Limits, event socket, CDR spool: what only a restart of FreeSWITCH changes. */
export function renderCore(section: Xml, settings: SwitchSettings, edge: string): void {
  configuration(section, 'switch', (root) => {
    params(root.ele('settings'), {
      switchname: edge,
      'max-sessions': 2000,
      'sessions-per-second': 100,
      'rtp-start-port': settings.rtpPorts[0],
      'rtp-end-port': settings.rtpPorts[1],
      loglevel: 'warning',
      'event-heartbeat-interval': 20,
      'dump-cores': 'no',
    });
  });
  configuration(section, 'event_socket', (root) => {
    params(root.ele('settings'), {
      'nat-map': false,
      'listen-ip': '127.0.0.1',
      'listen-port': settings.eventSocket.port,
      password: settings.eventSocket.password,
      'apply-inbound-acl': 'loopback.auto',
    });
  });
  configuration(section, 'json_cdr', (root) => {
    params(root.ele('settings'), {
      'log-b-leg': true,
      'prefix-a-leg': false,
      'encode-values': false,
      'log-dir': settings.cdrFolder,
      'err-log-dir': settings.cdrFolder,
      rotate: false,
    });
  });
  configuration(section, 'opus', (root) => params(root.ele('settings'), { 'use-vbr': true }));
  configuration(section, 'console', (root) => {
    root.ele('mappings').ele('map', { name: 'all', value: 'console,warning,err,crit,alert' });
    params(root.ele('settings'), { loglevel: 'warning', colorize: false });
  });
  configuration(section, 'logfile', (root) => {
    root.ele('settings');
    const profile = root.ele('profiles').ele('profile', { name: 'default' });
    params(profile.ele('settings'), { rollover: 10_485_760, 'maximum-rotate': 8, uuid: true });
    profile.ele('mappings').ele('map', { name: 'all', value: 'warning,err,crit,alert,notice' });
  });
}

/** For a module that only some boxes have, as its authors set it: without any of these it takes silence for words. */
export function renderModAmd(section: Xml): void {
  configuration(section, 'amd', (root) => {
    params(root.ele('settings'), {
      initial_silence: 2500,
      greeting: 1500,
      after_greeting_silence: 800,
      total_analysis_time: 5000,
      min_word_length: 100,
      between_words_silence: 50,
      maximum_number_of_words: 3,
      maximum_word_length: 5000,
      silence_threshold: 256,
    });
  });
}

/** Carriers by address, other sites by the overlay's network: an inbound call from anywhere else is refused. */
export function renderAcl(
  section: Xml,
  addresses: CarrierAddresses,
  { lines, overlay }: Pick<Desired, 'lines' | 'overlay'>,
): void {
  configuration(section, 'acl', (root) => {
    const lists = root.ele('network-lists');
    if (overlay)
      lists
        .ele('list', { name: 'sites', default: 'deny' })
        .ele('node', { type: 'allow', cidr: overlay.address });
    const list = lists.ele('list', { name: 'carriers', default: 'deny' });
    // Calls of this box's own modems come from the edge.
    const modems = lines.some((line) => line.enabled && line.modem) ? ['127.0.0.1'] : [];
    for (const address of new Set([...Object.values(addresses).flat(), ...modems])) {
      list.ele('node', { type: 'allow', cidr: `${address}/${address.includes(':') ? 128 : 32}` });
    }
  });
}

const commonProfile = {
  debug: 0,
  'sip-trace': 'no',
  dialplan: 'XML',
  'inbound-late-negotiation': true,
  // The order of the plan decides, not that of whoever calls.
  'inbound-codec-negotiation': 'greedy',
  'dtmf-type': 'rfc2833',
  'rtp-timer-name': 'soft',
  'user-agent-string': 'Branchline',
  'log-auth-failures': true,
  'max-recv-requests-per-second': 200,
  'disable-transfer': true,
} as const;

const codecPrefs = (codecs: readonly string[]) => ({
  'inbound-codec-prefs': codecs.join(),
  'outbound-codec-prefs': codecs.join(),
});

/** What SIP digest authentication (RFC 2617, H(A1)) makes of a password; MD5 is what it asks for. */
export function digestHash(extension: string, domain: string, password: string): string {
  return createHash('md5').update(`${extension}:${domain}:${password}`).digest('hex');
}

/** SIP over TLS for desk phones, and over secure WebSockets for browsers. */
const secureTransports = ({ tlsPort, webSocketPort, certificatesFolder }: SwitchSettings) => ({
  tls: true,
  'tls-sip-port': tlsPort,
  'tls-cert-dir': certificatesFolder,
  'tls-version': 'tlsv1.2,tlsv1.3',
  // Phones have no certificates: they prove themselves by their passwords.
  'tls-verify-policy': 'none',
  'wss-binding': `:${webSocketPort}`,
  // Browsers are on the branch's own network; without it FreeSWITCH takes public addresses only.
  'apply-candidate-acl': 'any_v4.auto',
});

/** The desk phones' profile: everyone proves who they are. @param certified the box has a certificate for them */
export function internalProfile(
  settings: SwitchSettings,
  { domain, agents, codecs = defaultCodecs }: Pick<Desired, 'domain' | 'agents' | 'codecs'>,
  certified: boolean,
): Record<string, string | number | boolean> {
  return {
    ...commonProfile,
    ...codecPrefs(codecs.phones),
    'sip-ip': settings.sipAddress,
    'rtp-ip': settings.sipAddress,
    'sip-port': settings.internalPort,
    context: contexts.agents,
    'auth-calls': true,
    'accept-blind-reg': false,
    'accept-blind-auth': false,
    'inbound-reg-force-matching-username': true,
    'force-register-domain': domain,
    'force-subscription-domain': domain,
    'force-register-db-domain': domain,
    'challenge-realm': domain,
    'manage-presence': false,
    'nonce-ttl': 60,
    // A bridge tells each phone the number at its other end, whatever it was rung with.
    ...(agents.some(({ masked }) => masked) && { 'send-display-update': false }),
    ...(certified && secureTransports(settings)),
  };
}

/** The carriers' profile: only their addresses, no registrations. */
export function externalProfile(
  settings: SwitchSettings,
  { codecs = defaultCodecs }: Pick<Desired, 'codecs'>,
): Record<string, string | number | boolean> {
  return {
    ...commonProfile,
    ...codecPrefs(codecs.lines),
    'sip-ip': settings.sipAddress,
    'rtp-ip': settings.sipAddress,
    'sip-port': settings.externalPort,
    context: contexts.inbound,
    'auth-calls': false,
    'apply-inbound-acl': 'carriers',
    'disable-register': true,
  };
}

/** Name of the profile for calls between the boxes of all sites. */
export const overlayProfile = 'sites';

/** The profile for calls between the boxes of all sites, in the overlay alone. */
export function sitesProfile(
  overlay: Overlay,
  { codecs = defaultCodecs }: Pick<Desired, 'codecs'>,
): Record<string, string | number | boolean> {
  const [address = ''] = overlay.address.split('/');
  return {
    ...commonProfile,
    // What the customer's line speaks needs no translation.
    ...codecPrefs(codecs.lines),
    'sip-ip': address,
    'rtp-ip': address,
    'sip-port': overlay.port,
    context: contexts.sites,
    'auth-calls': false,
    'apply-inbound-acl': 'sites',
    'disable-register': true,
  };
}

/** A modem of this box: the edge takes its calls, and knows it by the host of `From`. */
function renderModem(gateways: Xml, { id }: Line, settings: SwitchSettings): void {
  const gateway = gateways.ele('gateway', { name: id });
  params(gateway, {
    proxy: `127.0.0.1:${settings.modemPort};transport=tcp`,
    realm: id,
    'from-domain': id,
    register: false,
    username: id,
    password: 'none',
    'caller-id-in-from': true,
    'extension-in-contact': false,
    extension: 'auto_to_user',
    context: contexts.inbound,
  });
  nameLine(gateway, id);
}

/** Calls that come in over a gateway carry its line. */
function nameLine(gateway: Xml, line: string): void {
  gateway.ele('variables').ele('variable', { name: 'bl_line', value: line, direction: 'inbound' });
}

/** One line that FreeSWITCH reaches as a gateway. */
export function renderGateway(gateways: Xml, line: Line, secrets: Secrets, settings: SwitchSettings): void {
  const { sip } = line;
  if (!sip) return renderModem(gateways, line, settings);
  const gateway = gateways.ele('gateway', { name: line.id });
  params(gateway, {
    proxy: plain(`lines/${line.id}/sip/proxy`, sip.proxy),
    realm: plain(`lines/${line.id}/sip/proxy`, sip.proxy.replace(/:\d+$/, '')),
    register: sip.register,
    username: sip.username ?? line.id,
    password: plain(`lines/${line.id}/sip/password`, secrets.lines[line.id] ?? 'none'),
    'caller-id-in-from': true,
    'extension-in-contact': false,
    extension: 'auto_to_user',
    context: contexts.inbound,
    'retry-seconds': 30,
    ...(sip.pingSeconds > 0 && { ping: sip.pingSeconds, 'ping-min': 1, 'ping-max': 3 }),
  });
  nameLine(gateway, line.id);
}

/** The phones' accounts. */
export function renderDirectory(section: Xml, desired: Desired, secrets: Secrets): void {
  const domain = section.ele('domain', { name: desired.domain });
  const users = domain.ele('groups').ele('group', { name: 'phones' }).ele('users');
  for (const phone of desired.phones) {
    const user = users.ele('user', { id: phone.extension });
    const password = secrets.phones[phone.extension] ?? '';
    const secured =
      phone.device && 'secure' in phone.device && phone.device.secure ? ':rtp_secure_media=mandatory' : '';
    params(user.ele('params'), {
      'a1-hash': digestHash(phone.extension, desired.domain, password),
      'dial-string': `{^^:sip_invite_domain=\${dialed_domain}:presence_id=\${dialed_user}@\${dialed_domain}${secured}}\${sofia_contact(internal/\${dialed_user}@\${dialed_domain})}`,
      'max-registrations-per-extension': 2,
    });
    const variables = user.ele('variables');
    for (const [name, value] of Object.entries({
      user_context: contexts.agents,
      bl_extension: phone.extension,
      effective_caller_id_number: phone.extension,
      effective_caller_id_name: plain(`phones/${phone.extension}/label`, phone.label),
    })) {
      variables.ele('variable', { name, value });
    }
  }
}
