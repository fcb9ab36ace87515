import type { HealthPoint, SiteHistory } from '@branchline/shared';
import { hourOfDay } from '../format/times.ts';
import { useWords } from '../words/use-words.ts';

const [width, height] = [420, 84];
const edge = { left: 34, bottom: 16, top: 6 };

/** One measure of a box over a day. A gap in the line is a time in which nothing was told. */
export function HealthChart(props: {
  readonly name: string;
  readonly history: SiteHistory;
  readonly points: readonly HealthPoint[];
  readonly value: (point: HealthPoint) => number;
  /** The top of the axis; default: the most that was seen. */
  readonly top?: number;
  readonly write: (value: number) => string;
  readonly zone: string;
}) {
  const { name, history, points, value, write, zone } = props;
  const { language } = useWords();
  const top = props.top ?? Math.max(1, ...points.map(value));
  const x = (at: number): number =>
    edge.left + ((at - history.from) / (history.to - history.from)) * (width - edge.left);
  const y = (measure: number): number =>
    edge.top + (height - edge.top - edge.bottom) * (1 - Math.min(1, measure / top));
  const last = points.at(-1);
  return (
    <figure className="health-chart" aria-label={name}>
      <figcaption>
        <span>{name}</span>
        <strong>{last ? write(value(last)) : '—'}</strong>
      </figcaption>
      <svg className="hours" viewBox={`0 0 ${width} ${height}`}>
        {[0, top].map((rule) => (
          <g key={rule}>
            <line className="rule" x1={edge.left} x2={width} y1={y(rule)} y2={y(rule)} />
            <text x={edge.left - 6} y={y(rule) + 4} textAnchor="end">
              {write(rule)}
            </text>
          </g>
        ))}
        {[0, 0.5, 1].map((part) => {
          const at = history.from + part * (history.to - history.from);
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
          d={lineOf(points, history.stepMs, (point) => `${x(point.at)},${y(value(point))}`)}
        />
      </svg>
    </figure>
  );
}

/** A path through the points; it is broken where more than one is missing. */
export function lineOf(
  points: readonly HealthPoint[],
  stepMs: number,
  place: (point: HealthPoint) => string,
): string {
  return points
    .map((point, i) => {
      const before = points[i - 1];
      const joined = before !== undefined && point.at - before.at <= 2 * stepMs;
      return `${joined ? 'L' : 'M'}${place(point)}`;
    })
    .join('');
}
