import { createSocket } from 'node:dgram';
import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { fromALaw } from '@branchline/hardware';
import { inboundQueue, type AgentState, type Queue } from '@branchline/shared';
import { testAgent } from '../support/branch.ts';
import { eventually } from '../support/eventually.ts';
import { freePorts } from '../support/free-port.ts';
import { findSwitch } from '../virtual-branch/contract/real-laboratory.ts';
import { openRealBranch, type RealBranch } from './real-branch.ts';
import { sippMissing, toneSamples } from './sipp.ts';

const found = findSwitch();
const missing = 'missing' in found ? found.missing : sippMissing();
const binary = 'binary' in found ? found.binary : '';

const supervisorHz = 1500;

/** What is heard on the second side of a stereo recording. */
function samplesOf(wav: Buffer): Int16Array {
  const data = wav.subarray(wav.indexOf('data') + 8);
  return Int16Array.from({ length: Math.floor(data.length / 4) }, (_, i) => data.readInt16LE(i * 4 + 2));
}

/** Whether the supervisor is heard for most of the time. */
function hasTone(samples: Int16Array): boolean {
  const pieces = Math.floor(samples.length / 400);
  let heard = 0;
  for (let piece = 0; piece < pieces; piece++) {
    let [re, im] = [0, 0];
    for (let i = 0; i < 400; i++) {
      const phase = (2 * Math.PI * supervisorHz * i) / 8000;
      re += samples[piece * 400 + i]! * Math.cos(phase);
      im += samples[piece * 400 + i]! * Math.sin(phase);
    }
    // A tone of 8000 gives 4000.
    if (Math.hypot(re, im) / 400 > 1000) heard++;
  }
  return heard > pieces / 2;
}

