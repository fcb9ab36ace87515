import type { CampaignView } from '@branchline/shared';
import { share } from '../format/numbers.ts';
import { Meter } from '../parts/meter.tsx';
import { useWords } from '../words/use-words.ts';

/** How far the campaign has come with its people: from the list to a talk with an agent. */
export function Reach({ campaign }: { readonly campaign: CampaignView }) {
  const { t, number } = useWords();
  const { reach, leads } = campaign;
  const steps = [
    { key: 'listed', count: leads.total },
    { key: 'dialed', count: reach.dialed },
    { key: 'answered', count: reach.answered },
    { key: 'talked', count: reach.talked },
  ] as const;
  const most = Math.max(1, ...steps.map((step) => step.count));
  return (
    <ul className="bars" data-reach>
      {steps.map((step, i) => {
        const before = steps[i - 1];
        return (
          <li key={step.key} title={t(`campaign.reachHint.${step.key}`)}>
            <span>{t(`campaign.reach.${step.key}`)}</span>
            <Meter value={share(step.count, most)} tone={i === 3 ? 'good' : 'accent'} />
            <b data-reach-step={step.key}>
              {number.count(step.count)}
              <small>{before ? number.rate(share(step.count, before.count)) : ''}</small>
            </b>
          </li>
        );
      })}
    </ul>
  );
}
