import { stamp } from '../core.ts';
import type { SwitchCore } from '../core.ts';
import { escapeXml } from '../event.ts';
import type { Gateway } from '../sofia.ts';

const rule = `${'='.repeat(97)}\n`;
const xmlHead = '<?xml version="1.0" encoding="ISO-8859-1"?>\n';

/** What both forms of a gateway's status show, in order: label of the text form, tag of the XML form, value. */
function gatewayFields(core: SwitchCore, gateway: Gateway): readonly (readonly [string, string, string])[] {
  const { configuration } = gateway;
  const value = (name: string): string | undefined => configuration.parameters.get(name);
  const realm = value('realm') ?? configuration.name;
  const proxy = value('proxy') ?? realm;
  const username = value('username') ?? '';
  const local = core.sofia.url(configuration.profile).replace('sip:mod_sofia@', '');
  const ping = Number(value('ping') ?? 0) >= 5 ? (value('ping') ?? '0') : '0';
  return [
    ['Name    ', 'name', configuration.name],
    ['Profile ', 'profile', configuration.profile],
    ['Scheme  ', 'scheme', 'Digest'],
    ['Realm   ', 'realm', realm],
    ['Username', 'username', username],
    ['Password', 'password', value('password') === undefined ? 'no' : 'yes'],
    ['From    ', 'from', `<sip:${username}@${value('from-domain') ?? proxy}>`],
    ['Contact ', 'contact', `<sip:gw+${configuration.name}@${local};transport=udp;gw=${configuration.name}>`],
    ['Exten   ', 'exten', value('extension') ?? username],
    ['To      ', 'to', `sip:${username}@${proxy}`],
    ['Proxy   ', 'proxy', `sip:${proxy}`],
    [
      'Context ',
      'context',
      value('context') ??
        core.sofia.profiles.get(configuration.profile)?.parameters.get('context') ??
        'public',
    ],
    ['Expires ', 'expires', value('expire-seconds') ?? '3600'],
    ['Freq    ', 'freq', value('expire-seconds') ?? '3600'],
    ['Ping    ', 'ping', '0'],
    ['PingFreq', 'pingfreq', ping],
  ];
}

export function gatewayText(core: SwitchCore, gateway: Gateway): string {
  const lines = gatewayFields(core, gateway).map(([label, , value]) => `${label}\t${value}\n`);
  const seconds = Math.floor((core.options.business.now() - gateway.since) / 1000);
  return `${rule}${lines.join('')}PingTime\t0.00
PingState\t0/0/0
State   \t${gateway.state}
Status  \t${gateway.status}
Uptime  \t${seconds}s
CallsIN \t${gateway.callsIn}
CallsOUT\t${gateway.callsOut}
FailedCallsIN\t${gateway.failedIn}
FailedCallsOUT\t${gateway.failedOut}
${rule}`;
}

export function gatewayXml(core: SwitchCore, gateway: Gateway): string {
  return `${xmlHead}${gatewayElement(core, gateway)}`;
}

function gatewayElement(core: SwitchCore, gateway: Gateway): string {
  const fields: readonly (readonly [string, string])[] = [
    ...gatewayFields(core, gateway).map(([, tag, value]) => [tag, value] as const),
    ['pingmin', '0'],
    ['pingcount', '0'],
    ['pingmax', '0'],
    ['pingtime', '0.00'],
    ['pinging', '0'],
    ['state', gateway.state],
    ['status', gateway.status],
    ['uptime-usec', String(Math.round((core.options.business.now() - gateway.since) * 1000))],
    ['calls-in', String(gateway.callsIn)],
    ['calls-out', String(gateway.callsOut)],
    ['failed-calls-in', String(gateway.failedIn)],
    ['failed-calls-out', String(gateway.failedOut)],
  ];
  const lines = fields.map(([tag, value]) => `    <${tag}>${escapeXml(value)}</${tag}>\n`);
  return `  <gateway>\n${lines.join('')}  </gateway>\n`;
}

export function gatewaysXml(core: SwitchCore): string {
  const all = [...core.sofia.gateways.values()].map((gateway) => gatewayElement(core, gateway));
  return `${xmlHead}<gateways>\n${all.join('')}</gateways>\n`;
}

export function gatewaysText(core: SwitchCore): string {
  const gateways = [...core.sofia.gateways.values()];
  const lines = gateways.map((gateway) => {
    const name = `${gateway.configuration.profile}::${gateway.configuration.name}`;
    const calls = `${gateway.failedIn}/${gateway.callsIn}\t${gateway.failedOut}/${gateway.callsOut}`;
    return `${name.padStart(25)}\t${dataOf(gateway).padStart(32)}\t${gateway.state}\t  0.00\t${calls}\n`;
  });
  const sum = (pick: (gateway: Gateway) => number): number =>
    gateways.reduce((total, each) => total + pick(each), 0);
  return `    Profile::Gateway-Name\t                        Data    \tState\tPing Time\tIB Calls(F/T)\tOB Calls(F/T)\n${rule}${lines.join('')}${rule}${gateways.length} gateway${gateways.length === 1 ? '' : 's'}: Inbound(Failed/Total): ${sum((g) => g.failedIn)}/${sum((g) => g.callsIn)},Outbound(Failed/Total):${sum((g) => g.failedOut)}/${sum((g) => g.callsOut)}\n`;
}

