import type { Kysely, Transaction } from 'kysely';
import {
  BranchlineError,
  findQueueProblem,
  gsmKinds,
  maxPayloadBytes,
  placeOfLine,
  topicOf,
  type BranchPlan,
  defaultCodecs,
  findCodecProblem,
  findOverlayProblem,
  findPhoneProblem,
} from '@branchline/shared';
import type { Tables } from '../database/index.ts';
import type { SecretVault } from './secret-vault.ts';

type PlannedLine = { -readonly [K in keyof BranchPlan['lines'][number]]: BranchPlan['lines'][number][K] };

/** A plan without its secrets, and the secrets by name. */
export interface SplitPlan {
  readonly plan: BranchPlan;
  readonly secrets: ReadonlyMap<string, string>;
  /** Every name a secret may have: what is not among them is forgotten. */
  readonly places: ReadonlySet<string>;
}

export const lineSecret = (line: string): string => `line:${line}`;
export const pinSecret = (line: string): string => `pin:${line}`;
export const gatewaySecret = (line: string): string => `gateway:${line}`;
export const phoneSecret = (extension: string): string => `phone:${extension}`;
export const agentSecret = (agent: string): string => `agent:${agent}`;

/** Takes the secrets out of a plan. */
export function splitPlan(plan: BranchPlan): SplitPlan {
  const secrets = new Map<string, string>();
  const places = new Set<string>();
  const take = (name: string, clear: string | undefined): void => {
    places.add(name);
    if (clear !== undefined) secrets.set(name, clear);
  };
  const lines = plan.lines.map((line) => {
    const open: PlannedLine = { ...line };
    if (line.sip) {
      const { password, ...sip } = line.sip;
      take(lineSecret(line.id), password);
      open.sip = sip;
    }
    if (line.modem) {
      const { pin, ...modem } = line.modem;
      take(pinSecret(line.id), pin);
      open.modem = modem;
    }
    if (line.gateway) {
      const { password, ...gateway } = line.gateway;
      take(gatewaySecret(line.id), password);
      open.gateway = gateway;
    }
    return open;
  });
  const phones = plan.phones.map(({ password, ...phone }) => {
    take(phoneSecret(phone.extension), password);
    return phone;
  });
  const agents = plan.agents.map(({ pin, ...agent }) => {
    take(agentSecret(agent.id), pin);
    return agent;
  });
  return { plan: { ...plan, lines, phones, agents }, secrets, places };
}

/** What in a plan cannot work, beyond its schema. @throws BranchlineError `BL_API_INVALID` naming the place */
export function checkPlan(plan: BranchPlan, stored: ReadonlySet<string>): void {
  const refuse = (place: string, problem: string): never => {
    throw new BranchlineError('BL_API_INVALID', { place, problem });
  };
  const lines = unique(
    plan.lines.map((line) => line.id),
    (id) => refuse('/lines', `line "${id}" is there twice`),
  );
  const phones = unique(
    plan.phones.map((phone) => phone.extension),
    (id) => refuse('/phones', `extension ${id} is there twice`),
  );
  unique(
    plan.phones.flatMap(({ device }) => (device && 'mac' in device ? device.mac : [])),
    (mac) => refuse('/phones', `two phones have the MAC address ${mac}`),
  );
  unique(
    plan.agents.map((agent) => agent.id),
    (id) => refuse('/agents', `agent "${id}" is there twice`),
  );
  unique(
    plan.routes.map((route) => route.prefix),
    (id) => refuse('/routes', `prefix "${id}" is there twice`),
  );
  unique(
    plan.lines.flatMap((line) => placeOfLine(line) ?? []),
    (place) => refuse('/lines', `two lines have ${place}`),
  );
  for (const [i, route] of plan.routes.entries()) {
    const line = route.lines.find((id) => !lines.has(id));
    if (line) refuse(`/routes/${i}`, `there is no line "${line}"`);
  }
  for (const [i, agent] of plan.agents.entries()) {
    if (!phones.has(agent.extension)) refuse(`/agents/${i}`, `there is no phone ${agent.extension}`);
  }
  unique(
    (plan.vips ?? []).map(({ number }) => number),
    (number) => refuse('/vips', `${number} is there twice`),
  );
  const queues = findQueueProblem(plan.queues ?? [], plan.agents);
  if (queues) refuse(queues.place, queues.problem);
  const overlay = findOverlayProblem(plan.overlay, plan.queues ?? []);
  if (overlay) refuse(overlay.place, overlay.problem);
  const phone = findPhoneProblem(plan.phones);
  if (phone) refuse(phone.place, phone.problem);
  const modems = plan.lines.some(({ modem }) => modem !== undefined);
  const codecs = findCodecProblem(plan.codecs ?? defaultCodecs, modems);
  if (codecs) refuse(codecs.place, codecs.problem);
  for (const extension of plan.fallbackGroup) {
    if (!phones.has(extension)) refuse('/fallbackGroup', `there is no phone ${extension}`);
  }
  for (const [i, phone] of plan.phones.entries()) {
    if (phone.password === undefined && !stored.has(phoneSecret(phone.extension))) {
      refuse(`/phones/${i}/password`, 'a new phone needs a password');
    }
  }
  for (const [i, line] of plan.lines.entries()) {
    const known = line.sip?.password !== undefined || stored.has(lineSecret(line.id));
    if (line.sip?.register === true && !known) {
      refuse(`/lines/${i}/sip/password`, 'a line that registers needs a password');
    }
    if (gsmKinds.has(line.kind) && line.channels !== 1)
      refuse(`/lines/${i}/channels`, 'a SIM carries one call: give each SIM a line of its own');
    if (line.kind === 'gsm-modem' && !line.modem)
      refuse(`/lines/${i}/modem`, 'a GSM modem needs the port it is plugged into');
    if (line.kind === 'e1-card' && !line.span)
      refuse(`/lines/${i}/span`, 'an E1 card needs the number and the name of its span');
  }
}

