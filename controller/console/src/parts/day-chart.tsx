import { hourOfDay } from '../format/times.ts';
import { useWords } from '../words/use-words.ts';

const [width, height] = [420, 84];
const edge = { left: 34, bottom: 16, top: 6 };

/** A measure at an instant. */
export interface DayPoint {
  readonly at: number;
  readonly value: number;
}

/** One measure over a day. A gap in the line is a time in which nothing was told. */
export function DayChart(props: {
  readonly name: string;
  readonly span: { readonly from: number; readonly to: number; readonly stepMs: number };
  readonly points: readonly DayPoint[];
  readonly range: readonly [low: number, high: number];
  readonly write: (value: number) => string;
  readonly zone: string;
}) {
  const { name, span, points, range, write, zone } = props;
  const { language } = useWords();
  const [low, high] = range;
  const x = (at: number): number =>
    edge.left + ((at - span.from) / (span.to - span.from)) * (width - edge.left);
  const y = (value: number): number => {
    const part = Math.min(1, Math.max(0, (value - low) / (high - low)));
    return edge.top + (height - edge.top - edge.bottom) * (1 - part);
  };
  const last = points.at(-1);
  return (
    <figure className="health-chart" aria-label={name}>
      <figcaption>
        <span>{name}</span>
        <strong>{last ? write(last.value) : '—'}</strong>
      </figcaption>
      <svg className="hours" viewBox={`0 0 ${width} ${height}`}>
        {range.map((rule) => (
          <g key={rule}>
            <line className="rule" x1={edge.left} x2={width} y1={y(rule)} y2={y(rule)} />
            <text x={edge.left - 6} y={y(rule) + 4} textAnchor="end">
              {write(rule)}
            </text>
          </g>
        ))}
        {[0, 0.5, 1].map((part) => {
          const at = span.from + part * (span.to - span.from);
          return (
            <text
              key={part}
              x={Math.min(width - 2, Math.max(edge.left, x(at)))}
              y={height - 3}
              textAnchor={part === 1 ? 'end' : part === 0 ? 'start' : 'middle'}
            >
              {hourOfDay(at, language, zone)}
            </text>
          );
        })}
        <path
          className="measure"
          d={pathOf(points, span.stepMs, (point) => `${x(point.at)},${y(point.value)}`)}
        />
      </svg>
    </figure>
  );
}

/** A path through the points; it is broken where more than one is missing. */
export function pathOf(
  points: readonly DayPoint[],
  stepMs: number,
  place: (point: DayPoint) => string,
): string {
  return points
    .map((point, i) => {
      const before = points[i - 1];
      const joined = before !== undefined && point.at - before.at <= 2 * stepMs;
      return `${joined ? 'L' : 'M'}${place(point)}`;
    })
    .join('');
}