function dataOf(gateway: Gateway): string {
  const { parameters } = gateway.configuration;
  return `sip:${parameters.get('username') ?? ''}@${parameters.get('proxy') ?? parameters.get('realm') ?? ''}`;
}

const callsOf = (core: SwitchCore, profile: string): number =>
  [...core.sessions.values()].filter((session) => session.sip?.profile === profile).length;

export function statusText(core: SwitchCore): string {
  let text = `                     Name\t   Type\t                                      Data\tState\n${rule}`;
  for (const name of core.sofia.profiles.keys()) {
    text += `${name.padStart(25)}\tprofile\t${core.sofia.url(name).padStart(42)}\tRUNNING (${callsOf(core, name)})\n`;
    for (const gateway of gatewaysOf(core, name)) {
      const full = `${name}::${gateway.configuration.name}`;
      text += `${full.padStart(25)}\tgateway\t${dataOf(gateway).padStart(42)}\t${gateway.state}${gateway.status === 'DOWN' ? ' (DOWN)' : ''}\n`;
    }
  }
  const profiles = core.sofia.profiles.size;
  return `${text}${rule}${profiles} profile${profiles === 1 ? '' : 's'} 0 aliases\n`;
}

export function statusXml(core: SwitchCore): string {
  let text = `${xmlHead}<profiles>\n`;
  const entry = (tag: string, name: string, data: string, state: string): string =>
    `<${tag}>\n<name>${escapeXml(name)}</name>\n<type>${tag}</type>\n<data>${escapeXml(data)}</data>\n<state>${state}</state>\n</${tag}>\n`;
  for (const name of core.sofia.profiles.keys()) {
    text += entry('profile', name, core.sofia.url(name), `RUNNING (${callsOf(core, name)})`);
    for (const gateway of gatewaysOf(core, name)) {
      text += entry('gateway', gateway.configuration.name, dataOf(gateway), gateway.state);
    }
  }
  return `${text}</profiles>\n`;
}

const gatewaysOf = (core: SwitchCore, profile: string): readonly Gateway[] =>
  [...core.sofia.gateways.values()].filter((gateway) => gateway.configuration.profile === profile);

function profileFields(core: SwitchCore, name: string): readonly (readonly [string, string, string])[] {
  const value = (key: string, otherwise: string): string =>
    core.sofia.profiles.get(name)?.parameters.get(key) ?? otherwise;
  const url = core.sofia.url(name);
  return [
    ['Domain Name      ', 'domain-name', 'N/A'],
    ['Auto-NAT         ', 'auto-nat', 'false'],
    ['DBName           ', 'db-name', `sofia_reg_${name}`],
    ['Pres Hosts       ', 'pres-hosts', value('presence-hosts', '')],
    ['Dialplan         ', 'dialplan', value('dialplan', 'XML')],
    ['Context          ', 'context', value('context', 'default')],
    ['Challenge Realm  ', 'challenge-realm', value('challenge-realm', 'auto_to')],
    ['RTP-IP           ', 'rtp-ip', value('rtp-ip', '127.0.0.1')],
    ['SIP-IP           ', 'sip-ip', value('sip-ip', '127.0.0.1')],
    ['URL              ', 'url', url],
    ['BIND-URL         ', 'bind-url', `${url};transport=udp,tcp`],
    ...secured(
      value('sip-ip', '127.0.0.1'),
      value('tls', 'false') === 'true' ? value('tls-sip-port', '5061') : '',
    ),
    ...webSocket('ws', value('sip-ip', '127.0.0.1'), value('ws-binding', '')),
    ...webSocket('wss', value('sip-ip', '127.0.0.1'), value('wss-binding', '')),
    ['HOLD-MUSIC       ', 'hold-music', value('hold-music', 'N/A')],
    ['OUTBOUND-PROXY   ', 'outbound-proxy', 'N/A'],
    ['CODECS IN        ', 'inbound-codecs', value('inbound-codec-prefs', 'PCMA,PCMU')],
    ['CODECS OUT       ', 'outbound-codecs', value('outbound-codec-prefs', 'PCMA,PCMU')],
    ['TEL-EVENT        ', 'tel-event', '101'],
    ['DTMF-MODE        ', 'dtmf-mode', 'rfc2833'],
    ['CNG              ', 'cng', '13'],
    ['SESSION-TO       ', 'session-to', '0'],
    ['MAX-DIALOG       ', 'max-dialog', '0'],
    ['MAX-RECV-RPS     ', 'max-recv-rps', '1000'],
    ['NOMEDIA          ', 'nomedia', 'false'],
    ['LATE-NEG         ', 'late-neg', 'true'],
    ['PROXY-MEDIA      ', 'proxy-media', 'false'],
    ['AGGRESSIVENAT    ', 'aggressive-nat', 'false'],
    ['CALLS-IN         ', 'calls-in', String(total(core, name, (g) => g.callsIn))],
    ['FAILED-CALLS-IN  ', 'failed-calls-in', String(total(core, name, (g) => g.failedIn))],
    ['CALLS-OUT        ', 'calls-out', String(total(core, name, (g) => g.callsOut))],
    ['FAILED-CALLS-OUT ', 'failed-calls-out', String(total(core, name, (g) => g.failedOut))],
    [
      'REGISTRATIONS    ',
      'registrations',
      String(core.sofia.registrations.filter((each) => each.profile === name).length),
    ],
  ];
}

