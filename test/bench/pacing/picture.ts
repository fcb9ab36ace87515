import { policyNames, type CaseResult, type PolicyName } from './case.ts';
import { mainScenarios } from './scenario.ts';

const colours: Readonly<Record<PolicyName, string>> = {
  branchline: '#1668dc',
  progressive: '#8c8c8c',
  'best ratio': '#389e0d',
  vicidial: '#d4380d',
  'vicidial tuned': '#d48806',
};
const panel = { width: 230, height: 190, gap: 20, left: 52, top: 64 };
const below = { height: 110, top: panel.top + panel.height + 50 };
const size = { width: panel.left + 4 * (panel.width + panel.gap) + 4, height: below.top + below.height + 44 };
const busy = { low: 20, high: 100, step: 20 };
const drop = { low: 0, high: 9, step: 3 };

/** Utilisation above, drop rate below, a panel for each of the main scenarios; SVG. */
export function pictureOf(results: readonly CaseResult[]): string {
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" font-family="sans-serif" font-size="12" fill="#262626">`,
    `<rect width="${size.width}" height="${size.height}" fill="#fff"/>`,
    text(panel.left, 20, 'Agents busy and calls dropped, % (by agents)', 'font-weight="bold" font-size="14"'),
    legend(),
  ];
  mainScenarios.forEach((scenario, i) => {
    const x = panel.left + i * (panel.width + panel.gap);
    const of = results.filter((result) => result.scenario === scenario.name);
    parts.push(text(x, panel.top - 6, `${scenario.name}: ${scenario.about.split(',')[0]!}`));
    parts.push(chart(x, panel.top, panel.height, busy, of, (result) => 100 * result.utilisation, i === 0));
    parts.push(chart(x, below.top, below.height, drop, of, (result) => 100 * result.dropped, i === 0));
    const cap = yOf(below.top, below.height, drop, 100 * scenario.cap);
    parts.push(
      `<line x1="${x}" x2="${x + panel.width}" y1="${cap}" y2="${cap}" stroke="#262626" stroke-dasharray="4 3"/>`,
      text(x + panel.width - 2, cap - 4, 'cap', 'text-anchor="end"'),
    );
  });
  return `${[...parts, '</svg>'].join('\n')}\n`;
}

function chart(
  x: number,
  top: number,
  height: number,
  scale: typeof busy,
  results: readonly CaseResult[],
  value: (result: CaseResult) => number,
  labelled: boolean,
): string {
  const parts: string[] = [];
  for (let at = scale.low; at <= scale.high; at += scale.step) {
    const y = yOf(top, height, scale, at);
    parts.push(`<line x1="${x}" x2="${x + panel.width}" y1="${y}" y2="${y}" stroke="#e8e8e8"/>`);
    if (labelled) parts.push(text(x - 8, y + 4, `${at}`, 'text-anchor="end"'));
  }
  const sizes = [...new Set(results.map(({ agents }) => agents))].toSorted((a, b) => a - b);
  const xOf = (agents: number): number => x + ((sizes.indexOf(agents) + 0.5) * panel.width) / sizes.length;
  for (const agents of sizes)
    parts.push(text(xOf(agents), top + height + 16, `${agents}`, 'text-anchor="middle"'));
  // Ours last, so that it lies above the others.
  for (const policy of policyNames.toReversed()) {
    const points = results
      .filter((result) => result.policy === policy)
      .map((result) => [xOf(result.agents), yOf(top, height, scale, value(result))] as const);
    const width = policy === 'branchline' ? 3 : 1.5;
    parts.push(
      `<polyline points="${points.map((point) => point.join(',')).join(' ')}" fill="none" stroke="${colours[policy]}" stroke-width="${width}"/>`,
      ...points.map(
        ([px, py]) => `<circle cx="${px}" cy="${py}" r="${width + 1}" fill="${colours[policy]}"/>`,
      ),
    );
  }
  return parts.join('\n');
}

/** Values off the scale lie on its edge. */
function yOf(top: number, height: number, { low, high }: typeof busy, value: number): number {
  const part = (Math.min(high, Math.max(low, value)) - low) / (high - low);
  return Math.round((top + height * (1 - part)) * 10) / 10;
}

function legend(): string {
  return policyNames
    .map((policy, i) => {
      const x = 470 + i * 112;
      return `<rect x="${x}" y="10" width="12" height="12" fill="${colours[policy]}"/>${text(x + 17, 20, policy)}`;
    })
    .join('\n');
}

function text(x: number, y: number, what: string, more = ''): string {
  return `<text x="${x}" y="${y}" ${more}>${what.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</text>`;
}
