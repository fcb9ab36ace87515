import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { laboratory, type Laboratory } from '../../testing/modem-laboratory.ts';
import { pass, passUntil } from '../../testing/virtual-time.ts';
import type { FarEnd, Temperament } from '../emulator/index.ts';
import { profileIds, type CallEvent, type ProfileId } from './index.ts';

const callee = '13900139000';

async function called(lab: Laboratory, far: FarEnd | Temperament, ringMs = 45_000): Promise<CallEvent[]> {
  lab.world.plan.set(callee, far);
  lab.calls.length = 0;
  lab.modem.dial(callee, ringMs);
  await passUntil(lab.clock, 'the end', () => lab.calls.at(-1)?.what === 'ended', 300_000);
  return [...lab.calls];
}

const words = (events: readonly CallEvent[]): string[] => events.map(({ what }) => what);
const outcome = (events: readonly CallEvent[]): string => {
  const last = events.at(-1);
  return last?.what === 'ended' ? last.end.outcome : 'none';
};

describe.each(profileIds)('a modem of the family %s', (profile) => {
  test('comes into service and tells who and where it is', async () => {
    const lab = laboratory({ profile });
    await lab.until('in-service');
    await pass(lab.clock, 2_000);
    expect(lab.modem.snapshot).toMatchObject({
      profile,
      identity: { imei: lab.emulated.imei },
      sim: { imsi: lab.emulated.sim.imsi, iccid: lab.emulated.sim.iccid },
      operator: 'CHINA MOBILE',
      signalDbm: -77,
    });
    await lab.modem.stop();
  });

  test('tells how calls end', async () => {
    const lab = laboratory({ profile });
    await lab.until('in-service');
    const answered = await called(lab, 'answers');
    expect(outcome(answered)).toBe('ANSWERED');
    expect(words(answered)).toContain('answered');
    if (profile === 'a7670') return lab.modem.stop();
    expect(outcome(await called(lab, 'busy'))).toBe('BUSY');
    expect(outcome(await called(lab, 'silent'))).toBe('NO_ANSWER');
    // Families that give no cause cannot tell why a phone never rang.
    const dead = outcome(await called(lab, 'dead'));
    expect(dead).toBe(
      { huawei: 'INVALID_NUMBER', ec20: 'TRUNK_FAULT', sim7600: 'TRUNK_FAULT' }[profile as string] ?? 'ERROR',
    );
    await lab.modem.stop();
  });

  test('takes, rejects and misses calls that come in', async () => {
    const lab = laboratory({ profile });
    await lab.until('in-service');
    lab.world.callIn(lab.emulated.sim.msisdn, callee, 30_000, 20_000);
    await passUntil(lab.clock, 'ringing', () => lab.calls.length > 0);
    expect(lab.calls[0]).toMatchObject({ what: 'incoming', call: { number: callee } });
    lab.modem.answer();
    await passUntil(lab.clock, 'the end', () => lab.calls.at(-1)?.what === 'ended');
    expect(words(lab.calls)).toEqual(['incoming', 'answered', 'ended']);
    lab.world.callIn(lab.emulated.sim.msisdn, callee, 12_000);
    await passUntil(
      lab.clock,
      'giving up',
      () => lab.calls.filter(({ what }) => what === 'ended').length === 2,
    );
    lab.world.callIn(lab.emulated.sim.msisdn, callee);
    await pass(lab.clock, 6_000);
    lab.modem.hangUp();
    await passUntil(
      lab.clock,
      'rejection',
      () => lab.calls.filter(({ what }) => what === 'ended').length === 3,
    );
    expect(lab.modem.snapshot.condition.phase).toBe('in-service');
    expect(lab.emulated.call).toBeUndefined();
    await lab.modem.stop();
  });

  test('sends and receives messages and asks for the balance both ways', async () => {
    const lab = laboratory({ profile });
    await lab.until('in-service');
    const long = '一条很长的短信'.repeat(15);
    const sent = lab.modem.sendMessage(callee, long, true);
    await pass(lab.clock, 20_000);
    expect(await sent).toHaveLength(2);
    expect(lab.world.sent.map(({ text }) => text).join('')).toBe(long);
    lab.world.messageIn(lab.emulated.sim.msisdn, '10086', long);
    await pass(lab.clock, 10_000);
    expect(lab.received.filter(({ type }) => type === 'report')).toHaveLength(2);
    expect(lab.received).toContainEqual(
      expect.objectContaining({ type: 'message', from: '10086', text: long }),
    );
    expect([lab.emulated.messages.used, lab.emulated.statusReports.used]).toEqual([0, 0]);
    const pattern = /余额\D*(\d+(?:\.\d+)?)元/;
    const bySms = lab.modem.balance({ method: 'sms', code: 'YE', target: '10086', pattern });
    await pass(lab.clock, 15_000);
    const balance = await bySms;
    expect(balance).toBe(lab.emulated.sim.balance);
    const byUssd = lab.modem.balance({ method: 'ussd', code: '*100#', pattern });
    await pass(lab.clock, 10_000);
    expect(await byUssd).toBe(balance);
    await lab.modem.stop();
  });

  test('is restarted from afar and comes back with what was set up', async () => {
    const lab = laboratory({ profile });
    await lab.until('in-service');
    const restarted = lab.modem.restart();
    await pass(lab.clock, 200);
    await restarted;
    expect(lab.modem.snapshot.condition.phase).not.toBe('in-service');
    await pass(lab.clock, 3_000);
    await lab.until('in-service');
    lab.world.messageIn(lab.emulated.sim.msisdn, '10086', 'after the restart');
    await pass(lab.clock, 5_000);
    expect(lab.received).toContainEqual(expect.objectContaining({ text: 'after the restart' }));
    await lab.modem.stop();
  });

  test('is found again after it was unplugged in a call, and the call is over', async () => {
    const lab = laboratory({ profile });
    await lab.until('in-service');
    lab.world.plan.set(callee, 'silent');
    lab.modem.dial(callee);
    await pass(lab.clock, 3_000);
    lab.emulated.unplug();
    await lab.until('absent');
    expect(lab.calls.at(-1)).toMatchObject({ what: 'ended', end: { outcome: 'TRUNK_FAULT' } });
    await pass(lab.clock, 60_000);
    lab.emulated.plug();
    await lab.until('in-service');
    expect(outcome(await called(lab, 'answers'))).toBe('ANSWERED');
    await lab.modem.stop();
  });
});

