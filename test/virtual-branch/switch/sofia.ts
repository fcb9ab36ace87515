import type { ProfileConfiguration, GatewayConfiguration } from './configuration.ts';
import type { SwitchCore } from './core.ts';
import type { Answerer } from './party.ts';

/** One gateway at run time. */
export interface Gateway {
  readonly configuration: GatewayConfiguration;
  state: string;
  status: 'UP' | 'DOWN';
  since: number;
  callsIn: number;
  callsOut: number;
  failedIn: number;
  failedOut: number;
}

/** A desk phone that registered. */
export interface Registration {
  readonly user: string;
  readonly domain: string;
  readonly profile: string;
  /** `sip:1001@127.0.0.1:40001` */
  readonly contact: string;
  readonly callId: string;
  readonly userAgent: string;
  readonly host: string;
  readonly port: number;
  /** Epoch seconds, business time. */
  readonly expires: number;
  readonly answer: Answerer;
}

/** mod_sofia's memory: profiles, gateways, registrations. Survives `reloadxml`, not a restart. */
export class Sofia {
  readonly #core: SwitchCore;
  readonly profiles = new Map<string, ProfileConfiguration>();
  readonly gateways = new Map<string, Gateway>();
  /** Gateways whose far side is unreachable, by name: kept over rescans and restarts of the profile. */
  readonly outages: Set<string>;
  readonly registrations: Registration[] = [];

  constructor(core: SwitchCore, outages: Set<string>) {
    this.#core = core;
    this.outages = outages;
    for (const profile of core.configuration.profiles) this.startProfile(profile);
  }

  startProfile(profile: ProfileConfiguration): void {
    this.profiles.set(profile.name, profile);
    for (const gateway of profile.gateways) this.#add(gateway);
  }

  /** Ends a profile: its gateways and registrations go with it. */
  stopProfile(name: string): void {
    this.profiles.delete(name);
    for (const gateway of this.gateways.values()) {
      if (gateway.configuration.profile === name) this.gateways.delete(gateway.configuration.name);
    }
    for (const each of this.registrations.filter((one) => one.profile === name)) this.unregister(each, false);
  }

  /** Takes over new gateways and parameters; a gateway that exists keeps its old ones, as in the real switch. */
  rescan(name: string): void {
    const profile = this.#core.configuration.profiles.find((each) => each.name === name);
    if (profile) this.startProfile(profile);
  }

