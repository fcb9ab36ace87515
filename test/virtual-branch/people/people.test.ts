import { ManualClock, scaledClock } from '@branchline/shared';
import { afterEach, describe, expect, it } from 'vitest';
import { EslClient } from '../contract/index.ts';
import { openVirtualLaboratory } from '../contract/virtual-laboratory.ts';
import type { VirtualLaboratory } from '../contract/virtual-laboratory.ts';
import { Population } from './population.ts';
import { VirtualAgents } from './virtual-agents.ts';

const numbers = Array.from({ length: 4000 }, (_, index) => String(13_900_000_000 + index));

describe('the population', () => {
  it('is the same people for the same seed and others for another', () => {
    const clock = new ManualClock();
    const temperaments = (seed: number): string[] => {
      const people = new Population({ seed, clock });
      return numbers.slice(0, 200).map((number) => people.temperamentOf(number));
    };
    expect(temperaments(7)).toEqual(temperaments(7));
    expect(temperaments(7)).not.toEqual(temperaments(8));
  });

  it('has the shares it was asked for', () => {
    const people = new Population({ seed: 3, clock: new ManualClock() });
    const share = (wanted: string): number =>
      numbers.filter((number) => people.temperamentOf(number) === wanted).length / numbers.length;
    expect(share('live')).toBeCloseTo(0.35, 1);
    expect(share('no-answer')).toBeCloseTo(0.3, 1);
    expect(share('machine')).toBeCloseTo(0.08, 1);
    expect(share('dead')).toBeCloseTo(0.1, 1);
  });

  it('talks about a minute, and about half of the conversations are ended by the customer', () => {
    const people = new Population({ seed: 5, clock: new ManualClock() });
    const talks = numbers.map((channel) => people.conversationOf(channel));
    const sorted = talks.map((talk) => talk.ms).toSorted((a, b) => a - b);
    expect(sorted[2000]).toBeGreaterThan(50_000);
    expect(sorted[2000]).toBeLessThan(70_000);
    expect(talks.filter((talk) => talk.endedBy === 'customer').length / talks.length).toBeCloseTo(0.5, 1);
  });
});

