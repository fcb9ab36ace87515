import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readProcSpan, SpanMonitor, type SpanKind, type SpanSnapshot } from '@branchline/hardware';
import { connectFtdm, serveFtdm, SpanBox, World } from '@branchline/hardware/emulator';
import { scaledClock } from '@branchline/shared';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { EslClient } from './contract/index.ts';
import { openVirtualLaboratory } from './contract/virtual-laboratory.ts';

const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

/** A virtual switch above an emulated E1 that runs 20 times as fast. */
async function switchWithSpan(
  kinds: readonly SpanKind[] = ['e1'],
): Promise<{ box: SpanBox; world: World; client: EslClient }> {
  const now = Date.now();
  const world = new World({ clock: scaledClock({ speed: 20, real: now, business: now }), seed: 1 });
  const box = SpanBox.of(world, kinds, 1);
  box.start();
  const laboratory = await openVirtualLaboratory({ spans: box });
  const client = await EslClient.connect(laboratory.eslPort, laboratory.password);
  ends.push(
    () => box.stop(),
    () => world.stop(),
    () => laboratory.close(),
    () => client.close(),
  );
  return { box, world, client };
}

/** The same, with its signalling up. */
async function inService(kinds?: readonly SpanKind[]): ReturnType<typeof switchWithSpan> {
  const all = await switchWithSpan(kinds);
  await vi.waitFor(() => expect(all.box.spans.every(({ dChannelUp }) => dChannelUp)).toBe(true), {
    timeout: 5_000,
  });
  return all;
}

test('the event socket answers ftdm commands and tells of alarms, with the words of another alarm', async () => {
  const { box, client } = await switchWithSpan();
  expect(await client.api('ftdm list')).toContain('span: 1 (e1_1)');
  expect(await client.api('ftdm sigstatus get nobody')).toBe('-ERR invalid span nobody\n');
  box.spans[0]!.fail('red');
  const trap = await client.event((event) => event['Event-Name'] === 'TRAP', 'a trap');
  expect(trap).toMatchObject({ condition: 'ftdm-alarm-trap', 'span-name': 'e1_1', alarm: 'blue' });
});

test('a switch without spans knows no ftdm', async () => {
  const laboratory = await openVirtualLaboratory();
  ends.push(() => laboratory.close());
  const client = await EslClient.connect(laboratory.eslPort, laboratory.password);
  ends.push(() => client.close());
  expect(await client.api('ftdm list')).toBe('-ERR ftdm Command not found!\n');
});

test('a monitor over the event socket sees the D-channel go and come back', async () => {
  const { box, world, client } = await switchWithSpan();
  const seen: string[] = [];
  const watch = ({ condition }: SpanSnapshot): void =>
    void seen.push('fault' in condition ? condition.fault : condition.phase);
  const line = readProcSpan(box.files().get('proc/dahdi/1')!);
  const monitor = new SpanMonitor({
    clock: world.clock,
    spans: [{ name: 'e1_1', number: 1, kind: 'e1' }],
    source: { look: () => Promise.resolve({ found: 'reading', reading: line }) },
    ftdm: client,
    listener: { changed: watch, alarm: () => undefined },
  });
  monitor.start();
  ends.push(() => monitor.stop());
  const last = (condition: string): Promise<unknown> =>
    vi.waitFor(() => expect(seen.at(-1)).toBe(condition), { timeout: 15_000, interval: 20 });
  await last('in-service');
  box.spans[0]!.setDChannel(false);
  await last('d-channel-down');
  box.spans[0]!.setDChannel(true);
  await last('in-service');
});

/** Places a call and gives what `originate` answered. */
function originate(
  client: EslClient,
  path: string,
  variables = '',
): { readonly uuid: string; readonly answer: Promise<string> } {
  const uuid = randomUUID();
  const answer = client.background(`originate {origination_uuid=${uuid}${variables}}freetdm/${path} &park()`);
  return { uuid, answer };
}