  removeGateway(name: string): boolean {
    const gateway = this.gateways.get(name);
    if (!gateway) return false;
    this.gateways.delete(name);
    this.#core.emit(
      'CUSTOM',
      [
        ['profile-name', gateway.configuration.profile],
        ['Gateway', name],
      ],
      { subclass: 'sofia::gateway_delete' },
    );
    return true;
  }

  #add(configuration: GatewayConfiguration): void {
    if (this.gateways.has(configuration.name)) return;
    const down = this.outages.has(configuration.name);
    const registers = configuration.parameters.get('register') === 'true';
    const gateway: Gateway = {
      configuration,
      state: registers ? (down ? 'FAIL_WAIT' : 'REGED') : 'NOREG',
      status: down ? 'DOWN' : 'UP',
      since: this.#core.options.business.now(),
      callsIn: 0,
      callsOut: 0,
      failedIn: 0,
      failedOut: 0,
    };
    this.gateways.set(configuration.name, gateway);
    this.#core.emit(
      'CUSTOM',
      [
        ['profile-name', configuration.profile],
        ['Gateway', configuration.name],
      ],
      { subclass: 'sofia::gateway_add' },
    );
    if (registers) this.#announce(gateway, down ? undefined : { status: 200, phrase: 'OK' });
  }

  /** The far side of a gateway stops or starts answering. */
  setReachable(name: string, reachable: boolean): void {
    if (reachable) this.outages.delete(name);
    else this.outages.add(name);
    const gateway = this.gateways.get(name);
    if (!gateway || (gateway.status === 'UP') === reachable) return;
    const registers = gateway.configuration.parameters.get('register') === 'true';
    gateway.status = reachable ? 'UP' : 'DOWN';
    if (registers) gateway.state = reachable ? 'REGED' : 'FAIL_WAIT';
    gateway.since = this.#core.options.business.now();
    this.#announce(gateway, reachable ? { status: 200, phrase: 'OK' } : undefined);
  }

  #announce(gateway: Gateway, reply: { status: number; phrase: string } | undefined): void {
    this.#core.emit(
      'CUSTOM',
      [
        ['Gateway', gateway.configuration.name],
        ['State', gateway.state],
        ['Ping-Status', gateway.status],
        ...(reply
          ? ([
              ['Phrase', reply.phrase],
              ['Status', String(reply.status)],
            ] as const)
          : []),
      ],
      { subclass: 'sofia::gateway_state' },
    );
  }

  find(user: string, domain?: string): Registration | undefined {
    return this.registrations.findLast(
      (each) => each.user === user && (domain === undefined || each.domain === domain),
    );
  }

  /** Who is behind `1001@127.0.0.1:40001` or `1001@branch.test`. */
  behind(address: string): Registration | undefined {
    const bare = address.replace(/^sips?:/, '').split(';')[0] ?? '';
    return this.registrations.findLast(
      (each) =>
        each.contact === `sip:${bare}` || `${each.user}@${each.domain}` === bare || each.user === bare,
    );
  }

  register(registration: Registration): void {
    const old = this.find(registration.user, registration.domain);
    if (old) this.registrations.splice(this.registrations.indexOf(old), 1);
    this.registrations.push(registration);
    this.#core.emit('CUSTOM', registrationHeaders(registration, this.#core), { subclass: 'sofia::register' });
  }

  /** Forgets a phone: it said goodbye, or (silently) its registration ran out. */
  unregister(registration: Registration, expired: boolean): void {
    const index = this.registrations.indexOf(registration);
    if (index < 0) return;
    this.registrations.splice(index, 1);
    this.#core.emit(
      'CUSTOM',
      expired
        ? [
            ['profile-name', registration.profile],
            ['user', registration.user],
            ['host', registration.domain],
            ['contact', `<${registration.contact}>`],
            ['expires', String(registration.expires)],
            ['user-agent', registration.userAgent],
          ]
        : [
            ['profile-name', registration.profile],
            ['from-user', registration.user],
            ['from-host', registration.domain],
            ['contact', `<${registration.contact}>`],
            ['call-id', registration.callId],
            ['rpid', 'unknown'],
            ['expires', '0'],
          ],
      { subclass: expired ? 'sofia::expire' : 'sofia::unregister' },
    );
  }

  /** `sip:mod_sofia@127.0.0.1:5060` of a profile. */
  url(name: string): string {
    const parameters = this.profiles.get(name)?.parameters;
    return `sip:mod_sofia@${parameters?.get('sip-ip') ?? '127.0.0.1'}:${parameters?.get('sip-port') ?? '5060'}`;
  }
}

function registrationHeaders(registration: Registration, core: SwitchCore): [string, string][] {
  const expires = Math.max(0, registration.expires - Math.floor(core.options.business.now() / 1000));
  return [
    ['profile-name', registration.profile],
    ['from-user', registration.user],
    ['from-host', registration.domain],
    ['presence-hosts', 'n/a'],
    ['contact', `"" <${registration.contact}>`],
    ['call-id', registration.callId],
    ['rpid', 'unknown'],
    ['status', 'Registered(UDP)'],
    ['expires', String(expires)],
    ['to-user', registration.user],
    ['to-host', registration.domain],
    ['network-ip', registration.host],
    ['network-port', String(registration.port)],
    ['username', registration.user],
    ['realm', registration.domain],
    ['user-agent', registration.userAgent],
  ];
}
