import { describe, expect, test, vi } from 'vitest';
import { gatewayKinds, gatewayLaboratory, type GatewayLaboratory } from '../../testing/gateway-laboratory.ts';

const soon = { timeout: 15_000, interval: 10 };

// The tests wait more than they work.
describe.concurrent.each(gatewayKinds)('a %s', (kind) => {
  /** In service on both channels. */
  async function inService(end: (stop: () => Promise<void>) => void): Promise<GatewayLaboratory> {
    const laboratory = await gatewayLaboratory(kind);
    end(() => laboratory.stop());
    await until(laboratory, 'in-service');
    return laboratory;
  }

  const until = (lab: GatewayLaboratory, condition: string): Promise<unknown> =>
    vi.waitFor(
      () => expect(lab.channels.map((each) => lab.condition(each))).toEqual([condition, condition]),
      soon,
    );
  const first = (lab: GatewayLaboratory, condition: string): Promise<unknown> =>
    vi.waitFor(() => expect(lab.condition(lab.channels[0])).toBe(condition), soon);

  test('tells who sits in which channel, and how strong its network is', async ({ onTestFinished }) => {
    const lab = await inService(onTestFinished);
    const [one] = lab.emulated;
    expect(lab.snapshot(lab.channels[0]).facts).toMatchObject({
      imsi: one.sim.imsi,
      iccid: one.sim.iccid,
      signal: -77,
      call: 'idle',
      enabled: true,
    });
  });

  test('sends a message of two parts and tells of its delivery', async ({ onTestFinished }) => {
    const lab = await inService(onTestFinished);
    const [one, two] = lab.emulated;
    const text = '您好，'.repeat(30);
    const reference = await lab.gateway.sendMessage(lab.channels[0], two.sim.msisdn, text);
    expect(reference).toMatch(/^\d+$/);
    await vi.waitFor(() => expect(lab.received).toHaveLength(2), soon);
    expect(lab.received).toContainEqual([
      lab.channels[1],
      expect.objectContaining({ type: 'message', from: one.sim.msisdn, text }),
    ]);
    expect(lab.received).toContainEqual([
      lab.channels[0],
      { type: 'report', reference, to: two.sim.msisdn, delivery: 'delivered' },
    ]);
  });

  test('keeps what could not be stored until it can, and hands it over once', async ({ onTestFinished }) => {
    const lab = await inService(onTestFinished);
    lab.full = true;
    lab.world.messageIn(lab.emulated[0].sim.msisdn, '10086', 'a; b: c\nd');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(lab.received).toEqual([]);
    lab.full = false;
    await vi.waitFor(() => expect(lab.received).toHaveLength(1), soon);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(lab.received).toEqual([
      [lab.channels[0], expect.objectContaining({ from: '10086', text: 'a; b: c\nd' })],
    ]);
  });

  test('asks the operator for the balance; a busy channel is refused and named', async ({
    onTestFinished,
  }) => {
    const lab = await inService(onTestFinished);
    const [one] = lab.emulated;
    one.sim.balance = 12.5;
    expect(await lab.gateway.ussd(lab.channels[0], '*100#')).toEqual({
      text: '您的余额为12.50元',
      more: false,
    });
    one.busy = true;
    await expect(lab.gateway.ussd(lab.channels[0], '*100#')).rejects.toMatchObject({
      code: expect.stringMatching(/^BL_(USSD_FAILED|GATEWAY_REFUSED)$/),
    });
    await expect(lab.gateway.sendMessage(lab.channels[0], '13900139000', 'x')).rejects.toMatchObject({
      code: 'BL_GATEWAY_REFUSED',
    });
    for (const code of ['*31#13900139000', '#31#', 'a;b'])
      await expect(lab.gateway.ussd(lab.channels[0], code)).rejects.toMatchObject({ code: 'BL_USSD_CODE' });
  });

  test('opens and closes the faults of SIM, network and limit; the other channel does not notice', async ({
    onTestFinished,
  }) => {
    const lab = await inService(onTestFinished);
    const [one] = lab.emulated;
    one.insertSim(false);
    await first(lab, 'sim-missing');
    await expect(lab.gateway.sendMessage(lab.channels[0], '13900139000', 'x')).rejects.toMatchObject({
      code: 'BL_GATEWAY_STATE',
    });
    one.insertSim(true);
    await first(lab, 'in-service');
    one.setSignal(0);
    await first(lab, 'no-signal');
    one.setSignal(20);
    await first(lab, 'in-service');
    one.remaining = 0;
    await first(lab, 'limit-reached');
    one.remaining = -1;
    await first(lab, 'in-service');
    expect(lab.condition(lab.channels[1])).toBe('in-service');
  });

  test('shows a call while it lasts', async ({ onTestFinished }) => {
    const lab = await inService(onTestFinished);
    lab.world.plan.set('13900139000', { alertAfterMs: 500, answerAfterMs: 1_000 });
    lab.emulated[0].dial('13900139000');
    await first(lab, 'in-call');
    expect(lab.condition(lab.channels[1])).toBe('in-service');
    lab.emulated[0].hangUp();
    await first(lab, 'in-service');
  });

  test('restarts a channel, switches it off and on', async ({ onTestFinished }) => {
    const lab = await inService(onTestFinished);
    await lab.gateway.reset(lab.channels[0]);
    await first(lab, 'in-service');
    await lab.gateway.setEnabled(lab.channels[0], false);
    await first(lab, 'disabled');
    expect(lab.emulated[0].enabled).toBe(false);
    await lab.gateway.setEnabled(lab.channels[0], true);
    await first(lab, 'in-service');
  });

  test('names a gateway that hangs, and is back by itself', async ({ onTestFinished }) => {
    const lab = await inService(onTestFinished);
    lab.faults.hang(true);
    await until(lab, 'login-lost');
    lab.faults.hang(false);
    await until(lab, 'in-service');
    expect(lab.history.filter((each) => each === 'login-lost')).toHaveLength(2);
  });

  test('names a lost login, and is back by itself', async ({ onTestFinished }) => {
    const lab = await inService(onTestFinished);
    lab.faults.loginLost(true);
    const fault = kind === 'goip' ? 'login-lost' : 'login-refused';
    await until(lab, fault);
    lab.faults.loginLost(false);
    await until(lab, 'in-service');
    expect(lab.history.filter((each) => each === fault)).toHaveLength(2);
  });

  test('names a wrong password, and is back when it is right', async ({ onTestFinished }) => {
    const lab = await inService(onTestFinished);
    lab.faults.password('other');
    await until(lab, 'login-refused');
    expect(lab.gateway.refused.wrongPassword).toBeGreaterThan(0);
    lab.faults.password('secret');
    await until(lab, 'in-service');
  });

  test('counts garbage, names it when it goes on, and is back after it', async ({ onTestFinished }) => {
    const lab = await inService(onTestFinished);
    lab.faults.garbage(8);
    await vi.waitFor(() => expect(lab.gateway.refused.garbage).toBeGreaterThanOrEqual(5), soon);
    await vi.waitFor(() => expect(lab.history).toContain('garbage'), soon);
    await until(lab, 'in-service');
  });

  test('an answer that does not come is a timeout with a name', async ({ onTestFinished }) => {
    const lab = await inService(onTestFinished);
    lab.faults.hang(true);
    await expect(lab.gateway.sendMessage(lab.channels[0], '13900139000', 'x')).rejects.toMatchObject({
      code: 'BL_GATEWAY_TIMEOUT',
      details: { gateway: 'gw', request: 'message' },
    });
  });
});
