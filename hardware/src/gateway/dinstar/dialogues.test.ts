import { expect, test } from 'vitest';
import { ManualClock } from '@branchline/shared';
import { dialogues } from '../../../testing/dialogue.ts';
import { conditionWords, doTask } from '../../../testing/expectation.ts';
import { pass, settled } from '../../../testing/virtual-time.ts';
import { DinstarApi, GatewayChannel, makeSim, World } from '../../emulator/index.ts';
import { DinstarGateway } from './dinstar-gateway.ts';
import type { DinstarRequest } from './requests.ts';

const recorded = dialogues('dinstar').map((dialogue) => [dialogue.name, dialogue] as const);
const service =
  '{"error_code":200,"info":[{"port":0,"imsi":"460001234520001","reg":"REGISTER_OK","callstate":"Idle","signal":24}]}';
/** What the client looks at by itself; no part of a dialogue. */
const looks = /get_port_info|query_incoming_sms|query_sms_deliver_status/;

const lineOf = ({ method, path, body }: DinstarRequest): string =>
  `${method} ${path}${body === undefined ? '' : ` ${body}`}`;

test.each(recorded)('the client says its lines of %s, and comes to its end', async (_, dialogue) => {
  const clock = new ManualClock();
  const lines = dialogue.lines.slice();
  let user = '';
  const gateway = new DinstarGateway({
    id: 'gw',
    clock,
    ports: [0],
    listener: { changed: () => undefined, received: async () => undefined },
    access: async (request) => {
      if (looks.test(request.path))
        return request.path.includes('port_info') ? service : '{"error_code":200}';
      user = /"user_id":(\d+)/.exec(request.body ?? '')?.[1] ?? user;
      expect(lineOf(request)).toBe(lines.shift()?.text.replaceAll('{user}', user));
      return lines.shift()!.text.replaceAll('{user}', user);
    },
  });
  await gateway.start();
  await settled();
  const ends: string[] = [];
  void doTask(gateway, '0', dialogue.task!).then((end) => ends.push(end.trim()));
  await pass(clock, 4_500, 100);
  expect(lines).toEqual([]);
  expect([...ends, ...conditionWords(gateway.channels[0]!)]).toContain(dialogue.expected);
  await gateway.stop();
});

/** Whether a network fails is not in the emulator's hands. */
const emulated = recorded.filter(([name]) => name !== 'message-failed');

test.each(emulated)('the emulator answers as the gateway did in %s', (_, dialogue) => {
  const clock = new ManualClock();
  const world = new World({ clock, seed: 1 });
  const channel = new GatewayChannel({ id: 'd1-0', world, sim: makeSim(20_001), imei: '' });
  const api = new DinstarApi([channel]);
  channel.start();
  clock.advance(10_000);
  if (dialogue.world === 'busy') channel.busy = true;
  if (dialogue.world === 'sim-out') channel.insertSim(false);
  let answer: unknown;
  const shapes: { readonly said: unknown; readonly recorded: unknown }[] = [];
  for (const { from, text } of dialogue.lines) {
    const line = text.replaceAll('{user}', '7');
    if (from === 'gateway') shapes.push({ said: shapeOf(answer), recorded: shapeOf(JSON.parse(line)) });
    else {
      const [, path = '', body] = /^\w+ (\S+)(?: (.*))?$/.exec(line) ?? [];
      const url = new URL(path, 'http://dinstar');
      const call = { path: url.pathname, query: url.searchParams };
      answer = api.answer({ ...call, body: body === undefined ? {} : JSON.parse(body) });
      clock.advance(1_500);
    }
  }
  world.stop();
  expect(shapes.map(({ said }) => said)).toEqual(shapes.map(({ recorded }) => recorded));
});

/** Names, codes and texts; numbers of tasks and references, times and identities are those of another box. */
function shapeOf(value: unknown): unknown {
  const kept = new Set(['error_code', 'status', 'text', 'port', 'number', 'user_id']);
  return JSON.parse(
    JSON.stringify(value, (key, each: unknown) =>
      typeof each === 'object' || key === '' || kept.has(key) ? each : '…',
    ),
  );
}
