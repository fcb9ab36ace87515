import { createHash } from 'node:crypto';
import {
  promptsOf,
  shippedPrompts,
  type Artifact,
  type BranchPlan,
  type CampaignSettings,
  type CampaignStatus,
  type Desired,
  type EdgeCampaign,
  type FlowVersion,
  type GsmPermission,
  type NewSite,
  type PromptRecording,
} from '@branchline/shared';
import { agentSecret, gatewaySecret, lineSecret, phoneSecret, pinSecret } from './branch-plan.ts';

/** A campaign as far as the desired documents are concerned. */
export interface CampaignFacts {
  readonly id: string;
  readonly status: CampaignStatus;
  readonly settings: CampaignSettings;
  readonly changedAt: number;
}

/** Everything an edge's desired document is made from. */
export interface DesiredSources {
  readonly edge: string;
  readonly site: NewSite & { readonly gsm?: GsmPermission | null };
  readonly plan: BranchPlan;
  /** Secrets sealed to the box, by name. */
  readonly sealed: ReadonlyMap<string, string>;
  readonly campaigns: readonly CampaignFacts[];
  readonly flows: readonly FlowVersion[];
  /** In force, whether or not they are played at the site. */
  readonly recordings: readonly PromptRecording[];
  readonly artifacts: readonly Artifact[];
}

/** Campaigns one document can hold (contract). */
const mostCampaigns = 100;

const order: Record<CampaignStatus, number> = { running: 0, paused: 1, stopped: 2, draft: 3 };

/**
 * The document without its version, or undefined while a secret it needs is not sealed yet (the box has not been seen, so
 * its key is unknown).
 */
export function buildDesired(sources: DesiredSources): Omit<Desired, 'version'> | undefined {
  const { edge, site, plan, sealed, artifacts } = sources;
  const phones: Desired['phones'] = [];
  for (const { password: _clear, ...phone } of plan.phones) {
    const password = sealed.get(phoneSecret(phone.extension));
    if (password === undefined) return undefined;
    phones.push({ ...phone, password });
  }
  const lines = plan.lines.map((line): Desired['lines'][number] => {
    const { sip, modem, gateway, ...rest } = line;
    const password = sealed.get(lineSecret(line.id));
    const pin = sealed.get(pinSecret(line.id));
    const access = sealed.get(gatewaySecret(line.id));
    return {
      ...rest,
      ...(sip && { sip: { ...sip, ...(password !== undefined && { password }) } }),
      ...(modem && { modem: { ...modem, ...(pin !== undefined && { pin }) } }),
      ...(gateway && { gateway: { ...gateway, ...(access !== undefined && { password: access }) } }),
    };
  });
  const campaigns = campaignsFor(site.id, sources.campaigns, plan.queues);
  const led = flowsFor(site.id, sources.flows, sources.campaigns, plan.queues);
  return {
    edge,
    site: {
      id: site.id,
      name: site.name,
      zone: site.zone,
      region: site.region,
      ...(site.gsm && { gsm: site.gsm }),
    },
    domain: plan.domain,
    lines,
    routes: plan.routes,
    phones,
    agents: plan.agents.map((agent) => {
      const pin = sealed.get(agentSecret(agent.id));
      return { ...agent, ...(pin !== undefined && { pin }) };
    }),
    ...(plan.queues && { queues: plan.queues }),
    ...(plan.overlay && { overlay: plan.overlay }),
    ...(plan.vips && { vips: plan.vips }),
    ...(plan.codecs && { codecs: plan.codecs }),
    campaigns,
    ...led,
    ...recordingsFor(sources.recordings, { campaigns, ...led, ...(plan.queues && { queues: plan.queues }) }),
    emergencyNumbers: plan.emergencyNumbers,
    fallbackGroup: plan.fallbackGroup,
    ...(plan.maintenance && { maintenance: plan.maintenance }),
    artifacts: [...artifacts],
  };
}

/**
 * Campaigns a site must know of: those of its queues, whatever becomes of them elsewhere; of the others drafts are nobody's
 * business, and stopped ones are there so that the edge knows.
 */
export function campaignsFor(
  site: string,
  campaigns: readonly CampaignFacts[],
  queues: Desired['queues'] = [],
): EdgeCampaign[] {
  const served = new Set(queues.flatMap(({ campaign }) => campaign ?? []));
  const rank = ({ id, status }: CampaignFacts): number => (served.has(id) ? -1 : order[status]);
  return campaigns
    .filter(({ id, status, settings }) => served.has(id) || (status !== 'draft' && maySite(settings, site)))
    .toSorted((a, b) => rank(a) - rank(b) || b.changedAt - a.changedAt)
    .slice(0, mostCampaigns)
    .map((facts) =>
      // What is dialed elsewhere alone is not dialed here.
      edgeCampaign(maySite(facts.settings, site) ? facts : { ...facts, status: 'stopped' }),
    )
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/** Flows that lead calls of a site, or are played by its campaigns and after its talks, and the numbers they answer there. */
export function flowsFor(
  site: string,
  flows: readonly FlowVersion[],
  campaigns: readonly CampaignFacts[] = [],
  queues: Desired['queues'] = [],
): Pick<Desired, 'flows' | 'inboundNumbers'> {
  const played = new Set([
    ...campaignsFor(site, campaigns, queues).flatMap(({ flow, survey }) => [flow ?? [], survey ?? []].flat()),
    ...queues.flatMap(({ survey }) => survey ?? []),
  ]);
  const answering = flows.filter(({ settings }) => maySite(settings, site));
  const own = flows.filter((flow) => answering.includes(flow) || played.has(flow.id));
  if (own.length === 0) return {};
  return {
    flows: own.map(({ id, version, settings: { name, flow } }) => ({ id, name, version, flow })),
    inboundNumbers: answering.flatMap(({ id, settings }) =>
      settings.numbers.map((number) => ({ number, flow: id })),
    ),
  };
}

/** Recordings of the prompts that a branch plays: in its flows, to those who wait, before a talk, on machines, and the shipped ones. */
export function recordingsFor(
  recordings: readonly PromptRecording[],
  { campaigns, flows = [], queues = [] }: Pick<Desired, 'campaigns' | 'flows' | 'queues'>,
): Pick<Desired, 'recordings'> {
  const played = new Set<string | undefined>([
    ...shippedPrompts,
    ...flows.flatMap(({ flow }) => flow.steps.flatMap(promptsOf)),
    ...campaigns.flatMap(({ machineMessage, gate }) => [machineMessage, gate?.noticePrompt]),
    ...queues.map(({ music }) => music),
  ]);
  const own = recordings.filter(({ prompt }) => played.has(prompt));
  if (own.length === 0) return {};
  return {
    recordings: own.map(({ prompt, language, sha256, bytes }) => ({ prompt, language, sha256, bytes })),
  };
}

/** Whether a campaign may be worked at a site. */
export function maySite(settings: Pick<CampaignSettings, 'sites'>, site: string): boolean {
  return settings.sites.length === 0 || settings.sites.includes(site);
}

function edgeCampaign({ id, status, settings }: CampaignFacts): EdgeCampaign {
  const {
    region: _r,
    sites: _s,
    retries: _t,
    leaseSeconds: _l,
    inDoubt: _d,
    filter: _f,
    quotas: _q,
    ...shared
  } = settings;
  return { id, status, ...shared };
}

/** What tells two contents apart: a version is spent only when this changes. Key order does not matter. */
export function contentHash(content: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(content)))
    .digest('hex');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}
