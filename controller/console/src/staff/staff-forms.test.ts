import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { check, BranchPlan, inboundQueue, type Queue } from '@branchline/shared';
import { en } from '../words/en.ts';
import { wordsOf } from '../words/testing.ts';
import { agentFaults, agentForm, agentOf, withAgent, type AgentForm } from './agent-form.ts';
import { vipFaults, withVips, type VipForm } from './vip-form.ts';
import { queueFaults, queueForm, queueOf, queuesOf, withQueue, type QueueForm } from './queue-form.ts';

const t = wordsOf();

const sales: Queue = { ...inboundQueue, id: 'sales', name: 'Sales', exit: { to: 'queue', queue: 'care' } };
const care: Queue = { ...inboundQueue, id: 'care', name: 'Care' };
const plan: BranchPlan = {
  domain: 'branch.test',
  lines: [],
  routes: [],
  phones: ['100', '101'].map((extension) => ({ extension, label: `Desk ${extension}` })),
  agents: [
    { id: 'li', name: 'Li', extension: '100', mode: 'ring', campaigns: [], inbound: true, queues: ['sales'] },
  ],
  queues: [sales, care],
  emergencyNumbers: ['110'],
  fallbackGroup: [],
};

const agentSaid = (change: Partial<AgentForm>, index = 1) =>
  agentFaults(t, plan, index, { ...agentForm(undefined, '101'), id: 'wang', name: 'Wang', ...change }).map(
    ({ field, text }) => [field.join('/'), text],
  );
const queueSaid = (change: Partial<QueueForm>, index = 0) =>
  queueFaults(t, plan, index, { ...queueForm(plan.queues?.[index]), ...change }).map(({ field, text }) => [
    field.join('/'),
    text,
  ]);

test('numbers of VIPs lose what people write between digits; each is there once, with a level', () => {
  const said = (vips: VipForm['vips']) =>
    vipFaults(t, { vips }).map(({ field, text }) => [field.join('/'), text]);
  const [number, twice] = ['+86 139-1234-5678', '+8613912345678'];
  expect(withVips(plan, { vips: [{ number, level: 5 }] }).vips).toEqual([{ number: twice, level: 5 }]);
  expect(said([{ number, level: 5 }])).toEqual([]);
  expect(said([{ number: '13912345678', level: 11 }, { number }, { number: twice, level: 1 }])).toEqual([
    ['vips/0/number', en.fault.form],
    ['vips/0/level', 'At most 10.'],
    ['vips/1/level', en.fault.required],
    ['vips/2/number', en.fault.twice],
  ]);
});

describe('the form of an agent', () => {
  it.each<[Partial<AgentForm>, string[][]]>([
    [{}, []],
    [{ id: 'li' }, [['id', 'This is there twice.']]],
    [{ id: 'Wang!' }, [['id', 'Not in the form expected here.']]],
    [{ name: ' ' }, [['name', 'This is needed.']]],
    [{ extension: '199' }, [['extension', 'There is no such phone.']]],
    [{ pin: '12' }, [['pin', 'Not in the form expected here.']]],
    [{ queues: ['nowhere'] }, [['queues', 'There is no such queue.']]],
    [{ skills: [{ skill: 'english', level: 11 }] }, [['skills/0/level', 'At most 10.']]],
    [
      {
        skills: [
          { skill: 'english', level: 1 },
          { skill: 'english', level: 2 },
        ],
      },
      [['skills/1/skill', 'This is there twice.']],
    ],
    [
      { hasShift: true, shift: { fromMinute: 600, toMinute: 540, weekdays: [1] } },
      [['shift/toMinute', 'It must end after it begins.']],
    ],
    // What is not used is not judged.
    [{ hasShift: false, shift: { fromMinute: 600, toMinute: 540, weekdays: [] } }, []],
  ])('says of %j: %j', (change, said) => expect(agentSaid(change)).toEqual(said));

  it('keeps the PIN that is stored when none is typed, and never shows one', () => {
    const form = agentForm({ ...plan.agents[0]!, pin: '1234' });
    expect(form.pin).toBe('');
    expect(agentOf(form)).not.toHaveProperty('pin');
    expect(agentOf({ ...form, pin: '4321' })).toMatchObject({ pin: '4321' });
  });

  it('changes one agent and leaves the others alone', () => {
    const next = withAgent(plan, 1, agentOf({ ...agentForm(undefined, '101'), id: 'wang', name: 'Wang' }));
    expect(next.agents.map(({ id }) => id)).toEqual(['li', 'wang']);
    expect(next.agents[0]).toBe(plan.agents[0]);
  });
});

