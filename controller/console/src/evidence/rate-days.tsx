import { abandonCap, abandonTone } from '../overview/abandon-cap.ts';
import { useWords } from '../words/use-words.ts';

const [width, height] = [560, 110];
const edge = { left: 44, bottom: 18, top: 6 };
const dayMs = 86_400_000;

interface RateDay {
  readonly day: string;
  readonly rate: number;
  readonly abandoned: number;
  readonly of: number;
}

/** The rate of each day as a bar, and the cap as a line. */
export function RateDays(props: {
  readonly days: readonly RateDay[];
  readonly span: { readonly from: string; readonly to: string };
}) {
  const { days, span } = props;
  const { t, number } = useWords();
  const first = Date.parse(span.from);
  const shown = Math.max(1, (Date.parse(span.to) - first) / dayMs + 1);
  const top = Math.max(2 * abandonCap, ...days.map(({ rate }) => rate));
  const slot = (width - edge.left) / shown;
  const x = (day: string): number => edge.left + ((Date.parse(day) - first) / dayMs) * slot;
  const y = (rate: number): number => edge.top + (height - edge.top - edge.bottom) * (1 - rate / top);
  return (
    <figure aria-label={t('evidence.chart')}>
      <svg className="hours" viewBox={`0 0 ${width} ${height}`}>
        <line className="rule" x1={edge.left} x2={width} y1={y(0)} y2={y(0)} />
        {days.map((day) => (
          <g key={day.day}>
            <title>
              {day.day}: {number.exact(day.rate)} (
              {t('evidence.ratio', { abandoned: number.pace(day.abandoned), of: number.pace(day.of) })})
            </title>
            <rect
              x={x(day.day)}
              y={edge.top}
              width={slot}
              height={height - edge.top - edge.bottom}
              fill="transparent"
            />
            <rect
              className={`rate-${abandonTone(day.rate)}`}
              x={x(day.day) + slot * 0.15}
              width={Math.min(24, slot * 0.7)}
              y={Math.min(y(day.rate), y(0) - 1)}
              height={Math.max(1, y(0) - y(day.rate))}
              rx="1.5"
            />
          </g>
        ))}
        <line className="cap" x1={edge.left} x2={width} y1={y(abandonCap)} y2={y(abandonCap)} />
        <text x={edge.left - 6} y={y(abandonCap) + 4} textAnchor="end">
          {number.rate(abandonCap)}
        </text>
        <text x={edge.left} y={height - 4}>
          {span.from}
        </text>
        <text x={width} y={height - 4} textAnchor="end">
          {span.to}
        </text>
      </svg>
    </figure>
  );
}
