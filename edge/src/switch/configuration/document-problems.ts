import type { Desired } from '@branchline/shared';
import {
  findFlowProblems,
  findOverlayProblem,
  findQueueProblem,
  gsmKinds,
  isZone,
  placeOfLine,
  defaultCodecs,
  findCodecProblem,
  findPhoneProblem,
} from '@branchline/shared';

/** What the schema cannot say about a desired document: first contradiction found, with its place. */
export function findContradiction(
  desired: Desired,
  edge: string,
): { place: string; problem: string } | undefined {
  const lines = new Set(desired.lines.map(({ id }) => id));
  const phones = new Set(desired.phones.map(({ extension }) => extension));
  const problem = (place: string, text: string) => ({ place, problem: text });

  if (desired.edge !== edge) return problem('/edge', `the document is for ${desired.edge}, this is ${edge}`);
  if (!isZone(desired.site.zone)) return problem('/site/zone', `${desired.site.zone} is no known time zone`);
  const repeated =
    repeatedIn(
      'lines',
      desired.lines.map(({ id }) => id),
    ) ??
    repeatedIn(
      'phones',
      desired.phones.map(({ extension }) => extension),
    ) ??
    repeatedIn(
      'agents',
      desired.agents.map(({ id }) => id),
    ) ??
    repeatedIn(
      'campaigns',
      desired.campaigns.map(({ id }) => id),
    ) ??
    repeatedIn(
      'flows',
      (desired.flows ?? []).map(({ id }) => id),
    ) ??
    repeatedIn(
      'inboundNumbers',
      (desired.inboundNumbers ?? []).map(({ number }) => number),
    ) ??
    repeatedIn(
      'recordings',
      (desired.recordings ?? []).map(({ prompt, language }) => `${prompt}/${language}`),
    ) ??
    repeatedIn(
      'routes',
      desired.routes.map(({ prefix }) => prefix),
    );
  if (repeated) return repeated;
  for (const line of desired.lines) {
    const bySip = line.kind === 'sip-trunk' || line.kind === 'e1-gateway' || line.kind === 'gsm-gateway';
    if (bySip && !line.sip) return problem(`/lines/${line.id}/sip`, `a ${line.kind} needs its SIP settings`);
    if (line.sip?.register && !(line.sip.username && line.sip.password)) {
      return problem(`/lines/${line.id}/sip`, 'a line that registers needs a user name and a password');
    }
    if (line.kind === 'gsm-modem' && !line.modem)
      return problem(`/lines/${line.id}/modem`, 'a GSM modem needs the port it is plugged into');
    if (line.kind === 'e1-card' && !line.span)
      return problem(`/lines/${line.id}/span`, 'an E1 card needs the number and the name of its span');
    if (gsmKinds.has(line.kind) && line.channels !== 1)
      return problem(`/lines/${line.id}/channels`, 'a SIM carries one call');
  }
  const taken = new Set<string>();
  for (const line of desired.lines) {
    const place = placeOfLine(line);
    if (place === undefined) continue;
    if (taken.has(place)) return problem(`/lines/${line.id}`, `another line has ${place}`);
    taken.add(place);
  }
  for (const route of desired.routes) {
    const unknown = route.lines.find((line) => !lines.has(line));
    if (unknown) return problem(`/routes/${route.prefix || '(all)'}`, `there is no line ${unknown}`);
  }
  for (const agent of desired.agents) {
    if (!phones.has(agent.extension))
      return problem(`/agents/${agent.id}/extension`, `there is no phone ${agent.extension}`);
  }
  const extensions = desired.agents.map(({ extension }) => extension);
  const shared = extensions.find((extension, i) => extensions.indexOf(extension) !== i);
  if (shared) return problem('/agents', `two agents have the phone ${shared}`);
  const queues = findQueueProblem(desired.queues ?? [], desired.agents);
  if (queues) return queues;
  const overlay = findOverlayProblem(desired.overlay, desired.queues ?? []);
  if (overlay) return overlay;
  const modems = desired.lines.some(({ modem }) => modem !== undefined);
  const sound = findPhoneProblem(desired.phones) ?? findCodecProblem(desired.codecs ?? defaultCodecs, modems);
  if (sound) return sound;
  for (const { id, survey, campaign } of desired.queues ?? []) {
    if (survey !== undefined && !desired.flows?.some((flow) => flow.id === survey))
      return problem(`/queues/${id}/survey`, `there is no flow ${survey}`);
    if (campaign !== undefined && !desired.campaigns.some((each) => each.id === campaign))
      return problem(`/queues/${id}/campaign`, `there is no campaign ${campaign}`);
  }
  const outsider = desired.fallbackGroup.find((extension) => !phones.has(extension));
  if (outsider) return problem('/fallbackGroup', `there is no phone ${outsider}`);
  const recorded = (desired.recordings ?? []).map(({ prompt }) => prompt);
  for (const { id, flow } of desired.flows ?? []) {
    const [wrong] = findFlowProblems(flow, recorded);
    if (wrong) return problem(`/flows/${id}/${wrong.step}`, `${wrong.code}: ${wrong.detail}`);
  }
  for (const { number, flow } of desired.inboundNumbers ?? []) {
    if (!desired.flows?.some(({ id }) => id === flow))
      return problem(`/inboundNumbers/${number}`, `there is no flow ${flow}`);
  }
  for (const campaign of desired.campaigns) {
    if (campaign.window.fromMinute >= campaign.window.toMinute)
      return problem(`/campaigns/${campaign.id}/window`, 'it ends before it begins');
    const { mode, flow } = campaign;
    if (mode === 'broadcast' && !desired.flows?.some(({ id }) => id === flow))
      return problem(`/campaigns/${campaign.id}/flow`, 'a broadcast needs a flow that is here');
    if (campaign.survey !== undefined && !desired.flows?.some(({ id }) => id === campaign.survey))
      return problem(`/campaigns/${campaign.id}/survey`, `there is no flow ${campaign.survey}`);
    const keys = campaign.dispositions.map(({ key }) => key);
    if (new Set(keys).size !== keys.length)
      return problem(`/campaigns/${campaign.id}/dispositions`, 'two dispositions have the same key');
  }
  return undefined;
}

function repeatedIn(place: string, names: readonly string[]): { place: string; problem: string } | undefined {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) return { place: `/${place}`, problem: `${name || '(all)'} stands there twice` };
    seen.add(name);
  }
  return undefined;
}