describe('the form of a queue', () => {
  it.each<[Partial<QueueForm>, number, string[][]]>([
    [{}, 0, []],
    [{ id: 'care' }, 0, [['id', 'This is there twice.']]],
    [{ targetSeconds: null as never }, 0, [['targetSeconds', 'This is needed.']]],
    [{ maxWaitSeconds: 5 }, 0, [['maxWaitSeconds', 'At least 10.']]],
    [{ callBackKey: '*' }, 0, [['callBackKey', 'Not in the form expected here.']]],
    [{ exit: { to: 'queue', queue: 'sales' } }, 1, [['exit', 'Callers would come back to this queue.']]],
    [{ closedExit: { to: 'queue', queue: 'x' } }, 0, [['closedExit', 'There is no such queue.']]],
    [
      { overflow: [{ afterSeconds: null, length: null, exit: { to: 'group' } }] },
      0,
      [['overflow/0/afterSeconds', 'Say after how long, or from how many on.']],
    ],
    [
      { overflow: [{ length: 3, exit: { to: 'queue', queue: 'x' } }] },
      0,
      [['overflow/0/exit', 'There is no such queue.']],
    ],
    [
      { closedExit: { to: 'site' } },
      0,
      [
        [
          'closedExit',
          'Other sites are reached over the overlay: state the address of this box in it first.',
        ],
      ],
    ],
    [
      { hasHours: true, open: { fromMinute: 600, toMinute: 600, weekdays: [1] } },
      0,
      [['open/toMinute', 'It must end after it begins.']],
    ],
  ])('says of %j at %i: %j', (change, index, said) => expect(queueSaid(change, index)).toEqual(said));

  it('lets the built-in queue be changed: it takes a place of its own', () => {
    const all = queuesOf(plan);
    expect(all.map(({ id }) => id)).toEqual(['sales', 'care', 'inbound']);
    const form = { ...queueForm(all[2]), targetSeconds: 10 };
    expect(queueFaults(t, plan, 2, form)).toEqual([]);
    const next = withQueue(plan, 2, queueOf(form));
    expect(queuesOf(next)).toBe(next.queues);
    expect(next.queues?.[2]).toMatchObject({ id: 'inbound', targetSeconds: 10 });
  });
});

const name = fc.constantFrom('sales', 'care', 'night', 'x');
const exit = fc.oneof(
  fc.constantFrom({ to: 'group' as const }, { to: 'voicemail' as const }),
  name.map((queue) => ({ to: 'queue' as const, queue })),
);
const number = (low: number, high: number) => fc.integer({ min: low, max: high });

test('what a form finds nothing wrong with fits the plan, whatever was entered', () => {
  fc.assert(
    fc.property(
      fc.record({
        priority: number(-1, 11),
        targetSeconds: number(0, 601),
        exit,
        closedExit: exit,
        overflow: fc.array(
          fc.record({ afterSeconds: fc.option(number(0, 100)), length: fc.option(number(0, 5)), exit }),
          { maxLength: 3 },
        ),
        callBackKey: fc.constantFrom('', '5', '12'),
        campaign: fc.constantFrom('', '01a1ed3d-d668-7000-8000-00b4bd01e9fb'),
        hasHours: fc.boolean(),
      }),
      (change) => {
        const form = { ...queueForm(sales), ...change };
        if (queueFaults(t, plan, 0, form).length > 0) return;
        const queue = queueOf(form);
        check(BranchPlan, withQueue(plan, 0, queue));
        expect(queueOf(queueForm(queue))).toEqual(queue);
      },
    ),
  );
  fc.assert(
    fc.property(
      fc.record({
        pin: fc.constantFrom('', '1234', '12'),
        masked: fc.boolean(),
        outside: fc.boolean(),
        hasShift: fc.boolean(),
        teams: fc.array(name, { maxLength: 3 }),
        queues: fc.array(name, { maxLength: 3 }),
        skills: fc.array(fc.record({ skill: name, level: number(0, 11) }), { maxLength: 3 }),
      }),
      (change) => {
        const form = { ...agentForm(plan.agents[0]), ...change };
        if (agentFaults(t, plan, 0, form).length === 0) check(BranchPlan, withAgent(plan, 0, agentOf(form)));
      },
    ),
  );
});
