import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { ManualClock, type Grant } from '@branchline/shared';
import type { Principal } from '../people/index.ts';
import { FeedHub } from './feed-hub.ts';

/** A browser's end of the feed. */
class Browser extends EventEmitter {
  writableLength = 0;
  ended = false;
  text = '';
  writeHead(): this {
    return this;
  }
  write(text: string): boolean {
    this.text += text;
    return true;
  }
  end(): void {
    this.ended = true;
  }
  /** Events since the last look. */
  events(): [event: string, data: unknown][] {
    const found = [...this.text.matchAll(/event: (.*)\ndata: (.*)\n/g)];
    this.text = '';
    return found.map(([, event, data]) => [event!, JSON.parse(data!) as unknown]);
  }
}

function somebody(grants: readonly Grant[]): Principal {
  return { kind: 'session', name: 'somebody', grants };
}

function attach(
  hub: FeedHub,
  principal: Principal,
  whoNow: () => Promise<Principal | undefined> = () => Promise.resolve(principal),
): Browser {
  const browser = new Browser();
  hub.attach(browser as unknown as ServerResponse, principal, whoNow);
  return browser;
}

function open(hub: FeedHub, site?: string): Browser {
  return attach(hub, somebody([{ role: 'supervisor', ...(site !== undefined && { site }) }]));
}

test('a reader is told the whole once and then what has changed, each within the own scope', async () => {
  const hub = new FeedHub(new ManualClock());
  let calls = 1;
  const tell = (): Promise<void> =>
    hub.sendDocument({
      event: 'overview',
      action: 'overview.read',
      also: 'campaign.read',
      payload: (scope) => Promise.resolve({ scope, calls }),
      keyed: (payload) => payload,
    });
  const all = open(hub);
  const east = open(hub, 'east');
  await tell();
  expect(all.events()).toEqual([['overview', { scope: 'all', calls: 1 }]]);
  expect(east.events()).toEqual([['overview', { scope: ['east'], calls: 1 }]]);
  calls = 2;
  const late = open(hub);
  await tell();
  expect(all.events()).toEqual([['overview-changes', { calls: 2 }]]);
  expect(late.events()).toEqual([['overview', { scope: 'all', calls: 2 }]]);
  // Nothing new is said as well: it is how a reader knows that what it shows still holds.
  await tell();
  for (const browser of [all, east, late]) expect(browser.events().at(-1)).toEqual(['overview-changes', {}]);
  all.emit('close');
  late.emit('close');
  calls = 3;
  await tell();
  const again = open(hub);
  await tell();
  expect(again.events()).toEqual([['overview', { scope: 'all', calls: 3 }]]);
});

test('a reader that does not keep up is let go', async () => {
  const hub = new FeedHub(new ManualClock());
  const browser = open(hub);
  browser.writableLength = 2 ** 30;
  await hub.send({ event: 'campaign', action: 'campaign.read', payload: () => ({}) });
  expect(browser.ended).toBe(true);
  expect(hub.size).toBe(0);
});

test('what a document shows beside goes by its own permission', async () => {
  const hub = new FeedHub(new ManualClock());
  const everywhere = attach(hub, somebody([{ role: 'engineer' }, { role: 'supervisor', site: 'east' }]));
  const engineer = attach(hub, somebody([{ role: 'engineer' }]));
  await hub.sendDocument({
    event: 'overview',
    action: 'overview.read',
    also: 'campaign.read',
    payload: (scope, also) => Promise.resolve({ scope, also }),
    keyed: (payload) => payload,
  });
  expect(everywhere.events()).toEqual([['overview', { scope: 'all', also: ['east'] }]]);
  expect(engineer.events()).toEqual([['overview', { scope: 'all', also: [] }]]);
});

test('a reader who may see something else by now is let go at once, and nobody else is', async () => {
  const hub = new FeedHub(new ManualClock());
  const both: Grant[] = [
    { role: 'supervisor', site: 'east' },
    { role: 'supervisor', site: 'west' },
  ];
  let now: Principal | undefined = somebody(both.toReversed());
  const browser = attach(hub, somebody(both), () => Promise.resolve(now));
  const other = open(hub, 'west');
  const away = attach(hub, somebody(both), () => Promise.reject(new Error('the database is away')));
  await hub.recheck();
  expect(browser.ended).toBe(false);
  now = somebody(both.slice(0, 1));
  await hub.recheck();
  expect([browser, other, away].map(({ ended }) => ended)).toEqual([true, false, false]);
  now = undefined;
  const gone = attach(hub, somebody(both), () => Promise.resolve(now));
  await hub.recheck('somebody else');
  expect(gone.ended).toBe(false);
  await hub.recheck();
  expect(gone.ended).toBe(true);
});