type Fields = readonly (readonly [string, string, string])[];

function webSocket(kind: 'ws' | 'wss', ip: string, binding: string): Fields {
  if (binding === '') return [];
  const scheme = kind === 'ws' ? 'sip' : 'sips';
  const label = `${kind.toUpperCase()}-BIND-URL`.padEnd(17);
  return [[label, `${kind}-bind-url`, `${scheme}:mod_sofia@${ip}${binding};transport=${kind}`]];
}

function secured(ip: string, port: string): Fields {
  if (port === '') return [];
  return [
    ['TLS-URL          ', 'tls-url', `sip:mod_sofia@${ip}:${port}`],
    ['TLS-BIND-URL     ', 'tls-bind-url', `sips:mod_sofia@${ip}:${port};transport=tls`],
  ];
}

const total = (core: SwitchCore, profile: string, pick: (gateway: Gateway) => number): number =>
  gatewaysOf(core, profile).reduce((sum, gateway) => sum + pick(gateway), 0);

export function profileText(core: SwitchCore, name: string): string {
  const lines = profileFields(core, name).map(([label, , value]) => `${label}\t${value}\n`);
  return `${rule}Name             \t${name}\n${lines.join('')}`;
}

export function profileXml(core: SwitchCore, name: string): string {
  // The two forms disagree about the order of their last lines.
  const fields = profileFields(core, name);
  const failed = fields.filter(([, tag]) => tag === 'failed-calls-in');
  const rest = fields.filter(([, tag]) => tag !== 'failed-calls-in');
  const lines = [...rest.slice(0, -2), ...failed, ...rest.slice(-2)].map(
    ([, tag, value]) => `    <${tag}>${escapeXml(value)}</${tag}>\n`,
  );
  return `${xmlHead}<profile>\n  <profile-info>\n    <name>${name}</name>\n${lines.join('')}  </profile-info>\n</profile>\n`;
}

export function registrationsText(core: SwitchCore, name: string): string {
  const all = core.sofia.registrations.filter((each) => each.profile === name);
  const entries = all.map(
    (each) => `Call-ID:    \t${each.callId}
User:       \t${each.user}@${each.domain}
Contact:    \t"" <${each.contact}>
Agent:      \t${each.userAgent}
Status:     \tRegistered(UDP)(unknown) EXP(${stamp(each.expires * 1_000_000)}) EXPSECS(${each.expires - Math.floor(core.options.business.now() / 1000)})
Ping-Status:\tReachable
Ping-Time:\t0.00
Host:       \t${core.hostname}
IP:         \t${each.host}
Port:       \t${each.port}
Auth-User:  \t${each.user}
Auth-Realm: \t${each.domain}
MWI-Account:\t${each.user}@${each.domain}

`,
  );
  return `\nRegistrations:\n${rule}${entries.join('')}Total items returned: ${all.length}\n${rule}`;
}

export function registrationsXml(core: SwitchCore, name: string): string {
  const entries = core.sofia.registrations
    .filter((each) => each.profile === name)
    .map((each) => {
      const fields: readonly (readonly [string, string])[] = [
        ['call-id', each.callId],
        ['user', `${each.user}@${each.domain}`],
        ['contact', `"" <${each.contact}>`],
        ['agent', each.userAgent],
        [
          'status',
          `Registered(UDP)(unknown) exp(${stamp(each.expires * 1_000_000)}) expsecs(${each.expires - Math.floor(core.options.business.now() / 1000)})`,
        ],
        ['ping-status', 'Reachable'],
        ['ping-time', '0.00'],
        ['host', core.hostname],
        ['network-ip', each.host],
        ['network-port', String(each.port)],
        ['sip-auth-user', each.user],
        ['sip-auth-realm', each.domain],
        ['mwi-account', `${each.user}@${each.domain}`],
      ];
      return `    <registration>\n${fields.map(([tag, value]) => `        <${tag}>${escapeXml(value)}</${tag}>\n`).join('')}    </registration>\n`;
    });
  return `${xmlHead}<profile>\n  <registrations>\n${entries.join('')}  </registrations>\n</profile>\n`;
}
