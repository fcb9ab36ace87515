import {
  gatewayText,
  gatewayXml,
  gatewaysText,
  gatewaysXml,
  profileText,
  profileXml,
  registrationsText,
  registrationsXml,
  statusText,
  statusXml,
} from './sofia-status.ts';
import type { ApiCommand, SwitchCore } from '../core.ts';
import { reloadXml } from './reload.ts';

const words = (text: string): string[] =>
  text
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '');

const help = `USAGE:
--------------------------------------------------------------------------------
sofia profile <name> [start | stop | restart | rescan] [wait]
                     killgw <gateway name>
sofia <status|xmlstatus> profile <name> [reg [<contact str>]]
sofia <status|xmlstatus> gateway <name>
--------------------------------------------------------------------------------
`;

function status(core: SwitchCore, list: readonly string[], xml: boolean): string {
  const [kind, name, more] = list;
  if (kind === undefined) return xml ? statusXml(core) : statusText(core);
  if (kind === 'profile' && name !== undefined) {
    if (!core.sofia.profiles.has(name)) return 'Invalid Profile!\n';
    if (more === 'reg') return xml ? registrationsXml(core, name) : registrationsText(core, name);
    return xml ? profileXml(core, name) : profileText(core, name);
  }
  if (kind === 'gateway' && name !== undefined) {
    const gateway = core.sofia.gateways.get(name.split('::').at(-1) ?? '');
    if (!gateway) return 'Invalid Gateway!\n';
    return xml ? gatewayXml(core, gateway) : gatewayText(core, gateway);
  }
  return xml ? gatewaysXml(core) : gatewaysText(core);
}

function dropCalls(core: SwitchCore, profile: string): void {
  for (const session of core.sessions.values()) {
    if (session.sip?.profile === profile) session.hangup('MANAGER_REQUEST');
  }
}

function profile(core: SwitchCore, list: readonly string[]): string {
  const [name, verb, argument] = list;
  if (name === undefined || verb === undefined) return 'Invalid Args!\n';
  const known = core.sofia.profiles.has(name);
  switch (verb) {
    case 'start':
      if (known) return `${name} already running\n`;
      if (!core.configuration.profiles.some((each) => each.name === name))
        return `Failure starting ${name}\n`;
      core.sofia.rescan(name);
      return `${reloadXml(core)}\n${name} started successfully\n`;
    case 'stop':
      if (!known) return `Invalid Profile [${name}]`;
      dropCalls(core, name);
      core.sofia.stopProfile(name);
      return `Reload XML [Success]\nstopping: ${name}`;
    case 'restart': {
      if (!known) return `Invalid Profile [${name}]`;
      const reloaded = reloadXml(core);
      dropCalls(core, name);
      const phones = core.sofia.registrations.filter((each) => each.profile === name);
      core.sofia.stopProfile(name);
      core.sofia.rescan(name);
      // Registrations live in the profile's database and outlive its restart.
      core.sofia.registrations.push(...phones);
      return `Reload XML [${reloaded}]\nrestarting: ${name}`;
    }
    case 'rescan': {
      if (!known) return `Invalid Profile [${name}]`;
      const reloaded = reloadXml(core);
      core.sofia.rescan(name);
      return `Reload XML [${reloaded}]\n+OK scan complete\n`;
    }
    case 'killgw':
      if (!known) return `Invalid Profile [${name}]`;
      return core.sofia.removeGateway(argument ?? '')
        ? '+OK gateway marked for deletion.\n'
        : '-ERR no such gateway.\n';
    case 'register':
    case 'unregister':
      if (!known) return `Invalid Profile [${name}]`;
      return core.sofia.gateways.has(argument ?? '') ? '+OK\n' : 'Invalid gateway!\n';
    case 'flush_inbound_reg':
    case 'check_sync':
      if (!known) return `Invalid Profile [${name}]`;
      return flush(core, name, verb, argument);
    default:
      return `Invalid Profile [${name}]`;
  }
}

function flush(core: SwitchCore, name: string, verb: string, who: string | undefined): string {
  const matching = core.sofia.registrations.filter(
    (each) =>
      each.profile === name &&
      (who === undefined || who === each.callId || who === `${each.user}@${each.domain}`),
  );
  if (verb === 'flush_inbound_reg') for (const each of matching) core.sofia.unregister(each, true);
  return `+OK ${verb === 'check_sync' ? 'syncing' : 'flushing'} all registrations matching specified call_id\n`;
}

/** An address, with or without a profile before it, as the dial string of the registered contact. */
function contact(core: SwitchCore, argument: string): string {
  const address = argument.trim().split('/').at(-1) ?? '';
  const [user = '', domain] = address.split('@');
  const registration = core.sofia.find(user, domain);
  return registration ? `sofia/${registration.profile}/${registration.contact}` : 'error/user_not_registered';
}

export const sofiaCommands: Readonly<Record<string, ApiCommand>> = {
  sofia: (core, argument) => {
    const [verb, ...list] = words(argument);
    switch (verb) {
      case 'status':
        return status(core, list, false);
      case 'xmlstatus':
        return status(core, list, true);
      case 'profile':
        return profile(core, list);
      case 'global':
        return '+OK\n';
      case undefined:
      default:
        return help;
    }
  },
  sofia_contact: (core, argument) => contact(core, argument),
};
