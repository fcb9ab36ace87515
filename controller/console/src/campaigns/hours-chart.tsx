import type { CampaignView } from '@branchline/shared';
import { hourOfDay } from '../format/times.ts';
import { useWords } from '../words/use-words.ts';

const [width, height] = [720, 200];
const edge = { left: 40, bottom: 22, top: 8 };

/** A round number at or above, for the top of an axis: 1, 2, 5 × 10ⁿ, never below 4. */
export function axisTop(most: number): number {
  if (most <= 4) return 4;
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 5, 10].map((step) => step * power).find((top) => top >= most) ?? most;
}

/** Attempts of the last day by hour, answered and abandoned ones in front. */
export function HoursChart({
  hours,
  zone,
}: {
  readonly hours: CampaignView['hours'];
  readonly zone: string;
}) {
  const { t, language, number } = useWords();
  const top = axisTop(Math.max(0, ...hours.map((hour) => hour.attempts)));
  const inner = { width: width - edge.left, height: height - edge.top - edge.bottom };
  const slot = inner.width / Math.max(1, hours.length);
  const y = (value: number): number => edge.top + inner.height * (1 - value / top);
  return (
    <figure aria-label={t('campaign.hoursTable')}>
      <svg className="hours" viewBox={`0 0 ${width} ${height}`}>
        {[0, top / 2, top].map((value) => (
          <g key={value}>
            <line className="rule" x1={edge.left} x2={width} y1={y(value)} y2={y(value)} />
            <text x={edge.left - 8} y={y(value) + 4} textAnchor="end">
              {number.count(value)}
            </text>
          </g>
        ))}
        {hours.map((hour, i) => {
          const x = edge.left + i * slot;
          const at = hourOfDay(hour.from, language, zone);
          const answered = Math.min(hour.answered, hour.attempts);
          const abandoned = Math.min(hour.abandoned, hour.attempts - answered);
          return (
            <g key={hour.from}>
              <title>
                {t('campaign.hoursHint', {
                  hour: at,
                  attempts: number.count(hour.attempts),
                  answered: number.count(hour.answered),
                  abandoned: number.count(hour.abandoned),
                })}
              </title>
              <rect x={x} y={edge.top} width={slot} height={inner.height} fill="transparent" />
              <rect
                className="attempts"
                x={x + slot * 0.15}
                width={slot * 0.7}
                y={y(hour.attempts)}
                height={y(0) - y(hour.attempts)}
                rx="2"
              />
              <rect
                className="answered"
                x={x + slot * 0.15}
                width={slot * 0.7}
                y={y(answered)}
                height={y(0) - y(answered)}
                rx="2"
              />
              <rect
                className="abandoned"
                x={x + slot * 0.15}
                width={slot * 0.7}
                y={y(answered + abandoned)}
                height={y(answered) - y(answered + abandoned)}
              />
              {i % 4 === 3 && (
                <text x={x + slot / 2} y={height - 6} textAnchor="middle">
                  {at}
                </text>
              )}
            </g>
          );
        })}
      </svg>
      <ul className="legend">
        {(['attempts', 'answered', 'abandoned'] as const).map((each) => (
          <li key={each}>
            <i className={each} />
            {t(`campaign.pace.${each}`)}
          </li>
        ))}
      </ul>
    </figure>
  );
}