function unique(names: readonly string[], twice: (name: string) => void): Set<string> {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) twice(name);
    seen.add(name);
  }
  return seen;
}

/** Names of the secrets that are stored for an edge. */
export async function storedSecrets(
  db: Kysely<Tables> | Transaction<Tables>,
  edge: string,
): Promise<Set<string>> {
  const rows = await db.selectFrom('edge_secrets').select('name').where('edge', '=', edge).execute();
  return new Set(rows.map((row) => row.name));
}

/** Stores a plan and its new secrets; secrets of things that are gone are forgotten. @throws BranchlineError `BL_API_INVALID` */
export async function storePlan(
  trx: Transaction<Tables>,
  vault: SecretVault,
  edge: string,
  stated: BranchPlan,
): Promise<void> {
  const present = await storedSecrets(trx, edge);
  checkPlan(stated, present);
  const { plan, secrets, places } = splitPlan(stated);
  for (const name of present) {
    if (!places.has(name)) {
      await trx.deleteFrom('edge_secrets').where('edge', '=', edge).where('name', '=', name).execute();
    }
  }
  for (const [name, clear] of secrets) {
    const stored = await vault.store(clear);
    await trx
      .insertInto('edge_secrets')
      .values({ edge, name, stored, sealed: null, recipient: null })
      .onConflict((conflict) =>
        conflict.columns(['edge', 'name']).doUpdateSet({ stored, sealed: null, recipient: null }),
      )
      .execute();
  }
  await trx
    .updateTable('edges')
    .set({ plan: JSON.stringify(plan) })
    .where('id', '=', edge)
    .execute();
}

/** Bytes a sealed secret takes in the desired document: an armoured age file of a short text. */
const sealedBytes = 400;
/** Bytes left for what is not the plan: campaigns and artifacts. */
const otherBytes = 24 * 1024;

/**
 * Refuses a plan that could never be sent. @throws BranchlineError `BL_CONTRACT_TOO_LARGE`
 */
export function estimatePlanSize(edge: string, plan: BranchPlan): void {
  const ofLines = plan.lines.flatMap(({ sip, modem, gateway }) => [sip, modem, gateway].filter(Boolean));
  const secrets = plan.phones.length + plan.agents.length + ofLines.length;
  const bytes = Buffer.byteLength(JSON.stringify(plan)) + secrets * sealedBytes + otherBytes;
  if (bytes > maxPayloadBytes) {
    throw new BranchlineError('BL_CONTRACT_TOO_LARGE', {
      topic: topicOf('desired', edge),
      bytes,
      limit: maxPayloadBytes,
    });
  }
}
