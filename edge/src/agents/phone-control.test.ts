import { describe, expect, test } from 'vitest';
import { defaultCampaign, idSource, ManualClock, type EdgeCampaign } from '@branchline/shared';
import { silentLog } from '@branchline/shared/node';
import type { Switch } from '../switch/index.ts';
import { featureCodes } from '../switch/configuration/dialplan.ts';
import type { AgentPresence } from './agent.ts';
import { PhoneControl } from './phone-control.ts';
import { Roster } from './roster.ts';

type Mode = AgentPresence['mode'];
/** Where an agent is when the code comes. */
type From = 'offline' | 'ready' | 'break' | 'talking' | 'wrap-up';

const campaign = { ...defaultCampaign, id: 'k' } as unknown as EdgeCampaign;

/** An agent at a phone, and what became of what they dialed and keyed there. */
function begin(mode: Mode, from: From) {
  const clock = new ManualClock(Date.parse('2026-11-18T06:00:00Z'));
  const done: string[] = [];
  const fs = new Proxy({} as Switch, {
    get: (_, name) => () => (name === 'cancelTimers' ? Promise.resolve(1) : Promise.resolve()),
  });
  const common = {
    business: clock,
    switch: fs,
    clockTrust: () => 'trusted' as const,
    log: silentLog,
  };
  const roster = new Roster({
    ...common,
    ledger: { saveAgent: () => Promise.resolve() },
    tell: () => undefined,
    onChange: () => undefined,
  });
  roster.configure(
    [{ id: 'li', name: 'Li', extension: '1001', mode, campaigns: ['k'], inbound: true }],
    'branch.local',
  );
  const leg = mode === 'nailed' ? 'long' : 'rung';
  const control = new PhoneControl({
    ...common,
    roster,
    ledger: { storeOptout: () => Promise.resolve() },
    ids: idSource(),
    campaignOf: () => campaign,
    customerOf: () => '13800000001',
    zoneOf: () => 'Asia/Shanghai',
    keepDisposition: ({ code, callbackFor }) => {
      done.push(callbackFor ? 'promise' : `disposition ${code}`);
      return Promise.resolve();
    },
    missingAnswer: () => undefined,
    endCall: (call) => void done.push(`end ${call}`),
    onPreview: (_, what) => done.push(what) > 0,
    agentOn: (of) => (mode === 'ring' && of === 'rung' ? 'li' : undefined),
    onCallKey: (_, call, key) =>
      void done.push(['call', call, key.do, 'extension' in key ? key.extension : ''].join(' ').trim()),
    onMonitor: (_, __, extension) => done.push(`monitor ${extension}`) > 0,
    onOptout: () => undefined,
  });
  const at = clock.now();
  if (from !== 'offline')
    roster.input('li', { type: 'login', at, ...(mode === 'nailed' && { leg: 'long' }) });
  if (from === 'break') roster.input('li', { type: 'break', reason: 'lunch', at });
  if (from === 'talking' || from === 'wrap-up') {
    roster.input('li', { type: 'reserve', call: 'c', campaign: 'k', at });
    roster.input('li', { type: 'talk', at });
  }
  if (from === 'wrap-up') roster.input('li', { type: 'release', how: 'talked', wrapUpMs: 60_000, at });
  return {
    state: () => roster.get('li')?.state,
    reason: () => roster.get('li')?.reason,
    done,
    /** From the hook, as the dialplan reads it. Gives whether it is a feature code at all. */
    async dial(number: string): Promise<boolean> {
      for (const { code, wants } of featureCodes) {
        const match = new RegExp(`^${code}$`).exec(number);
        if (!match) continue;
        const digits = match[1] ? { digits: match[1] } : {};
        control.onFeature(
          { leg: 'dialed', marks: { role: 'agent', extension: '1001', wants, ...digits } },
          at,
        );
        await new Promise((resolve) => setImmediate(resolve));
        return true;
      }
      return false;
    },
    key(keys: string): void {
      for (const digit of keys) control.onDigit(leg, digit, at);
    },
  };
}

const [first] = defaultCampaign.dispositions;

describe.each<Mode>(['nailed', 'ring'])('at a phone that is %s', (mode) => {
  test.each<{ dial: string; from: From; state?: string; done?: string[] }>([
    { dial: '*11', from: 'offline', state: 'ready' },
    { dial: '*12', from: 'ready', state: 'offline' },
    { dial: '*12', from: 'wrap-up', state: 'offline' },
    { dial: '*13', from: 'ready', state: 'break' },
    { dial: '*132', from: 'ready', state: 'break' },
    { dial: '*14', from: 'break', state: 'ready' },
    { dial: '*15', from: 'wrap-up', state: 'ready' },
    { dial: '*16', from: 'ready', done: ['next'] },
    { dial: `*16${first!.key}`, from: 'wrap-up', done: [`disposition ${first!.code}`] },
    { dial: '*17', from: 'wrap-up', done: ['promise'] },
    { dial: '*170930', from: 'wrap-up', done: ['promise'] },
    { dial: '*01002', from: 'ready', done: ['monitor 1002'] },
  ])('$dial dialed by who is $from', async ({ dial, from, state = from, done = [] }) => {
    const phone = begin(mode, from);
    expect(await phone.dial(dial)).toBe(true);
    expect(phone.state()).toBe(state);
    expect(phone.done).toEqual(done);
  });

  test.each<{ keys: string; from: From; state?: string; done?: string[] }>([
    { keys: '**', from: 'talking', done: ['end c'] },
    { keys: '*2', from: 'talking', done: ['call c recording'] },
    { keys: '*3', from: 'talking', done: ['call c three-way'] },
    { keys: '*41002#', from: 'talking', done: ['call c consult 1002'] },
    { keys: '*5', from: 'talking', done: ['call c park'] },
    { keys: '*6', from: 'talking', done: ['call c hold'] },
    { keys: '*71002#', from: 'talking', done: ['call c transfer 1002'] },
    { keys: '*8', from: 'talking', done: ['call c complete'] },
    { keys: '*9', from: 'talking', done: ['call c consult-over'] },
    { keys: '*12', from: 'wrap-up', state: 'offline' },
    { keys: '*132', from: 'wrap-up', state: 'break' },
    { keys: '*14', from: 'wrap-up', state: 'ready' },
    { keys: '*15', from: 'wrap-up', state: 'ready' },
    { keys: '*16', from: 'wrap-up', done: ['next'] },
    { keys: '*17#', from: 'wrap-up', done: ['promise'] },
    { keys: '*170930', from: 'talking', done: ['promise'] },
    { keys: first!.key, from: 'wrap-up', done: [`disposition ${first!.code}`] },
    // Of the phone on the hook alone.
    { keys: '*11', from: 'talking' },
    { keys: '*13', from: 'wrap-up' },
  ])('$keys keyed by who is $from', ({ keys, from, state = from, done = [] }) => {
    const phone = begin(mode, from);
    phone.key(keys);
    expect(phone.state()).toBe(state);
    expect(phone.done).toEqual(done);
  });

  test('who is logged out is heard in nothing but logging in', async () => {
    for (const dial of ['*12', '*13', '*14', '*15', '*16', `*16${first!.key}`, '*17']) {
      const phone = begin(mode, 'offline');
      expect(await phone.dial(dial)).toBe(true);
      expect([phone.state(), phone.done]).toEqual(['offline', []]);
    }
  });
});