describe.skipIf(missing !== undefined)(
  `customers handed on, on a real FreeSWITCH${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    let branch: RealBranch;
    afterEach(() => branch.close());

    const events = () => branch.controller.rows('event');
    const transferred = () => events().flatMap((row) => (row.type === 'transferred' ? [row] : []));
    const is = (extension: string, state: AgentState, seconds = 20) =>
      eventually(
        `${extension} is ${state}`,
        () =>
          branch.controller.rows('agent').findLast(({ agent }) => agent === `agent-${extension}`)?.to ===
          state,
        seconds * 1000,
      );
    const bridges = async (): Promise<number> => {
      const shown = await branch.cli('show bridged_calls as json');
      return (JSON.parse(shown) as { row_count: number }).row_count;
    };
    async function start(supervisors: readonly string[] = [], queue: Partial<Queue> = {}) {
      const agents = ['1001', '1002', '1003'].map((extension) =>
        testAgent(extension, { supervisor: supervisors.includes(extension), outside: true }),
      );
      branch = await openRealBranch(binary, agents, {
        queues: [{ ...inboundQueue, wrapUpSeconds: 1, ...queue }],
      });
      await branch.startEdge();
      await branch.startSwitch();
    }
    /** Logs in on one long call; keys follow when the customer has been there a while. */
    const logIn = async (extension: string, steps: readonly (number | string)[] = []) => {
      await branch.register(extension);
      branch.dial(extension, '*11', steps);
      await is(extension, 'ready');
    };
    const customer = async (ms = 30_000) => {
      const [port] = (await freePorts(1)) as [number];
      return branch.parties.inbound(port, branch.ports.external, [ms]);
    };

    test('a customer on hold hears music, and may leave', async () => {
      await start();
      await logIn('1001', [8000, '*6', 'INVITE', 60_000]);
      await customer(14_000);
      await is('1001', 'held', 30);
      await eventually('the agent is free again', () => branch.controller.rows('call').length === 1, 30_000);
      expect(branch.controller.rows('call')[0]).toMatchObject({ outcome: 'ANSWERED', hangupBy: 'customer' });
      await is('1001', 'ready');
    });

    test('an agent who forgets a customer on hold loses them to a colleague, and is on break', async () => {
      await start([], { holdSeconds: 10 });
      await logIn('1001', [8000, '*6', 'INVITE', 'INVITE', 60_000]);
      await customer(50_000);
      await is('1001', 'held', 30);
      await logIn('1002');
      await is('1002', 'talking', 40);
      await is('1001', 'break');
      const row = await eventually('the record', () => branch.controller.rows('call')[0], 60_000);
      expect(row).toMatchObject({ outcome: 'ANSWERED', agent: 'agent-1002', hangupBy: 'customer' });
    });

    test('a transfer at once, and one after a consultation, keyed on the phones', async () => {
      await start();
      await logIn('1001', [14_000, '*71002#', 80_000]);
      await customer(60_000);
      await is('1001', 'talking');
      await logIn('1002', [26_000, '*41003#', 8000, '*8', 80_000]);
      await logIn('1003');
      await is('1002', 'talking', 30);
      await eventually('one pair talks', async () => (await bridges()) === 1);
      await eventually('it is told', () => transferred().length === 1);
      await is('1003', 'talking', 45);
      await eventually('it is told', () => transferred().length === 2, 20_000);
      const call = await eventually('the record', () => branch.controller.rows('call')[0], 60_000);
      expect(transferred().map(({ how, from }) => [how, from])).toEqual([
        ['blind', 'agent-1001'],
        ['attended', 'agent-1002'],
      ]);
      expect(call).toMatchObject({ outcome: 'ANSWERED', agent: 'agent-1003', hangupBy: 'customer' });
      expect(call.segments.flatMap(({ agent }) => agent ?? [])).toEqual([
        'agent-1001',
        'agent-1002',
        'agent-1003',
      ]);
      for (const extension of ['1001', '1002', '1003']) await is(extension, 'ready');
      expect(branch.controller.problems).toEqual([]);
    });

    test.each([
      ['at once', [9000, '*713800000009#', 80_000], ['blind']],
      [
        'after they were asked, and all three talked',
        [9000, '*413800000009#', 9000, '*3', 4000, '*8', 80_000],
        ['three-way', 'attended'],
      ],
    ] as const)(
      'a customer is handed to a number outside %s',
      async (_, keys, how) => {
        await start();
        branch.parties.carrier(branch.ports.carrier);
        await logIn('1001', keys);
        await customer(how.length === 1 ? 28_000 : 44_000);
        await is('1001', 'talking');
        await eventually('it is told', () => transferred().length === how.length, 45_000);
        await is('1001', 'ready');
        await eventually('the customer talks to them', async () => (await bridges()) === 1, 20_000);
        const rows = await eventually(
          'both records',
          () => {
            const all = branch.controller.rows('call');
            return all.length === 2 && all;
          },
          60_000,
        );
        const theirs = rows.find(({ direction }) => direction === 'outbound')!;
        const own = rows.find(({ direction }) => direction === 'inbound')!;
        expect(own).toMatchObject({ outcome: 'ANSWERED', agent: 'agent-1001', hangupBy: 'customer' });
        expect(theirs).toMatchObject({
          conversation: own.conversation,
          customer: '+8613800000009',
          callerId: '02088888888',
          line: 'carrier-a',
          outcome: 'ANSWERED',
        });
        // They talked from the answer until the customer left.
        expect(Math.abs(theirs.endedAt - own.endedAt)).toBeLessThan(1500);
        expect(transferred().map((row) => row.how)).toEqual(how);
        expect(branch.controller.problems).toEqual([]);
      },
      150_000,
    );

    test('all three hear each other, and a parked customer is taken at the order of the center', async () => {
      await start();
      await logIn('1001', [9000, '*41002#', 5000, '*3', 6000, '*9', 3000, '*5', 60_000]);
      await customer(60_000);
      await is('1001', 'talking');
      await logIn('1002');
      await is('1002', 'talking', 30);
      await eventually('all three', () => transferred().some(({ how }) => how === 'three-way'), 20_000);
      await eventually('the third is heard', async () =>
        (await branch.cli('show channels as json')).includes('eavesdrop'),
      );
      expect(await bridges()).toBe(1);
      await eventually(
        'the customer is parked',
        () => transferred().some(({ how }) => how === 'parked'),
        30_000,
      );
      await is('1001', 'ready');
      await eventually(
        'nobody listens',
        async () => !(await branch.cli('show channels as json')).includes('1003@'),
      );
      const { call } = transferred()[0]!;
      await branch.controller.send('edge-1', 'command', {
        id: call,
        verb: 'call-transfer',
        args: { call, to: { agent: 'agent-1002' } },
        by: 'operations',
        expiresAt: Date.now() + 60_000,
        ttlMs: 60_000,
      });
      await is('1002', 'talking');
      const row = await eventually('the record', () => branch.controller.rows('call')[0], 60_000);
      expect(row).toMatchObject({ outcome: 'ANSWERED', agent: 'agent-1002', hangupBy: 'customer' });
      expect(branch.controller.problems).toEqual([]);
    });

    test('a supervisor listens, whispers to the agent alone, and speaks to both', async () => {
      const ear = createSocket('udp4');
      const packets: { at: number; sound: Buffer }[] = [];
      ear.on('message', (packet, { address, port }) => {
        packets.push({ at: Date.now(), sound: packet.subarray(12) });
        // A phone that says nothing sends silence: one that sends nothing is dead.
        ear.send(
          Buffer.concat([packet.subarray(0, 12), Buffer.alloc(packet.length - 12, 0xd5)]),
          port,
          address,
        );
      });
      await new Promise<void>((resolve) => ear.bind(0, '127.0.0.1', resolve));
      try {
        await start(['1003']);
        await branch.register('1001');
        branch.dial('1001', '*11', [], ear.address().port);
        await is('1001', 'ready');
        await customer(40_000);
        await is('1001', 'talking');
        branch.parties.say('agent', toneSamples(supervisorHz, 10));
        await branch.register('1003');
        branch.dial('1003', '*01001', [3000, '2', 4000, '3', 4000, '0', 60_000]);
        const told = () => events().flatMap((row) => (row.type === 'monitored' ? [row] : []));
        await eventually(
          'the supervisor has listened, whispered and spoken',
          () => told().length >= 4,
          60_000,
        );
        expect(told().map(({ mode }) => mode)).toEqual(['listen', 'whisper', 'barge', 'listen']);
        const row = await eventually('the record', () => branch.controller.rows('call')[0], 60_000);
        await eventually(
          'nobody listens',
          async () => !(await branch.cli('show channels as json')).includes('1003@'),
        );
        const [, whisper, barge, listen] = told().map(({ at }) => at) as [number, number, number, number];
        const during = (from: number, to: number): Int16Array =>
          fromALaw(Buffer.concat(packets.filter(({ at }) => at > from && at < to).map(({ sound }) => sound)));
        // Away from the edges of each mode.
        const agentHears = (from: number, to: number): boolean => hasTone(during(from + 800, to - 800));
        expect(agentHears(whisper - 2500, whisper)).toBe(false);
        expect(agentHears(whisper, barge)).toBe(true);
        expect(agentHears(barge, listen)).toBe(true);
        const record = samplesOf(await readFile(row.recording!.file));
        const second = (at: number): number => Math.round(((at - row.answeredAt!) / 1000) * 8000);
        const customerHears = (from: number, to: number): boolean =>
          hasTone(record.subarray(second(from + 800), second(to - 800)));
        expect(customerHears(whisper, barge)).toBe(false);
        expect(customerHears(barge, listen)).toBe(true);
      } finally {
        ear.close();
      }
    });
  },
);
