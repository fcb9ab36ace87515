import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EslClient, laboratoryNumbers as numbers } from './contract/index.ts';
import { openVirtualLaboratory } from './contract/virtual-laboratory.ts';
import type { VirtualLaboratory } from './contract/virtual-laboratory.ts';

const originate = (uuid: string, number: string): string =>
  `originate {origination_uuid=${uuid}}sofia/gateway/carrier/${number} &park()`;

describe('the virtual switch breaks on command', () => {
  let laboratory: VirtualLaboratory;
  let clients: EslClient[];
  beforeEach(async () => {
    laboratory = await openVirtualLaboratory();
    clients = [];
  });
  afterEach(async () => {
    for (const client of clients) client.close();
    await laboratory.close();
  });

  async function connect(): Promise<EslClient> {
    const client = await EslClient.connect(laboratory.eslPort, laboratory.password);
    clients.push(client);
    return client;
  }

  it('a crash drops the socket and every call without a record, and a restart has another Core-UUID', async () => {
    const client = await connect();
    const before = laboratory.owner.coreUuid;
    await client.background(originate('a', numbers.answers));
    const phone = laboratory.owner.phone('1001');
    const seen: string[] = [];
    phone.on('unregistered', () => seen.push('gone')).on('registered', () => seen.push('back'));
    await laboratory.owner.crash();
    await client.until(() => client.closed, 'the close');
    expect(client.frames.at(-1)?.headers['Content-Type']).not.toBe('text/disconnect-notice');
    await laboratory.owner.start();
    expect(laboratory.owner.coreUuid).not.toBe(before);
    expect(seen).toEqual(['gone', 'back']);
    expect(laboratory.owner.channels()).toEqual([]);
    expect(readdirSync(laboratory.directory)).not.toContain('cdr');
    const again = await EslClient.connect(laboratory.owner.eslPort, laboratory.password);
    clients.push(again);
    expect(await again.api('show channels as json')).toBe('{"row_count": 0}\n');
  });

  it('an orderly stop tells the listeners and hangs the calls up with SYSTEM_SHUTDOWN', async () => {
    const client = await connect();
    await client.background(originate('a', numbers.answers));
    await laboratory.owner.stop();
    await client.until(() => client.closed, 'the close');
    expect((await client.on('a', 'CHANNEL_HANGUP_COMPLETE'))['Hangup-Cause']).toBe('SYSTEM_SHUTDOWN');
    expect(client.frames.at(-1)?.body).toBe('The system is being shut down.\n');
  });

  it('frames written byte by byte or many at once still parse', async () => {
    laboratory.owner.faults.chunkBytes = 7;
    const client = await connect();
    expect(await client.background(originate('a', numbers.busy))).toBe('-ERR USER_BUSY\n');
    laboratory.owner.faults.chunkBytes = 0;
    laboratory.owner.faults.coalesceMs = 60;
    expect(await client.background(originate('b', numbers.busy))).toBe('-ERR USER_BUSY\n');
    await client.on('b', 'CHANNEL_DESTROY');
  });

  it('refuses by ACL, stays mute, and calls a right password wrong', async () => {
    const { faults } = laboratory.owner;
    faults.refuse = true;
    const refused = await EslClient.open(laboratory.eslPort);
    await refused.until(() => refused.closed, 'the refusal');
    expect(refused.frames[0]?.headers['Content-Type']).toBe('text/rude-rejection');
    expect(refused.frames[0]?.body).toBe('Access Denied, go away.\n');
    Object.assign(faults, { refuse: false, wrongPassword: true });
    await expect(connect()).rejects.toThrow('-ERR invalid');
    Object.assign(faults, { wrongPassword: false, mute: true });
    const mute = await EslClient.open(laboratory.eslPort);
    clients.push(mute);
    await expect(mute.until(() => mute.frames.length > 0, 'a greeting', 200)).rejects.toThrow('a greeting');
  });

  it.each([
    ['natural', ['CHANNEL_HANGUP', 'CHANNEL_HANGUP_COMPLETE', 'BACKGROUND_JOB', 'CHANNEL_DESTROY']],
    ['before-hangup', ['CHANNEL_HANGUP', 'BACKGROUND_JOB', 'CHANNEL_HANGUP_COMPLETE', 'CHANNEL_DESTROY']],
    ['after-destroy', ['CHANNEL_HANGUP', 'CHANNEL_HANGUP_COMPLETE', 'CHANNEL_DESTROY', 'BACKGROUND_JOB']],
  ] as const)('announces the result of a failed originate in %s order', async (order, expected) => {
    laboratory.owner.faults.jobOrder = order;
    const client = await connect();
    expect(await client.background(originate('a', numbers.busy))).toBe('-ERR USER_BUSY\n');
    await client.on('a', 'CHANNEL_DESTROY');
    const names = client.events.map((event) => event['Event-Name'] ?? '');
    expect(names.filter((name) => (expected as readonly string[]).includes(name))).toEqual(expected);
  });

  it('reports a tone twice, first without its channel', async () => {
    const client = await connect();
    await client.background(originate('a', numbers.answers));
    laboratory.owner.detectTone('a', 'BUSY');
    await client.on('a', 'DETECTED_TONE');
    const tones = client.events.filter((event) => event['Event-Name'] === 'DETECTED_TONE');
    expect(tones.map((event) => event['Unique-ID'])).toEqual([undefined, 'a']);
  });

  it('carries a percent sign and Chinese in a far end’s user agent through both forms', async () => {
    laboratory.owner.faults.userAgent = '话机 100% v1';
    const client = await connect();
    await client.background(originate('a', numbers.answers));
    expect((await client.on('a', 'CHANNEL_ANSWER'))['variable_sip_user_agent']).toBe('话机 100% v1');
    expect(await client.api('uuid_dump a')).toContain(
      'variable_sip_user_agent: %E8%AF%9D%E6%9C%BA%20100%25%20v1\n',
    );
  });

  it('a gateway that goes down refuses at once and says so; a phone that leaves is not registered', async () => {
    const client = await connect();
    const { owner } = laboratory;
    owner.setGateway('carrier', 'down');
    const state = await client.event(
      (event) => event['Event-Subclass'] === 'sofia::gateway_state',
      'the state',
    );
    expect([state['Gateway'], state['Ping-Status']]).toEqual(['carrier', 'DOWN']);
    expect(await client.api(originate('a', numbers.answers))).toBe('-ERR GATEWAY_DOWN\n');
    expect(client.sequence('a', ['CHANNEL_CREATE', 'CHANNEL_DESTROY'])).toEqual(['CHANNEL_DESTROY']);
    owner.setGateway('carrier', 'up');
    expect(await client.api(originate('b', numbers.busy))).toBe('-ERR USER_BUSY\n');
    owner.phone('1001').unregister(true);
    await client.event((event) => event['Event-Subclass'] === 'sofia::expire', 'the expiry');
    expect(await client.api('originate user/1001@branch.test &park()')).toBe('-ERR USER_NOT_REGISTERED\n');
  });

  it('a client that sends rubbish or an endless length loses its connection and nobody else’s', async () => {
    const bad = await EslClient.open(laboratory.eslPort);
    bad.send('auth x\nContent-Length: 99999999999');
    await bad.until(() => bad.closed, 'the close');
    const client = await connect();
    expect(await client.api('uuid_exists nobody')).toBe('false');
  });

  it('a listener that does not read loses events and then its connection, and the others hear everything', async () => {
    const { owner } = laboratory;
    owner.faults.listenerQueue = 50;
    const reading = await connect();
    const stalled = await connect();
    stalled.pause();
    const filler = 'x'.repeat(200_000);
    for (let i = 0; i < 100; i++) {
      owner.core.emit('TRAP', [['Filler', filler]]);
      await reading.until(
        () => reading.events.filter((event) => event['Filler'] !== undefined).length > i,
        'the filler',
      );
    }
    for (let i = 0; i < 700; i++) {
      owner.core.emit('TRAP', [['Number', String(i)]]);
      await reading.event((event) => event['Number'] === String(i), `number ${i}`);
    }
    stalled.resume();
    await stalled.until(() => stalled.closed, 'the close');
    expect(stalled.events.some((event) => event['Number'] === '699')).toBe(false);
  });

  it('records of calls appear late when the disk is slow', async () => {
    laboratory.owner.faults.cdrDelayMs = 150;
    const client = await connect();
    await client.background(originate('a', numbers.busy));
    await client.on('a', 'CHANNEL_DESTROY');
    expect(readdirSync(laboratory.directory)).not.toContain('cdr');
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(readdirSync(laboratory.cdrDirectory)).toEqual(['a.cdr.json']);
  });
});
