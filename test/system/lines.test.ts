import { afterEach, describe, expect, test } from 'vitest';
import type { Desired } from '@branchline/shared';
import { testAgent } from '../support/branch.ts';
import { eventually } from '../support/eventually.ts';
import { freePorts } from '../support/free-port.ts';
import { findSwitch } from '../virtual-branch/contract/real-laboratory.ts';
import { openRealBranch, type RealBranch } from './real-branch.ts';
import { sippMissing } from './sipp.ts';

const found = findSwitch();
const missing = 'missing' in found ? found.missing : sippMissing();
const binary = 'binary' in found ? found.binary : '';

type Line = Desired['lines'][number];
type Sip = NonNullable<Line['sip']>;

const line = (id: string, port: number, sip: Partial<Sip> = {}): Line => ({
  id,
  kind: 'sip-trunk',
  enabled: true,
  channels: 10,
  callerIds: ['02088888888'],
  answerSupervision: 'reliable',
  emergency: false,
  tariff: { currency: 'CNY', perMinute: 90_000, perCall: 0, stepSeconds: 60 },
  sip: { proxy: `127.0.0.1:${port}`, register: false, pingSeconds: 0, ...sip },
});

describe.skipIf(missing !== undefined)(
  `two carriers on a real FreeSWITCH${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    let branch: RealBranch;
    let ports: { a: number; b: number };
    afterEach(() => branch.close());

    const open = async (sip: Partial<Sip> = {}): Promise<void> => {
      const [a = 0, b = 0] = await freePorts(2);
      ports = { a, b };
      branch = await openRealBranch(binary, [testAgent('1001')], {
        lines: [line('carrier-a', a, sip), line('carrier-b', b)],
        routes: [{ prefix: '', lines: ['carrier-a', 'carrier-b'] }],
      });
      await branch.startEdge();
      await branch.startSwitch();
    };
    const agentReady = async (): Promise<void> => {
      await branch.register('1001');
      branch.dial('1001', '*11');
      await eventually(
        'the agent is ready',
        () => branch.controller.rows('agent').at(-1)?.to === 'ready',
        30_000,
      );
    };
    const attempts = () => branch.controller.rows('attempt');
    /** Number's last digit → `line outcome` of each try. */
    const tries = () =>
      Object.fromEntries(
        attempts().map(({ number, tries: made }) => [
          number.at(-1),
          made.map(({ line: id, outcome }) => `${id} ${outcome}`),
        ]),
      );
    const told = (id: string, state: 'up' | 'down') =>
      eventually(
        `${id} being ${state}`,
        () => {
          const rows = branch.controller.rows('event').filter((row) => row.type === 'line');
          return rows.findLast((row) => row.line === id)?.state === state;
        },
        70_000,
      );
    const faults = () =>
      branch.controller
        .rows('event')
        .flatMap((row) => (row.type === 'line-fault' ? [`${row.line} ${row.fault} ${row.state}`] : []));

    test('a carrier that answers 503 is passed over; what the callee decides on the other one stands', async () => {
      await open();
      branch.parties.refusing(ports.a, '503 Service Unavailable');
      branch.parties.carrier(ports.b);
      await agentReady();
      await branch.lease(['+8613800000002', '+8613800000004', '+8613800000003']);
      await eventually('all are reported', () => attempts().length === 3, 90_000);
      expect(tries()).toEqual({
        2: ['carrier-a CONGESTION', 'carrier-b BUSY'],
        4: ['carrier-a CONGESTION', 'carrier-b INVALID_NUMBER'],
        3: ['carrier-a CONGESTION', 'carrier-b NO_ANSWER'],
      });
      const calls = branch.controller.rows('call');
      expect(calls.map(({ sipStatus }) => sipStatus)).toEqual(expect.arrayContaining([503, 486, 404]));
      const busy = calls.find(({ outcome }) => outcome === 'BUSY')!;
      expect(busy).toMatchObject({
        answerSupervision: 'reliable',
        cost: 0,
        currency: 'CNY',
        confidence: 0.95,
      });
    });

    test('a refusal of the callee is not carried to the other carrier', async () => {
      await open();
      branch.parties.refusing(ports.a, '603 Decline');
      branch.parties.carrier(ports.b);
      await agentReady();
      await branch.lease(['+8613800000001']);
      await eventually('it is reported', () => attempts().length === 1, 30_000);
      expect(tries()).toEqual({ 1: ['carrier-a REJECTED'] });
    });

    test('a carrier that answers no ping is down: calls take the other one, and it is used again when it is back', async () => {
      await open({ pingSeconds: 5 });
      branch.parties.carrier(ports.b);
      await told('carrier-a', 'down');
      await agentReady();
      await branch.lease(['+8613800000002']);
      await eventually('it is reported', () => attempts().length === 1, 30_000);
      expect(tries()).toEqual({ 2: ['carrier-b BUSY'] });
      branch.parties.carrier(ports.a);
      await told('carrier-a', 'up');
      await branch.lease(['+8613800000012']);
      await eventually('the second is reported', () => attempts().length === 2, 30_000);
      expect(attempts()[1]!.tries.map(({ line: id, outcome }) => `${id} ${outcome}`)).toEqual([
        'carrier-a BUSY',
      ]);
      expect(faults()).toEqual(['carrier-a unreachable opened', 'carrier-a unreachable closed']);
    });

    test('a carrier that loses our registration is down until it takes one again', async () => {
      const sealed = (secret: string): Partial<Sip> => ({
        register: true,
        username: 'branch',
        password: secret,
      });
      const [a = 0, b = 0] = await freePorts(2);
      ports = { a, b };
      branch = await openRealBranch(binary, [testAgent('1001')]);
      const { password } = branch.desired.phones[0]!;
      const lines = [line('carrier-a', a, sealed(password)), line('carrier-b', b)];
      await branch.controller.send('edge-1', 'desired', {
        ...branch.desired,
        version: 2,
        lines,
        routes: [{ prefix: '', lines: ['carrier-a', 'carrier-b'] }],
      });
      const registrar = branch.parties.registrar(ports.a);
      branch.parties.carrier(ports.b);
      await branch.startEdge();
      await branch.startSwitch().catch(() => undefined);
      await told('carrier-a', 'up');
      registrar.stop();
      await told('carrier-a', 'down');
      await agentReady();
      await branch.lease(['+8613800000002']);
      await eventually('it is reported', () => attempts().length === 1, 30_000);
      expect(tries()).toEqual({ 2: ['carrier-b BUSY'] });
      expect(faults().at(-1)).toBe('carrier-a not-registered opened');
    });
  },
);
