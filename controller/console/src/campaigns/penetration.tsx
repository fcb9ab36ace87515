import { Skeleton } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { share } from '../format/numbers.ts';
import { Meter } from '../parts/meter.tsx';
import { Asked } from '../states/asked.tsx';
import { useWords } from '../words/use-words.ts';
import { penetrationQuery } from './campaign-queries.ts';

/** How many of each list's people were dialed at least once. */
export function Penetration({ campaign }: { readonly campaign: string }) {
  const { t, number } = useWords();
  const question = useQuery(penetrationQuery(campaign));
  return (
    <Asked question={question} skeleton={<Skeleton active title={false} paragraph={{ rows: 2 }} />}>
      {({ items }) =>
        items.length === 0 ? (
          <p className="quiet">{t('campaign.penetration.none')}</p>
        ) : (
          <ul className="bars">
            {items.map((list) => {
              const [leads, touched, done] = [list.leads, list.touched, list.done].map((n) =>
                number.count(n),
              );
              const part = share(list.touched, list.leads);
              return (
                <li
                  key={list.import}
                  title={t('campaign.penetration.row', { leads, touched, done })}
                  data-penetration={list.touched}
                >
                  <span>{list.file}</span>
                  <Meter value={part} tone="accent" />
                  <b>
                    {number.rate(part)}
                    <small>
                      {touched} / {leads}
                    </small>
                  </b>
                </li>
              );
            })}
          </ul>
        )
      }
    </Asked>
  );
}
