import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Center, until } from '../controller/center.ts';
import { startBranch, type Branch } from '../../support/branch.ts';
import { freePorts } from '../../support/free-port.ts';
import { controllerRules, edgeRules, metricsOf } from './parts.ts';

let center: Center;
let branch: Branch;
let texts: { controller: string; edge: string };

beforeAll(async () => {
  center = await Center.start();
  const [metricsPort = 0] = await freePorts(1);
  branch = await startBranch();
  branch.config.metricsPort = metricsPort;
  await branch.startEdge();
  await branch.switch.start();
  // One request first: a histogram without observations has no buckets for its labels.
  await center.admin.call('GET', '/sites');
  const scrape = async (url: string): Promise<string> => (await fetch(`${url}/metrics`)).text();
  const ofEdge = (): Promise<string> => scrape(`http://127.0.0.1:${metricsPort}`);
  await until('the edge works', async () => {
    const text = await ofEdge();
    return (
      /^branchline_edge_switch_up\{.*\} 1$/m.test(text) && /^branchline_edge_uplink_up\{.*\} 1$/m.test(text)
    );
  });
  texts = { controller: await scrape(center.controller.httpUrl), edge: await ofEdge() };
});

afterAll(async () => {
  await branch?.close();
  await center?.[Symbol.asyncDispose]();
});

/** Every series of a scrape: name → kind. Parts of a histogram count as names of their own. */
function series(text: string): Map<string, string> {
  const kinds = new Map(
    [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', kind = '']) => [name, kind]),
  );
  for (const [name, kind] of new Map(kinds))
    if (kind === 'histogram')
      for (const part of ['bucket', 'sum', 'count']) kinds.set(`${name}_${part}`, kind);
  return kinds;
}

describe.each([
  ['controller', controllerRules],
  ['edge', edgeRules],
] as const)('the metrics of a running %s', (program, rules) => {
  test('have every name that an alert asks for', () => {
    const known = series(texts[program]);
    const asked = rules.map((rule) => [rule.alert, metricsOf(rule).filter((name) => !known.has(name))]);
    expect(asked.filter(([, missing]) => missing?.length)).toEqual([]);
    expect(rules.flatMap(metricsOf).length).toBeGreaterThan(4);
  });

  test('keep to the conventions: base units, `_total` on counters alone, an explanation each', () => {
    for (const [name, kind] of series(texts[program])) {
      if (!name.startsWith('branchline_')) continue;
      expect(name).toMatch(/^branchline_[a-z]+(_[a-z]+)*$/);
      expect(name.endsWith('_total') && !name.endsWith('bytes_total')).toBe(kind === 'counter');
      expect(name).not.toMatch(/_(?:ms|milliseconds|minutes|percent|kb|mb)(?:_|$)/);
    }
    for (const [, name, help] of texts[program].matchAll(/^# HELP (\S+) (.*)$/gm))
      if (name?.startsWith('branchline_')) expect(help).toMatch(/^\S.+\.$/);
  });
});

test('docs/metrics.md lists every metric of ours with its kind and its words, and none that is not there', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/metrics.md'), 'utf8');
  const listed = [...page.matchAll(/^\| `(branchline_\w+)` \| (\w+) \| [^|]* \| (.+) \|$/gm)];
  const told = Object.values(texts).flatMap((text) => {
    const kinds = series(text);
    return [...text.matchAll(/^# HELP (branchline_\w+) (.+)$/gm)].map(([, name = '', help]) => [
      name,
      kinds.get(name),
      help,
    ]);
  });
  expect(listed.map(([, ...row]) => row)).toEqual(told);
});

test('the rules and the metrics satisfy promtool, where Prometheus is installed', ({ skip }) => {
  const promtool = process.env['BRANCHLINE_PROMTOOL'] ?? 'promtool';
  if (spawnSync(promtool, ['--version']).status !== 0) skip('promtool is not installed');
  // The configuration names the file of the rules beside it.
  const file = join(import.meta.dirname, '../../../dashboards/prometheus/prometheus.yml');
  const checked = spawnSync(promtool, ['check', 'config', file], { encoding: 'utf8' });
  expect({ status: checked.status, said: checked.stdout + checked.stderr }).toMatchObject({ status: 0 });
  for (const input of Object.values(texts)) {
    const metrics = spawnSync(promtool, ['check', 'metrics'], { input, encoding: 'utf8' });
    const ours = metrics.stderr.split('\n').filter((line) => line.startsWith('branchline_'));
    expect(ours).toEqual([]);
  }
});