const huawei = async (options: Parameters<typeof laboratory>[0]['modem'] = {}): Promise<Laboratory> => {
  const lab = laboratory({ profile: 'huawei', modem: options });
  return lab;
};

test('a modem that is unplugged while it is being opened is opened again', async () => {
  const lab = laboratory({ profile: 'huawei' });
  lab.emulated.unplug();
  await pass(lab.clock, 500);
  expect(lab.modem.snapshot.condition.phase).toBe('absent');
  lab.emulated.plug();
  await lab.until('in-service');
  await lab.modem.stop();
});

test('a SIM that is pulled and put back is noticed both times', async () => {
  const lab = laboratory({ profile: 'sim800c' });
  await lab.until('in-service');
  lab.conditions.length = 0;
  lab.emulated.removeSim();
  await lab.until('sim-missing', 5_000);
  lab.emulated.insertSim();
  await lab.until('in-service');
  const faults = lab.conditions.flatMap((each) => (each.phase === 'failed' ? [each.fault] : []));
  expect(new Set(faults)).toEqual(new Set(['sim-missing']));
  await lab.modem.stop();
});

test('a PIN is entered once; a wrong one never a second time, whatever happens to the port', async () => {
  const right = await huawei({ pin: '4711' });
  right.emulated.lockSim('4711');
  await right.until('in-service');
  await right.modem.stop();

  const wrong = await huawei({ pin: '1234' });
  wrong.emulated.lockSim('4711');
  await wrong.until('pin-wrong');
  wrong.emulated.unplug();
  await wrong.until('absent');
  wrong.emulated.plug();
  await pass(wrong.clock, 600_000, 200);
  expect(wrong.emulated.sim.pinTriesLeft).toBe(2);
  await wrong.modem.stop();

  const none = await huawei();
  none.emulated.lockSim('4711');
  await none.until('pin-required');
  expect(none.emulated.sim.pinTriesLeft).toBe(3);
  await none.modem.stop();
});

test('a refused SIM, a lost network and a locked SIM have names of their own', async () => {
  const lab = await huawei();
  await lab.until('in-service');
  lab.emulated.block(true);
  await lab.until('registration-denied');
  lab.emulated.block(false);
  await lab.until('in-service');
  lab.emulated.setSignal(99);
  await lab.until('no-signal');
  lab.emulated.setSignal(20);
  await lab.until('in-service');
  lab.emulated.sim.pinTriesLeft = 0;
  lab.emulated.lockSim('1');
  await lab.until('puk-required');
  expect(() => lab.modem.dial(callee)).toThrow(/puk-required/);
  await lab.modem.stop();
});

test('a modem that hangs is named so and comes back when it does', async () => {
  const lab = await huawei();
  await lab.until('in-service');
  lab.emulated.faults.hung = true;
  await lab.until('hung');
  await pass(lab.clock, 120_000);
  expect(lab.modem.snapshot.condition).toMatchObject({ phase: 'failed', fault: 'hung' });
  lab.emulated.faults.hung = false;
  await lab.until('in-service');
  await lab.modem.stop();
});

