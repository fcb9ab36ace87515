import { Skeleton } from 'antd';
import { useQuery } from '@tanstack/react-query';
import type { BestHours } from '@branchline/shared';
import { share } from '../format/numbers.ts';
import { minuteOfDay, weekdayName } from '../format/times.ts';
import { Asked } from '../states/asked.tsx';
import { useWords } from '../words/use-words.ts';
import { bestHour, type Hour } from './best-hour.ts';
import { bestHoursQuery } from './campaign-queries.ts';

const weekdays = [1, 2, 3, 4, 5, 6, 7];

/** The answer rate of each hour of the week, the darker the more answered. */
export function BestHoursMap({ campaign }: { readonly campaign: string }) {
  const { t } = useWords();
  const question = useQuery(bestHoursQuery(campaign));
  return (
    <Asked question={question} skeleton={<Skeleton active title={false} paragraph={{ rows: 7 }} />}>
      {(found) =>
        found.hours.length === 0 ? (
          <p className="quiet">{t('campaign.bestHours.none')}</p>
        ) : (
          <>
            <HeatMap hours={found.hours} />
            <p className="quiet">{t('campaign.bestHours.hint')}</p>
          </>
        )
      }
    </Asked>
  );
}

function HeatMap({ hours }: { readonly hours: BestHours['hours'] }) {
  const { t, language, number } = useWords();
  const known = new Map(hours.map((each) => [`${each.weekday} ${each.hour}`, each]));
  const first = Math.min(...hours.map(({ hour }) => hour));
  const last = Math.max(...hours.map(({ hour }) => hour));
  const shown = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const highest = Math.max(...hours.map(rateOf));
  const best = bestHour(hours);
  const said = (each: Hour) => ({
    weekday: weekdayName(each.weekday, language),
    hour: minuteOfDay(each.hour * 60),
    dialed: number.count(each.dialed),
    answered: number.count(each.answered),
    rate: number.rate(rateOf(each)),
  });
  return (
    <>
      <table className="heat" aria-label={t('campaign.bestHours.table')}>
        <thead>
          <tr>
            <th scope="col" style={{ width: 36 }}>
              <span className="unseen">{t('form.weekdays')}</span>
            </th>
            {shown.map((hour) => (
              <th key={hour} scope="col">
                {hour}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weekdays.map((weekday) => (
            <tr key={weekday}>
              <th scope="row">{weekdayName(weekday, language)}</th>
              {shown.map((hour) => {
                const each = known.get(`${weekday} ${hour}`);
                if (!each)
                  return (
                    <td key={hour}>
                      <span className="unseen">{t('common.none')}</span>
                    </td>
                  );
                const strength = Math.round(share(rateOf(each), highest) * 85) + 10;
                const cell = t('campaign.bestHours.cell', said(each));
                return (
                  <td
                    key={hour}
                    data-hour={`${weekday} ${hour}`}
                    title={cell}
                    style={{ background: `color-mix(in srgb, var(--accent) ${strength}%, var(--track))` }}
                  >
                    <span className="unseen">{cell}</span>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      <p className="quiet">{best ? t('campaign.bestHours.best', said(best)) : t('campaign.bestHours.few')}</p>
    </>
  );
}

function rateOf({ answered, dialed }: Hour): number {
  return share(answered, dialed);
}
