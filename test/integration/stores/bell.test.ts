import { sql } from 'kysely';
import { afterEach, expect, test } from 'vitest';
import { systemClock } from '@branchline/shared';
import { silentLog } from '@branchline/shared/node';
import { eventually } from '../../support/eventually.ts';
import { Bell, temporaryDatabase } from './parts.ts';

type Rings = { leads: string; plan: { readonly edge: string } };

const bells: Bell<Rings>[] = [];
afterEach(async () => {
  await Promise.all(bells.splice(0).map((bell) => bell.close()));
});

/** A controller's bell that listens, with what it heard. */
async function listener(url: string) {
  const bell = new Bell<Rings>({ url, clock: systemClock, log: silentLog });
  bells.push(bell);
  const heard: unknown[] = [];
  bell.on('leads', (campaign) => heard.push(['leads', campaign]));
  bell.on('plan', (detail) => heard.push(['plan', detail]));
  await bell.listen();
  // Whoever begins to listen may have missed anything.
  expect(heard.splice(0)).toEqual([
    ['leads', undefined],
    ['plan', undefined],
  ]);
  return { bell, heard };
}

test('a ring is heard once by every controller, by the one that rang before it goes on', async () => {
  await using database = await temporaryDatabase();
  const here = await listener(database.url);
  const there = await listener(database.url);
  await here.bell.ring('plan', { edge: 'harbour-1' });
  expect(here.heard).toEqual([['plan', { edge: 'harbour-1' }]]);
  await there.bell.ring('leads', 'c-1');
  await eventually('both having heard both', () => here.heard.length + there.heard.length >= 4);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(here.heard).toEqual([
    ['plan', { edge: 'harbour-1' }],
    ['leads', 'c-1'],
  ]);
  expect(there.heard).toHaveLength(2);
});

test('what is too long to be carried is heard elsewhere without its detail', async () => {
  await using database = await temporaryDatabase();
  const here = await listener(database.url);
  const there = await listener(database.url);
  await here.bell.ring('leads', 'x'.repeat(9000));
  await eventually('the other having heard it', () => there.heard.length > 0);
  expect(there.heard).toEqual([['leads', undefined]]);
});

test('garbage on the channel rings nothing, and a connection that is lost comes back and rings everything', async () => {
  await using database = await temporaryDatabase();
  const { heard } = await listener(database.url);
  for (const text of ['', '{', 'null', '7', '{"ring":"__proto__"}', '{"ring":"nobody","detail":1}'])
    await sql`select pg_notify('branchline', ${text})`.execute(database.kysely);
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'branchline bell'
    and datname = current_database()`.execute(database.kysely);
  await eventually('the bell listening again', () => heard.length > 0);
  expect(heard).toEqual([
    ['leads', undefined],
    ['plan', undefined],
  ]);
});

test('who fails to do what a bell asks for keeps nobody else from doing it', async () => {
  await using database = await temporaryDatabase();
  const { bell, heard } = await listener(database.url);
  bell.on('leads', () => Promise.reject(new Error('no')));
  bell.on('leads', () => heard.push('the next one'));
  await bell.ring('leads', 'c-1');
  expect(heard).toEqual([['leads', 'c-1'], 'the next one']);
});
