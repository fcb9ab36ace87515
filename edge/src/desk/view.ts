import {
  maskNumber,
  type Agent,
  type DeskCall,
  type DeskCampaign,
  type DeskCustomer,
  type DeskPreview,
  type EdgeCampaign,
  type KnownLead,
} from '@branchline/shared';
import type { Call } from '../calls/index.ts';
import { fillScript } from './script.ts';

/** What is known of a person beside the number. */
export interface KnownPerson {
  readonly fields: Readonly<Record<string, string>>;
  readonly operator?: string | undefined;
  /** Zones that the owner of the number may live in. */
  readonly zones?: readonly string[] | undefined;
  /** Level of a caller who goes before others; 0: nobody special. */
  readonly vip?: number;
  readonly campaigns?: DeskCustomer['campaigns'];
}

/** What the agent has said of a call. */
export type SaidOfCall = Pick<DeskCall, 'disposition' | 'callbackAt' | 'note' | 'notes' | 'answers'>;

/** A number as this agent may see it. */
export function seenNumber(number: string, agent: Pick<Agent, 'masked'>): string {
  return agent.masked ? maskNumber(number) : number;
}

/** What stands for a field of which nothing may be seen. */
const hiddenField = '***';

/** So many digits at the end tell a number, however it is written before them. */
const tellingDigits = 8;

/** Fields as this agent may see them: one that is the number is hidden as the number is, one that holds it among other words altogether. */
function seenFields(
  fields: KnownPerson['fields'],
  number: string,
  { masked }: Pick<Agent, 'masked'>,
): Record<string, string> {
  const end = number.replaceAll(/\D/g, '').slice(-tellingDigits);
  if (!masked || end.length < tellingDigits) return { ...fields };
  const seen = (text: string): string => {
    const digits = text.replaceAll(/\D/g, '');
    if (!digits.includes(end)) return text;
    return digits.endsWith(end) && !/[^\d\s+()./-]/.test(text) ? maskNumber(text) : hiddenField;
  };
  return Object.fromEntries(Object.entries(fields).map(([name, text]) => [name, seen(text)]));
}

/** Says that somebody goes before others. @param vip 0: nobody special */
export function vipMark(vip: number): { vip?: number } {
  return vip > 0 ? { vip } : {};
}

/** A person as this agent may see them. */
export function deskCustomer(
  number: string,
  { fields, operator, zones, vip = 0, campaigns }: KnownPerson,
  agent: Pick<Agent, 'masked'>,
): DeskCustomer {
  return {
    number: seenNumber(number, agent),
    fields: seenFields(fields, number, agent),
    ...(operator !== undefined && { operator }),
    ...(zones && { zones: [...zones] }),
    ...vipMark(vip),
    ...(campaigns && { campaigns }),
  };
}

/**
 * A person by what the center knows: of a field that several campaigns have, the one that called last.
 * @param nameOf a campaign of this branch; those without any name are left out
 */
export function knownCaller(
  leads: readonly KnownLead[],
  nameOf: (campaign: string) => string | undefined,
): Pick<KnownPerson, 'fields' | 'campaigns'> {
  return {
    fields: Object.assign({}, ...leads.toReversed().map(({ fields }) => fields)) as KnownPerson['fields'],
    campaigns: leads.flatMap(({ campaign, campaignName, attempts, lastAttemptAt }) => {
      const name = campaignName ?? nameOf(campaign);
      const last = lastAttemptAt === undefined ? {} : { lastAttemptAt };
      return name === undefined ? [] : [{ name, attempts, ...last }];
    }),
  };
}

/** A campaign for one call: the script speaks of this customer. */
export function deskCampaign(
  { id, name, script, form = [], dispositions }: EdgeCampaign,
  agent: Pick<Agent, 'name'>,
  customer: DeskCustomer,
): DeskCampaign {
  const values = { number: customer.number, agent: agent.name, campaign: name, ...customer.fields };
  return { id, name, script: fillScript(script, values), form, dispositions };
}

/** A call that is up, as its agent sees it. */
export function deskCall(
  call: Call,
  person: KnownPerson,
  agent: Pick<Agent, 'masked' | 'name'>,
  campaign: EdgeCampaign | undefined,
  said: SaidOfCall,
  consult?: DeskCall['consult'],
): DeskCall {
  const customer = deskCustomer(call.customer, person, agent);
  return {
    id: call.id,
    direction: call.direction,
    customer,
    ...(campaign && { campaign: deskCampaign(campaign, agent, customer) }),
    ...(call.answeredAt !== undefined && { answeredAt: Math.round(call.answeredAt) }),
    ...(call.bridgedAt !== undefined && { bridgedAt: Math.round(call.bridgedAt) }),
    up: call.phase !== 'ended',
    held: call.held !== undefined,
    reminded: call.held?.reminded === true,
    muted: call.muted === true,
    recording: call.recordTo === undefined ? 'none' : call.recordingPausedAt === undefined ? 'on' : 'paused',
    ...(consult && { consult }),
    ...said,
  };
}

/** A person shown before the call. */
export function deskPreview(
  number: string,
  person: KnownPerson,
  agent: Pick<Agent, 'masked' | 'name'>,
  campaign: EdgeCampaign,
  until: number | undefined,
): DeskPreview {
  const customer = deskCustomer(number, person, agent);
  return {
    customer,
    campaign: deskCampaign(campaign, agent, customer),
    ...(until !== undefined && { until: Math.round(until) }),
  };
}
