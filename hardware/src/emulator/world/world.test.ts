import { expect, test } from 'vitest';
import { ManualClock } from '@branchline/shared';
import { readIncoming, submitPdus } from '../../sms/index.ts';
import { makeSim, NumberPlan, World, type Sim, type Terminal } from './index.ts';

function terminal(
  sim: Sim,
  reachable = true,
): Terminal & { readonly texts: string[]; readonly rings: string[] } {
  const texts: string[] = [];
  const rings: string[] = [];
  return {
    sim,
    reachable,
    texts,
    rings,
    ring(call, from) {
      call.attach({ alerting: () => undefined, answered: () => undefined, released: () => undefined });
      return rings.push(from) > 0;
    },
    deliver(pdu) {
      const message = readIncoming(pdu);
      texts.push(message.type === 'deliver' ? message.text : `report ${message.reference}`);
    },
  };
}

/** What a call tells, e.g. `alerting`, `released 17`. */
function listen(): {
  readonly told: string[];
  alerting(): void;
  answered(): void;
  released(cause: number): void;
} {
  const told: string[] = [];
  return {
    told,
    alerting: () => void told.push('alerting'),
    answered: () => void told.push('answered'),
    released: (cause) => void told.push(`released ${cause}`),
  };
}

test('the same seed gives the same people, another one others', () => {
  const numbers = Array.from({ length: 200 }, (_, i) => `139000${String(i).padStart(5, '0')}`);
  const lives = (seed: number): unknown => {
    const plan = new NumberPlan(seed);
    return numbers.map((number) => plan.next(number));
  };
  expect(lives(1)).toEqual(lives(1));
  expect(lives(1)).not.toEqual(lives(2));
});

test('the longest rule for a number wins over chance', () => {
  const plan = new NumberPlan(1);
  plan.set('139*', 'busy');
  plan.set('1390*', 'dead');
  plan.set('13900000000', { answerAfterMs: 1 });
  expect(plan.next('13911111111').release?.cause).toBe(17);
  expect(plan.next('13901111111').release?.cause).toBe(1);
  expect(plan.next('13900000000')).toEqual({ answerAfterMs: 1 });
});

test('a call costs whole minutes, and a SIM without money calls nobody', () => {
  const clock = new ManualClock();
  const world = new World({ clock, seed: 1 });
  const sim = makeSim(1);
  world.plan.set('139', {
    alertAfterMs: 1_000,
    answerAfterMs: 2_000,
    release: { afterMs: 63_000, cause: 16 },
  });
  const side = listen();
  world.dial(sim, '139', side);
  clock.advance(70_000);
  expect([side.told, sim.balance]).toEqual([['alerting', 'answered', 'released 16'], 49.8]);
  sim.balance = 0;
  const refused = listen();
  world.dial(sim, '139', refused);
  clock.advance(70_000);
  expect(refused.told).toEqual(['released 8']);
});

test('a call that was hung up says nothing any more', () => {
  const clock = new ManualClock();
  const world = new World({ clock, seed: 1 });
  world.plan.set('139', { alertAfterMs: 1_000, answerAfterMs: 2_000 });
  const side = listen();
  const call = world.dial(makeSim(1), '139', side);
  clock.advance(1_500);
  call.hangUp();
  clock.advance(60_000);
  expect(side.told).toEqual(['alerting']);
});

test('a message to a SIM out of reach waits for it; a report tells of the delivery', () => {
  const clock = new ManualClock();
  const world = new World({ clock, seed: 1 });
  const [one, two] = [terminal(makeSim(1)), terminal(makeSim(2))] as const;
  world.attach(one);
  world.messageIn(two.sim.msisdn, '10086', 'later');
  clock.advance(10_000);
  expect(two.texts).toEqual([]);
  world.attach(two);
  clock.advance(10_000);
  expect(two.texts).toEqual(['later']);
  const [message] = submitPdus(two.sim.msisdn, 'hello', { report: true });
  const reference = world.submit(one.sim, message!.pdu);
  clock.advance(20_000);
  expect([two.texts, one.texts]).toEqual([['later', 'hello'], [`report ${reference}`]]);
});

test('SIMs of one world call each other; a busy one is busy', () => {
  const clock = new ManualClock();
  const world = new World({ clock, seed: 1 });
  const callee = terminal(makeSim(2));
  world.attach(callee);
  const side = listen();
  world.dial(makeSim(1), `+86${callee.sim.msisdn}`, side);
  clock.advance(5_000);
  expect([callee.rings, side.told]).toEqual([[makeSim(1).msisdn], ['alerting']]);
  world.attach({ ...callee, ring: () => false });
  const busy = listen();
  world.dial(makeSim(3), callee.sim.msisdn, busy);
  clock.advance(5_000);
  expect(busy.told).toEqual(['released 17']);
});
