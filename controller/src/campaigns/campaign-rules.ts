import {
  BranchlineError,
  findConditionProblem,
  findFormProblem,
  firstInstant,
  isInsideWindow,
  isPreviewed,
  isRegion,
  rulesOfRegion,
  termsOf,
  type CampaignSettings,
  type CampaignStatus,
  type LeadCondition,
} from '@branchline/shared';

export type CampaignMove = 'start' | 'pause' | 'stop';

const moves: Record<
  CampaignMove,
  { readonly from: readonly CampaignStatus[]; readonly to: CampaignStatus; readonly done: string }
> = {
  start: { from: ['draft', 'paused'], to: 'running', done: 'started' },
  pause: { from: ['running'], to: 'paused', done: 'paused' },
  // Stopped is the end: its leads have been taken back everywhere. A clone has its settings and no leads.
  stop: { from: ['draft', 'running', 'paused'], to: 'stopped', done: 'stopped' },
};

/** The status after a move. @throws BranchlineError `BL_CAMPAIGN_STATE` */
export function moveCampaign(status: CampaignStatus, move: CampaignMove): CampaignStatus {
  const { from, to, done } = moves[move];
  if (!from.includes(status)) throw new BranchlineError('BL_CAMPAIGN_STATE', { status, action: done });
  return to;
}

/**
 * What in settings cannot work, beyond their schema, or is less than the law of their region asks.
 * @param now business ms
 * @throws BranchlineError `BL_API_INVALID` naming the place
 */
export function checkSettings(settings: CampaignSettings, now: number): void {
  const refuse = (place: string, problem: string): never => {
    throw new BranchlineError('BL_API_INVALID', { place, problem });
  };
  if (!isRegion(settings.region)) refuse('/region', 'no such region');
  if (settings.window.toMinute <= settings.window.fromMinute) refuse('/window', 'it ends before it begins');
  const twice = (values: readonly string[]): string | undefined =>
    values.find((value, i) => values.indexOf(value) !== i);
  if (settings.mode === 'broadcast' && settings.flow === undefined)
    refuse('/flow', 'a broadcast plays a flow, and none is chosen');
  const code = twice(settings.dispositions.map((disposition) => disposition.code));
  if (code) refuse('/dispositions', `the code "${code}" is there twice`);
  const key = twice(settings.dispositions.map((disposition) => disposition.key));
  if (key) refuse('/dispositions', `the key ${key} is there twice`);
  const outcome = twice(settings.retries.map((rule) => rule.outcome));
  if (outcome) refuse('/retries', `the outcome ${outcome} is there twice`);
  // Finished, opted out and refused people are not for a rule to bring back.
  const never = settings.retries.find((rule) => rule.outcome === 'REFUSED');
  if (never) refuse('/retries', `${never.outcome} has its own rules and cannot be given a delay`);
  const form = findFormProblem(settings.form ?? []);
  if (form) refuse(form.place, form.problem);
  const nowhere = settings.gate?.manualRegions?.find((region) => !isRegion(region));
  if (nowhere) refuse('/gate/manualRegions', `there is no region "${nowhere}"`);
  settings.quotas?.forEach(({ disposition }, i) => {
    if (!settings.dispositions.some(({ code: known }) => known === disposition))
      refuse(`/quotas/${i}/disposition`, `there is no disposition "${disposition}"`);
  });
  checkFilter(settings.filter);
  const asked = findLaxity(settings, now);
  if (asked) refuse(asked.place, asked.problem);
}

/**
 * What in conditions cannot work, beyond their schema.
 * @throws BranchlineError `BL_API_INVALID` naming the place
 */
export function checkFilter(filter: readonly LeadCondition[] = []): void {
  filter.forEach((condition, i) => {
    const found = findConditionProblem(condition);
    if (found)
      throw new BranchlineError('BL_API_INVALID', {
        place: `/filter/${i}/${found.at}`,
        problem: found.problem,
      });
  });
}

/** A week without holidays or changes of a clock, to look for an hour in. */
const sampleWeek = Date.parse('2026-06-01T00:00:00Z');

/** What a campaign allows itself although no call to its own region would ever go out that way; undefined: nothing. */
function findLaxity(settings: CampaignSettings, now: number): { place: string; problem: string } | undefined {
  const edition = rulesOfRegion(settings.region);
  if (!edition) return { place: '/region', problem: `no rules are known for calls to ${settings.region}` };
  const terms = termsOf(edition, settings, true, now, settings.region);
  const automatic =
    settings.mode !== 'manual' &&
    terms.manualOnly.find(({ types, previewed }) => !types && !(previewed && isPreviewed(settings)));
  if (automatic)
    return settings.mode === 'preview'
      ? {
          place: '/previewSeconds',
          problem: `only calls that an agent begins, never a timer: ${automatic.by}`,
        }
      : { place: '/mode', problem: `only manual or preview dialing is let through: ${automatic.by}` };
  const longer = terms.ringTime.find(({ seconds }) => settings.ringSeconds < seconds);
  if (longer)
    return { place: '/ringSeconds', problem: `at least ${longer.seconds} s are asked by ${longer.by}` };
  const [notice] = terms.recordingNotice;
  if (notice && settings.record && !settings.gate?.recordingNotice.trim())
    return { place: '/gate/recordingNotice', problem: `a notice of the recording is asked by ${notice.by}` };
  const open = firstInstant(sampleWeek, 7, (at) =>
    terms.hours.every(({ hours }) => hours.some((window) => isInsideWindow(window, at, ['UTC']))),
  );
  if (open === undefined)
    return { place: '/window', problem: `it is never open when ${settings.region} may be called` };
  return undefined;
}