test('a call that cannot be hung up costs a restart and is over', async () => {
  const lab = await huawei();
  await lab.until('in-service');
  lab.emulated.faults.stuckCall = true;
  lab.world.plan.set(callee, { alertAfterMs: 1_000 });
  lab.modem.dial(callee, 10_000);
  await passUntil(lab.clock, 'the end', () => lab.calls.at(-1)?.what === 'ended');
  expect(outcome(lab.calls)).toBe('NO_ANSWER');
  lab.emulated.faults.stuckCall = false;
  await lab.until('in-service');
  expect(lab.emulated.call).toBeUndefined();
  await lab.modem.stop();
});

test('messages beyond the storage of the SIM wait in the network and none is lost', async () => {
  const lab = await huawei();
  await lab.until('in-service');
  for (let i = 0; i < 60; i++) lab.world.messageIn(lab.emulated.sim.msisdn, '10086', `message ${i}`);
  await pass(lab.clock, 60_000);
  const texts = lab.received.map((each) => (each.type === 'message' ? each.text : each.type));
  expect(new Set(texts)).toEqual(new Set(Array.from({ length: 60 }, (_, i) => `message ${i}`)));
  expect(texts).toHaveLength(60);
  await lab.modem.stop();
});

test('a message that could not be stored stays on the SIM and is offered again', async () => {
  let refuse = true;
  const stored: string[] = [];
  const lab = await huawei({
    listener: {
      call: () => undefined,
      changed: () => undefined,
      warning: () => undefined,
      async received(each) {
        if (refuse) throw new Error('disk full');
        if (each.type === 'message') stored.push(each.text);
      },
    },
  });
  await lab.until('in-service');
  lab.world.messageIn(lab.emulated.sim.msisdn, '10086', 'keep me');
  await pass(lab.clock, 30_000);
  expect([stored, lab.emulated.messages.used]).toEqual([[], 1]);
  refuse = false;
  await pass(lab.clock, 90_000);
  expect([stored, lab.emulated.messages.used]).toEqual([['keep me'], 0]);
  await lab.modem.stop();
});

test('no code that changes how the caller ID is shown goes out', async () => {
  const lab = await huawei();
  await lab.until('in-service');
  for (const code of ['*31#', '#31#', '*#31#', '*31*1#', '##31#'])
    await expect(lab.modem.ussd(code)).rejects.toMatchObject({ code: 'BL_USSD_CODE' });
  expect(() => lab.modem.dial('*31#13900139000')).toThrow(/cannot be sent/);
  expect(() => lab.modem.dial('#31#13900139000')).toThrow(/cannot be sent/);
  await lab.modem.stop();
});

const fault = fc.constantFrom(
  'garbage',
  'flood',
  'hang',
  'unplug',
  'reboot',
  'sim',
  'signal',
  'lost-result',
  'split',
) as fc.Arbitrary<string>;

function strike(lab: Laboratory, what: string): () => void {
  const { emulated } = lab;
  switch (what) {
    case 'garbage':
      emulated.garbage(30);
      return () => undefined;
    case 'flood':
      emulated.garbage(5_000);
      return () => undefined;
    case 'hang':
      emulated.faults.hung = true;
      return () => void (emulated.faults.hung = false);
    case 'unplug':
      emulated.unplug();
      return () => emulated.plug();
    case 'reboot':
      emulated.restart();
      return () => undefined;
    case 'sim':
      emulated.removeSim();
      return () => emulated.insertSim();
    case 'signal':
      emulated.setSignal(99);
      return () => emulated.setSignal(18);
    case 'lost-result':
      emulated.faults.lostResults = 3;
      return () => void (emulated.faults.lostResults = 0);
    default:
      emulated.faults.splitWrites = true;
      return () => void (emulated.faults.splitWrites = false);
  }
}

test('whatever happens at whatever moment, the modem comes back and every call has one end', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom<ProfileId>('huawei', 'sim800c', 'ec20', 'sim7600', 'generic'),
      fc.array(fc.tuple(fault, fc.integer({ min: 0, max: 20_000 })), { minLength: 1, maxLength: 6 }),
      fc.integer(),
      async (profile, strikes, seed) => {
        const lab = laboratory({ profile, seed });
        for (const [what, waitMs] of strikes) {
          if (lab.modem.snapshot.condition.phase === 'in-service') lab.modem.dial(callee, 20_000);
          await pass(lab.clock, waitMs, 50);
          const heal = strike(lab, what);
          await pass(lab.clock, 7_000, 50);
          heal();
        }
        // Time to notice what happened last.
        await pass(lab.clock, 60_000, 100);
        await passUntil(
          lab.clock,
          'service',
          () => lab.modem.snapshot.condition.phase === 'in-service' && lab.emulated.call === undefined,
          300_000,
        );
        const ends = lab.calls.filter(({ what }) => what === 'ended');
        const begun = new Set(lab.calls.map(({ call }) => call.startedAt));
        expect(ends).toHaveLength(begun.size);
        expect(['ANSWERED', 'BUSY', 'NO_ANSWER']).toContain(outcome(await called(lab, 'busy')));
        await lab.modem.stop();
      },
    ),
    { numRuns: 60 },
  );
}, 120_000);