describe('people and agents on a switch', () => {
  let laboratory: VirtualLaboratory;
  let client: EslClient;
  let agents: VirtualAgents;
  let people: Population;
  afterEach(async () => {
    agents.stop();
    people.stop();
    client.close();
    await laboratory.close();
  });

  async function open(mode: 'nailed' | 'ring', customerEnds: number): Promise<void> {
    const now = Date.now();
    const business = scaledClock({ speed: 100, real: now, business: now });
    people = new Population({
      seed: 1,
      clock: business,
      rates: { live: 1, machine: 0, 'no-answer': 0, busy: 0, dead: 0, 'powered-off': 0, rejects: 0 },
      customerEnds,
      talkMedianSeconds: 20,
    });
    laboratory = await openVirtualLaboratory({ business, carrier: people.answer });
    client = await EslClient.connect(laboratory.eslPort, laboratory.password);
    agents = new VirtualAgents({
      owner: laboratory.owner,
      population: people,
      seats: [{ extension: '1001', mode }],
      seed: 1,
      habits: { breakShare: 0 },
    });
    agents.start();
  }

  /** Plays the part of the branch's software: takes the agent's call, brings a customer. */
  async function customer(agentChannel: string): Promise<string> {
    expect(
      await client.background(
        'originate {origination_uuid=cust,ignore_early_media=true}sofia/gateway/carrier/13912345678 &park()',
      ),
    ).toBe('+OK cust\n');
    await client.api(`uuid_setvar ${agentChannel} park_after_bridge true`);
    await client.api(`uuid_bridge cust ${agentChannel}`);
    await client.on('cust', 'CHANNEL_BRIDGE');
    return 'cust';
  }

  const parkedAgent = async (): Promise<string> => {
    const park = await client.event(
      (event) => event['Event-Name'] === 'CHANNEL_PARK' && event['Caller-Destination-Number'] === '*11',
      'the agent’s call',
    );
    return park['Unique-ID'] ?? '';
  };

  it('a nailed agent ends a conversation with ** and keys a disposition on the same leg', async () => {
    await open('nailed', 0);
    const leg = await parkedAgent();
    await customer(leg);
    await client.until(() => client.sequence(leg, ['DTMF']).length >= 2, 'two stars');
    await client.api('uuid_kill cust');
    const digits = (): string[] =>
      client.events
        .filter((event) => event['Event-Name'] === 'DTMF')
        .map((event) => event['DTMF-Digit'] ?? '');
    // Whoever stays connected presses again.
    const disposition = (): string | undefined => digits().find((digit) => digit !== '*');
    await client.until(() => disposition() !== undefined, 'the disposition');
    expect(digits().slice(0, 2)).toEqual(['*', '*']);
    expect(disposition()).toMatch(/^[1-5]$/);
    expect(agents.agents[0]?.conversations).toBe(1);
    expect(people.counts.conversations).toBe(1);
    expect(laboratory.owner.phone('1001').call?.state).toBe('up');
  });

  it('a customer who is done hangs up, and the nailed agent stays on the line', async () => {
    await open('nailed', 1);
    const leg = await parkedAgent();
    await customer(leg);
    const complete = await client.on('cust', 'CHANNEL_HANGUP_COMPLETE');
    expect(complete['variable_sip_hangup_disposition']).toBe('recv_bye');
    await client.until(() => client.sequence(leg, ['CHANNEL_PARK']).length >= 2, 'the agent parked again');
    expect(client.sequence(leg, ['CHANNEL_HANGUP'])).toEqual([]);
  });

  it('a customer nobody speaks to hangs up after a while and counts as abandoned', async () => {
    await open('nailed', 1);
    await client.background(
      'originate {origination_uuid=cust,ignore_early_media=true}sofia/gateway/carrier/13912345678 &park()',
    );
    await client.on('cust', 'CHANNEL_HANGUP_COMPLETE');
    expect(people.counts).toMatchObject({ answered: 1, abandoned: 1, conversations: 0 });
    expect(people.counts.dialed.get('13912345678')).toBe(1);
  });

  it('an agent whose log-in is cut off tries again, and logs in anew after the switch restarts', async () => {
    await open('nailed', 0);
    await client.api(`uuid_kill ${await parkedAgent()}`);
    await client.until(
      () => client.events.filter((event) => event['Event-Name'] === 'CHANNEL_PARK').length >= 2,
      'the second try',
    );
    await laboratory.owner.restart();
    client.close();
    client = await EslClient.connect(laboratory.owner.eslPort, laboratory.password);
    const shown = async (): Promise<boolean> =>
      (await client.api('show channels as json')).includes('"dest":"*11"');
    await expect.poll(shown, { timeout: 5000 }).toBe(true);
    expect(agents.agents[0]?.logins).toBeGreaterThanOrEqual(3);
  });

  it('a ring agent answers when rung, hangs up when done, and dials the disposition', async () => {
    await open('ring', 0);
    const login = await parkedAgent();
    await client.api(`uuid_broadcast ${login} tone_stream://%(200,0,440)`);
    await client.on(login, 'CHANNEL_HANGUP_COMPLETE');
    const job = client.background('originate {origination_uuid=desk}user/1001@branch.test &park()');
    expect(await job).toBe('+OK desk\n');
    await customer('desk');
    const over = await client.on('desk', 'CHANNEL_HANGUP_COMPLETE');
    expect(over['variable_sip_hangup_disposition']).toBe('recv_bye');
    const dialed = await client.event(
      (event) =>
        event['Event-Name'] === 'CHANNEL_CREATE' &&
        /^\*16[1-5]$/.test(event['Caller-Destination-Number'] ?? ''),
      'the disposition',
    );
    expect(dialed['Call-Direction']).toBe('inbound');
  });

  it('customers call in at the given rate and hang up when they have waited long enough', async () => {
    await open('nailed', 1);
    const stop = people.callIn(laboratory.owner, { gateway: 'carrier', did: '8001', perHour: 600 });
    await client.until(
      () =>
        client.events.filter(
          (event) =>
            event['Event-Name'] === 'CHANNEL_CREATE' && event['Caller-Destination-Number'] === '8001',
        ).length >= 4,
      'four calls',
    );
    stop();
    expect(people.counts.inbound).toBeGreaterThanOrEqual(4);
    await client.event(
      (event) =>
        event['Event-Name'] === 'CHANNEL_HANGUP_COMPLETE' && event['Caller-Destination-Number'] === '8001',
      'the first to give up',
    );
  });
});
