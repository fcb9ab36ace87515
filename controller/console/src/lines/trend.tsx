import type { LinePoint, SiteLines } from '@branchline/shared';
import { DayChart } from '../parts/day-chart.tsx';

/** One measure of a line over a day; times at which it was not told are gaps. */
export function Trend(props: {
  readonly name: string;
  readonly history: SiteLines;
  readonly points: readonly LinePoint[];
  readonly value: (point: LinePoint) => number | undefined;
  readonly range: readonly [low: number, high: number];
  readonly write: (value: number) => string;
  readonly zone: string;
}) {
  const { name, history, points, value, range, write, zone } = props;
  const told = points.flatMap((point) => {
    const measure = value(point);
    return measure === undefined ? [] : [{ at: point.at, value: measure }];
  });
  return <DayChart name={name} span={history} points={told} range={range} write={write} zone={zone} />;
}
