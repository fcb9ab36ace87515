import { create } from 'xmlbuilder2';
import type { Desired } from '@branchline/shared';
import { contexts, hasGateway, renderDialplan } from './dialplan.ts';
import {
  externalProfile,
  internalProfile,
  renderAcl,
  renderCore,
  renderModAmd,
  renderDirectory,
  renderGateway,
  overlayProfile,
  renderModules,
  sitesProfile,
  type CarrierAddresses,
  type Secrets,
} from './sections.ts';
import type { SwitchSettings } from './settings.ts';
import { renderSpans, spanLines } from './spans.ts';
import { configuration, fragment, params } from './xml.ts';

/** The rendered file, and its parts for telling what a change asks for. */
export interface Rendered {
  readonly xml: string;
  readonly parts: {
    readonly core: string;
    /** Empty without a card. */
    readonly spans: string;
    readonly acl: string;
    /** Profile name → its settings. */
    readonly profiles: Readonly<Record<string, string>>;
    /** Gateway name → its XML. */
    readonly gateways: Readonly<Record<string, string>>;
    readonly directory: string;
    readonly dialplan: string;
  };
}

export interface RenderInput {
  readonly desired: Desired;
  readonly settings: SwitchSettings;
  readonly secrets: Secrets;
  readonly addresses: CarrierAddresses;
  /** Whether `settings.certificatesFolder` holds the box's certificate. */
  readonly certified: boolean;
}

/** A box that has not heard from its controller yet: phones cannot register, nothing is dialed, but FreeSWITCH runs. */
export function emptyDesired(edge: string): Desired {
  return {
    version: 1,
    edge,
    site: { id: edge, name: edge, zone: 'UTC', region: 'CN' },
    domain: 'branch.local',
    lines: [],
    routes: [],
    phones: [],
    agents: [],
    campaigns: [],
    emergencyNumbers: ['110', '119', '120', '122'],
    fallbackGroup: [],
    artifacts: [],
  };
}

/**
 * Renders FreeSWITCH's complete configuration as one file, so that it is swapped whole.
 * @throws BranchlineError `BL_CONFIG_INVALID` for a value that cannot stand in it
 */
export function renderConfiguration({
  desired,
  settings,
  secrets,
  addresses,
  certified,
}: RenderInput): Rendered {
  const sipLines = desired.lines.filter(hasGateway);
  const profiles: Record<string, Record<string, string | number | boolean>> = {
    internal: internalProfile(settings, desired, certified),
    external: externalProfile(settings, desired),
    ...(desired.overlay && { [overlayProfile]: sitesProfile(desired.overlay, desired) }),
  };

  const document = create({ version: '1.0', encoding: 'UTF-8' }).ele('document', { type: 'freeswitch/xml' });
  const section = document.ele('section', { name: 'configuration' });
  renderModules(section, desired.lines);
  renderCore(section, settings, desired.edge);
  renderModAmd(section);
  renderSpans(section, desired.lines, contexts.inbound);
  renderAcl(section, addresses, desired);
  configuration(section, 'sofia', (root) => {
    params(root.ele('global_settings'), { 'log-level': 0, 'debug-presence': 0 });
    const list = root.ele('profiles');
    for (const [name, values] of Object.entries(profiles)) {
      const profile = list.ele('profile', { name });
      const gateways = profile.ele('gateways');
      if (name === 'external') for (const line of sipLines) renderGateway(gateways, line, secrets, settings);
      profile.ele('domains').ele('domain', {
        name: name === 'internal' ? desired.domain : 'all',
        alias: name === 'internal',
        parse: false,
      });
      params(profile.ele('settings'), values);
    }
  });
  renderDialplan(document.ele('section', { name: 'dialplan' }), desired, settings);
  renderDirectory(document.ele('section', { name: 'directory' }), desired, secrets);

  return {
    xml: `${document.end({ prettyPrint: true })}\n`,
    parts: {
      core: fragment('core', (root) => renderCore(root, settings, desired.edge)),
      spans:
        spanLines(desired.lines).length === 0
          ? ''
          : fragment('spans', (root) => renderSpans(root, desired.lines, contexts.inbound)),
      acl: fragment('acl', (root) => renderAcl(root, addresses, desired)),
      profiles: Object.fromEntries(
        Object.entries(profiles).map(([name, values]) => [name, JSON.stringify(values)]),
      ),
      gateways: Object.fromEntries(
        sipLines.map((line) => [
          line.id,
          fragment('gateways', (root) => renderGateway(root, line, secrets, settings)),
        ]),
      ),
      directory: fragment('directory', (root) => renderDirectory(root, desired, secrets)),
      dialplan: fragment('dialplan', (root) => renderDialplan(root, desired, settings)),
    },
  };
}
