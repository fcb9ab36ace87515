import { expect, test } from 'vitest';
import type { EdgeView, SiteView } from '@branchline/shared';
import { offlineSites } from './offline.ts';

const edge = (id: string, status: EdgeView['status'], seenAt?: number): EdgeView => ({
  id,
  site: 'a',
  status,
  desiredVersion: 0,
  ...(seenAt !== undefined && { seenAt }),
});
const site = (id: string, edges: EdgeView[]): SiteView => ({
  id,
  name: id,
  zone: 'UTC',
  region: 'CN',
  edges,
});

test('a site is offline since its longest silent box was heard of; one without a box is not', () => {
  const sites = [
    site('well', [edge('w1', 'online', 900)]),
    site('empty', []),
    site('half', [edge('h1', 'online', 900), edge('h2', 'lost', 500), edge('h3', 'stopped', 700)]),
    site('new', [edge('n1', 'never')]),
  ];
  expect(offlineSites(sites)).toEqual([
    { id: 'half', name: 'half', zone: 'UTC', state: 'lost', since: 500 },
    { id: 'new', name: 'new', zone: 'UTC', state: 'never' },
  ]);
});
