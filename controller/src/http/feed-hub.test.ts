import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { ManualClock } from '@branchline/shared';
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

function open(hub: FeedHub, site?: string): Browser {
  const browser = new Browser();
  const principal: Principal = {
    kind: 'session',
    name: 'somebody',
    grants: [{ role: 'supervisor', ...(site !== undefined && { site }) }],
  };
  hub.attach(browser as unknown as ServerResponse, principal, () => Promise.resolve(true));
  return browser;
}

test('a reader is told the whole once and then what has changed, each within the own scope', async () => {
  const hub = new FeedHub(new ManualClock());
  let calls = 1;
  const tell = (): Promise<void> =>
    hub.sendDocument({
      event: 'overview',
      action: 'overview.read',
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
