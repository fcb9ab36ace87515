import type { Wallboard } from '@branchline/shared';
import { axisTop } from '../campaigns/hours-chart.tsx';
import { minuteOfDay } from '../format/times.ts';
import { useWords } from '../words/use-words.ts';

const [width, height] = [960, 220];
const edge = { left: 44, bottom: 22, top: 8 };

/** Calls by hour: today as bars, yesterday as a line over them. */
export function DayChart({ hours }: { readonly hours: Wallboard['hours'] }) {
  const { t, number } = useWords();
  const top = axisTop(Math.max(0, ...[...hours.today, ...hours.yesterday].map(({ calls }) => calls)));
  const inner = { width: width - edge.left, height: height - edge.top - edge.bottom };
  const slot = inner.width / 24;
  const x = (hour: number): number => edge.left + (hour + 0.5) * slot;
  const y = (value: number): number => edge.top + inner.height * (1 - value / top);
  return (
    <figure aria-label={t('wallboard.chart')}>
      <svg className="hours" viewBox={`0 0 ${width} ${height}`}>
        {[0, top / 2, top].map((value) => (
          <g key={value}>
            <line className="rule" x1={edge.left} x2={width} y1={y(value)} y2={y(value)} />
            <text x={edge.left - 8} y={y(value) + 4} textAnchor="end">
              {number.count(value)}
            </text>
          </g>
        ))}
        {hours.today.map(({ calls, handled }, hour) => (
          // The hour is what the place in the day stands for.
          <g key={`h${hour}`}>
            <title>
              {t('wallboard.hour', {
                hour: minuteOfDay(hour * 60),
                calls: number.count(calls),
                handled: number.count(handled),
                before: number.count(hours.yesterday[hour]?.calls ?? 0),
              })}
            </title>
            <rect x={x(hour) - slot / 2} y={edge.top} width={slot} height={inner.height} fill="transparent" />
            <rect
              className="attempts"
              x={x(hour) - slot * 0.35}
              width={slot * 0.7}
              y={y(calls)}
              height={y(0) - y(calls)}
              rx="2"
            />
            <rect
              className="answered"
              x={x(hour) - slot * 0.35}
              width={slot * 0.7}
              y={y(handled)}
              height={y(0) - y(handled)}
              rx="2"
            />
            {hour % 3 === 0 && (
              <text x={x(hour)} y={height - 6} textAnchor="middle">
                {minuteOfDay(hour * 60)}
              </text>
            )}
          </g>
        ))}
        <polyline
          className="yesterday"
          points={hours.yesterday.map(({ calls }, hour) => `${x(hour)},${y(calls)}`).join(' ')}
        />
      </svg>
    </figure>
  );
}
