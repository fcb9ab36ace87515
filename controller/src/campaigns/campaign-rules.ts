import { BranchlineError, isRegion, type CampaignSettings, type CampaignStatus } from '@branchline/shared';

export type CampaignMove = 'start' | 'pause' | 'stop';

const moves: Record<
  CampaignMove,
  { readonly from: readonly CampaignStatus[]; readonly to: CampaignStatus; readonly done: string }
> = {
  start: { from: ['draft', 'paused'], to: 'running', done: 'started' },
  pause: { from: ['running'], to: 'paused', done: 'paused' },
  // Stopped is the end: its leads have been taken back everywhere. A clone goes on where it ended.
  stop: { from: ['draft', 'running', 'paused'], to: 'stopped', done: 'stopped' },
};

/** The status after a move. @throws BranchlineError `BL_CAMPAIGN_STATE` */
export function moveCampaign(status: CampaignStatus, move: CampaignMove): CampaignStatus {
  const { from, to, done } = moves[move];
  if (!from.includes(status)) throw new BranchlineError('BL_CAMPAIGN_STATE', { status, action: done });
  return to;
}

/** What in settings cannot work, beyond their schema. @throws BranchlineError `BL_API_INVALID` naming the place */
export function checkSettings(settings: CampaignSettings): void {
  const refuse = (place: string, problem: string): never => {
    throw new BranchlineError('BL_API_INVALID', { place, problem });
  };
  if (!isRegion(settings.region)) refuse('/region', 'no such region');
  if (settings.window.toMinute <= settings.window.fromMinute) refuse('/window', 'it ends before it begins');
  const twice = (values: readonly string[]): string | undefined =>
    values.find((value, i) => values.indexOf(value) !== i);
  const code = twice(settings.dispositions.map((disposition) => disposition.code));
  if (code) refuse('/dispositions', `the code "${code}" is there twice`);
  const key = twice(settings.dispositions.map((disposition) => disposition.key));
  if (key) refuse('/dispositions', `the key ${key} is there twice`);
  const outcome = twice(settings.retries.map((rule) => rule.outcome));
  if (outcome) refuse('/retries', `the outcome ${outcome} is there twice`);
  // Finished, opted out and refused people are not for a rule to bring back.
  const never = settings.retries.find((rule) => rule.outcome === 'REFUSED');
  if (never) refuse('/retries', `${never.outcome} has its own rules and cannot be given a delay`);
}
