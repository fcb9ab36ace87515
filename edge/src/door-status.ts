import { siteAddress, type Clock, type Line, type LiveSnapshot } from '@branchline/shared';
import type { EdgeConfig } from './config.ts';
import type { InForce } from './desired-keeper.ts';
import type { DoorStatus } from './door/index.ts';
import type { Switch } from './switch/index.ts';

export interface DoorStatusInput {
  readonly config: EdgeConfig;
  readonly business: Clock;
  readonly inForce: InForce;
  readonly uplink: { readonly up: boolean; readonly url: string };
  readonly switch: Pick<Switch, 'up' | 'version' | 'registrations'>;
  readonly live: LiveSnapshot;
}

/** What a running edge tells at its door. */
export async function doorStatus(input: DoorStatusInput): Promise<DoorStatus> {
  const { config, business, uplink, switch: fs, live } = input;
  const { version, site, lines, phones, overlay } = input.inForce.desired;
  const [switchVersion, registrations] = fs.up
    ? await Promise.all([fs.version().catch(() => ''), fs.registrations().catch(() => [])])
    : ['', []];
  const registered = new Set(registrations.map(({ extension }) => extension));
  return {
    edge: config.edge,
    at: business.now(),
    firmware: config.firmware ?? 'development',
    configuration: version,
    site: { name: site.name, zone: site.zone, gsm: site.gsm !== undefined },
    uplink,
    switch: { up: fs.up, version: switchVersion.slice(0, 200) },
    ...(overlay && { overlay: { up: live.guests !== undefined, address: siteAddress(overlay) } }),
    live,
    lines: lineSummaries(lines),
    phones: {
      registered: phones.filter(({ extension }) => registered.has(extension)).length,
      all: phones.length,
    },
  };
}

/** What of its lines' settings is told at a box. */
export function lineSummaries(lines: readonly Line[]): DoorStatus['lines'] {
  return lines.map(({ id, kind, enabled, sip, span, modem, emergency }) => ({
    id,
    kind,
    enabled,
    ...(sip && { proxy: sip.proxy }),
    registers: sip?.register ?? false,
    takesCalls: (sip ?? span ?? modem?.audio) !== undefined,
    emergency,
  }));
}
