import { InputNumber, Skeleton } from 'antd';
import type { ListPenetration } from '@branchline/shared';
import { useQuery } from '@tanstack/react-query';
import { share } from '../format/numbers.ts';
import { Meter } from '../parts/meter.tsx';
import { Asked } from '../states/asked.tsx';
import { useWords } from '../words/use-words.ts';
import { penetrationQuery, useWeighList } from './campaign-queries.ts';

/** How many of each list's people were dialed at least once, and how much of each list is dialed beside the others. */
export function Penetration(props: { readonly campaign: string; readonly writer: boolean }) {
  const { campaign, writer } = props;
  const { t, number } = useWords();
  const question = useQuery(penetrationQuery(campaign));
  return (
    <Asked question={question} skeleton={<Skeleton active title={false} paragraph={{ rows: 2 }} />}>
      {({ items }) =>
        items.length === 0 ? (
          <p className="quiet">{t('campaign.penetration.none')}</p>
        ) : (
          <ul className="bars lists">
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
                  <Weight list={list} campaign={campaign} readOnly={!writer} />
                </li>
              );
            })}
          </ul>
        )
      }
    </Asked>
  );
}

function Weight(props: {
  readonly list: ListPenetration['items'][number];
  readonly campaign: string;
  readonly readOnly: boolean;
}) {
  const { list, campaign, readOnly } = props;
  const { t } = useWords();
  const weigh = useWeighList(campaign);
  return (
    <InputNumber
      size="small"
      min={0}
      max={100}
      precision={0}
      changeOnWheel={false}
      defaultValue={list.weight}
      readOnly={readOnly}
      prefix={<small>{t('campaign.penetration.weight')}</small>}
      title={t('campaign.penetration.weightHint')}
      aria-label={`${t('campaign.penetration.weight')} ${list.file}`}
      onBlur={({ target }) => {
        const weight = Number(target.value);
        if (!readOnly && weight !== list.weight) weigh.mutate({ list: list.import, weight });
      }}
      onPressEnter={({ target }) => target instanceof HTMLElement && target.blur()}
    />
  );
}
