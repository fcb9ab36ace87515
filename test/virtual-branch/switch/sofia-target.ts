import type { SwitchCore } from './core.ts';
import type { Answerer } from './party.ts';
import type { SipLeg } from './sip-variables.ts';

/** Where a `sofia/…` endpoint leads. */
export interface Target {
  readonly number: string;
  readonly sip: SipLeg;
  readonly gateway: string | undefined;
  readonly answer: Answerer | undefined;
  /** host:port of the far end, when it is no registered phone. */
  readonly address: string;
}

/** Resolves the path behind `sofia/`; a cause when it leads nowhere. */
export function resolveTarget(core: SwitchCore, path: readonly string[]): Target | string {
  const { sofia } = core;
  const agent = core.options.faults.userAgent;
  if (path[0] === 'gateway') {
    const name = (path[1] ?? '').split('::').at(-1) ?? '';
    const gateway = sofia.gateways.get(name);
    if (!gateway) return 'INVALID_GATEWAY';
    if (gateway.status === 'DOWN') return 'GATEWAY_DOWN';
    const number = path.slice(2).join('/');
    const proxy =
      gateway.configuration.parameters.get('proxy') ??
      gateway.configuration.parameters.get('realm') ??
      '127.0.0.1';
    const profile = gateway.configuration.profile;
    return {
      number,
      gateway: name,
      address: proxy,
      answer: undefined,
      sip: {
        profile,
        profileUrl: sofia.url(profile),
        gateway: name,
        contactUri: `<${sofia.url(profile).replace('mod_sofia', `gw+${name}`)};transport=udp;gw=${name}>`,
        remote: `${number}@${proxy}`,
        userAgent: agent ?? '',
      },
    };
  }
  const profile = path[0] ?? '';
  if (!sofia.profiles.has(profile)) return 'INVALID_PROFILE';
  const destination =
    path
      .slice(1)
      .join('/')
      .replace(/^sips?:/, '')
      .split(';')[0] ?? '';
  const phone = sofia.behind(destination.replace('%', '@'));
  const remote = phone ? phone.contact.replace(/^sip:/, '') : destination;
  return {
    number: remote.split('@')[0] ?? '',
    gateway: undefined,
    address: remote.split('@')[1] ?? '',
    answer: phone?.answer,
    sip: {
      profile,
      profileUrl: sofia.url(profile),
      gateway: undefined,
      contactUri: `<${sofia.url(profile)}>`,
      remote,
      userAgent: agent ?? phone?.userAgent ?? '',
    },
  };
}