describe('calls over a span', () => {
  test('take the highest free timeslot, ring, are answered, and end when the far end says so', async () => {
    const { box, world, client } = await inService();
    world.plan.set('13900139000', {
      alertAfterMs: 2_000,
      answerAfterMs: 6_000,
      release: { afterMs: 20_000, cause: 16 },
    });
    const { uuid, answer } = originate(
      client,
      'e1_1/A/13900139000',
      ',origination_caller_id_number=+02088886666',
    );
    const begun = await client.on(uuid, 'CHANNEL_CREATE');
    expect(begun['Channel-Name']).toBe('FreeTDM/1:31/13900139000');
    expect(begun).toMatchObject({ variable_freetdm_span_name: 'e1_1', variable_freetdm_chan_number: '31' });
    const [channel] = box.spans[0]!.calls.channels.filter(({ slot }) => slot === 31);
    expect(channel).toMatchObject({ session: uuid, from: '02088886666', to: '13900139000' });
    expect(await answer).toBe(`+OK ${uuid}\n`);
    const ended = await client.on(uuid, 'CHANNEL_HANGUP_COMPLETE');
    expect(ended['Hangup-Cause']).toBe('NORMAL_CLEARING');
    expect(Object.keys(ended).filter((name) => /variable_(sip|rtp)_/.test(name))).toEqual([]);
    expect(
      client.sequence(uuid, ['CHANNEL_PROGRESS', 'CHANNEL_ANSWER', 'CHANNEL_PARK', 'CHANNEL_HANGUP']),
    ).toEqual(['CHANNEL_PROGRESS', 'CHANNEL_ANSWER', 'CHANNEL_PARK', 'CHANNEL_HANGUP']);
    expect(channel).toMatchObject({ isFree: true, cause: '16' });
  });

  test('end as the number plan says', async () => {
    const { world, client } = await inService();
    for (const [number, temperament, cause] of [
      ['13900000001', 'busy', 'USER_BUSY'],
      ['13900000002', 'dead', 'UNALLOCATED_NUMBER'],
      ['13900000003', 'powered-off', 'SUBSCRIBER_ABSENT'],
    ] as const) {
      world.plan.set(number, temperament);
      const { answer } = originate(client, `e1_1/a/${number}`);
      expect(await answer).toBe(`-ERR ${cause}\n`);
    }
  });

  test('a channel is taken once: in turn, by its number, of any span, or not at all', async () => {
    const { box, world, client } = await inService(['t1', 'e1']);
    world.plan.set('1*', 'silent');
    const placed = async (path: string): Promise<string> => {
      const { uuid, answer } = originate(client, path);
      const begun = client.on(uuid, 'CHANNEL_CREATE').then((event) => event['Channel-Name'] ?? '');
      return Promise.race([begun, answer.then((text) => text.trim())]);
    };
    expect(await placed('t1_1/a/10')).toBe('FreeTDM/1:1/10');
    expect(await placed('1/r/11')).toBe('FreeTDM/1:2/11');
    expect(await placed('t1_1/R/12')).toBe('FreeTDM/1:23/12');
    expect(await placed('t1_1/5/13')).toBe('FreeTDM/1:5/13');
    expect(await placed('t1_1/5/14')).toBe('-ERR NORMAL_CIRCUIT_CONGESTION');
    expect(await placed('t1_1/24/15')).toBe('-ERR DESTINATION_OUT_OF_ORDER');
    expect(await placed('t1_9/a/16')).toBe('-ERR DESTINATION_OUT_OF_ORDER');
    expect(await placed('0/5/17')).toBe('-ERR DESTINATION_OUT_OF_ORDER');
    box.spans[0]!.calls.setAllBusy(true);
    expect(await placed('t1_1/A/18')).toBe('-ERR NORMAL_CIRCUIT_CONGESTION');
    expect(await placed('0/A/19')).toBe('FreeTDM/2:31/19');
    box.spans[1]!.calls.setBadSlot(3);
    expect(await placed('e1_2/3/20')).toBe('-ERR REQUESTED_CHAN_UNAVAIL');
  });

  test('a span that goes red takes no call at once, loses those it has, and takes calls again', async () => {
    const { box, world, client } = await inService();
    const [span] = box.spans;
    world.plan.set('13900139000', { alertAfterMs: 1_000, answerAfterMs: 2_000 });
    const talk = originate(client, 'e1_1/A/13900139000');
    expect(await talk.answer).toBe(`+OK ${talk.uuid}\n`);
    span!.fail('red');
    expect(await originate(client, 'e1_1/A/13900139000').answer).toBe('-ERR NORMAL_CIRCUIT_CONGESTION\n');
    const lost = await client.on(talk.uuid, 'CHANNEL_HANGUP_COMPLETE');
    expect(['27', '38', '41']).toContain(lost['variable_hangup_cause_q850']);
    span!.recover();
    await vi.waitFor(() => expect(span!.dChannelUp).toBe(true), { timeout: 5_000 });
    span!.setDChannel(false);
    expect(await originate(client, 'e1_1/A/13900139000').answer).toBe('-ERR NETWORK_OUT_OF_ORDER\n');
  });

  test('our own hanging up frees the channel, also from another process; one that ends takes its calls along', async () => {
    const { box, world } = await inService();
    world.plan.set('1*', { alertAfterMs: 500, answerAfterMs: 1_000 });
    const path = join(mkdtempSync(join(tmpdir(), 'spans-')), 'ftdm.sock');
    const server = await serveFtdm(path, box);
    const link = await connectFtdm(path);
    const laboratory = await openVirtualLaboratory({ spans: link });
    const client = await EslClient.connect(laboratory.eslPort, laboratory.password);
    ends.push(
      () => server.stop(),
      () => link.close(),
      () => laboratory.close(),
      () => client.close(),
    );
    const busy = (): number => box.spans[0]!.calls.channels.filter(({ session }) => session !== '').length;
    const [one, two] = [originate(client, 'e1_1/A/1000'), originate(client, 'e1_1/A/1001')];
    expect(await one.answer).toBe(`+OK ${one.uuid}\n`);
    expect(await two.answer).toBe(`+OK ${two.uuid}\n`);
    expect(busy()).toBe(2);
    await client.api(`uuid_kill ${one.uuid}`);
    await vi.waitFor(() => expect(busy()).toBe(1), { timeout: 5_000 });
    link.close();
    await vi.waitFor(() => expect(busy()).toBe(0), { timeout: 5_000 });
    const lost = await client.on(two.uuid, 'CHANNEL_HANGUP');
    expect(lost['Hangup-Cause']).toBe('NORMAL_TEMPORARY_FAILURE');
  });
});

test('an answer that never comes does not become that of another command', async () => {
  const now = Date.now();
  const world = new World({ clock: scaledClock({ speed: 20, real: now, business: now }), seed: 1 });
  const box = SpanBox.of(world, ['e1'], 1);
  const path = join(mkdtempSync(join(tmpdir(), 'spans-')), 'ftdm.sock');
  const server = await serveFtdm(path, box);
  const link = await connectFtdm(path);
  ends.push(
    () => world.stop(),
    () => server.stop(),
    () => link.close(),
  );
  vi.spyOn(box, 'api').mockReturnValueOnce(new Promise(() => undefined));
  const never = link.api('ftdm list');
  await expect(link.api('ftdm sigstatus get e1_1')).resolves.toContain('signaling_status');
  link.close();
  await expect(never).rejects.toThrow('emulator is gone');
});
