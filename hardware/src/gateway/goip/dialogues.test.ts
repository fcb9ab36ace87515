import { expect, test } from 'vitest';
import { ManualClock } from '@branchline/shared';
import { dialogues, type RecordedDialogue } from '../../../testing/dialogue.ts';
import { conditionWords, doTask, wordsOf } from '../../../testing/expectation.ts';
import { memoryDatagrams } from '../../../testing/memory-datagrams.ts';
import { settled } from '../../../testing/virtual-time.ts';
import { EmulatedGoip, GatewayChannel, makeSim, World } from '../../emulator/index.ts';
import type { GatewayReceived } from '../index.ts';
import { readDatagram } from './datagram.ts';
import { GoipGateway } from './goip-gateway.ts';

const recorded = dialogues('goip').map((dialogue) => [dialogue.name, dialogue] as const);
const keepAlive = recorded.find(([name]) => name === 'keep-alive')![1].lines[0]!.text;
const peer = { host: '192.0.2.10', port: 10_991 };

test.each(recorded)('the codec reads every datagram of %s', (_, { lines }) => {
  const said = lines.filter(({ from }) => from === 'gateway');
  const types = said.map(({ text }) => readDatagram(Buffer.from(text.replace('{sid}', '77'))).type);
  expect(types).toHaveLength(said.length);
});

test.each(recorded)('the client says its lines of %s, and comes to its end', async (_, dialogue) => {
  const socket = memoryDatagrams(peer);
  const received: GatewayReceived[] = [];
  const gateway = new GoipGateway({
    id: 'gw',
    clock: new ManualClock(),
    open: socket.open,
    channels: [{ id: 'g1', password: 'goip' }],
    listener: { changed: () => undefined, received: async (_id, each) => void received.push(each) },
  });
  await gateway.start();
  socket.say(keepAlive);
  socket.sent.length = 0;
  const ends: string[] = [];
  if (dialogue.task !== undefined)
    void doTask(gateway, 'g1', dialogue.task).then((end) => ends.push(end.trim()));
  let session = '';
  for (const { from, text } of dialogue.lines) {
    await settled();
    if (from === 'gateway') socket.say(text.replace('{sid}', session));
    else {
      const said = socket.sent.shift() ?? '';
      if (text.includes('{sid}')) session = /^\w+ (\d+)/.exec(said)?.[1] ?? '';
      expect(said).toBe(text.replace('{sid}', session));
    }
  }
  await settled();
  expect(socket.sent).toEqual([]);
  expect([...ends, ...received.map(wordsOf), ...conditionWords(gateway.channels[0]!)]).toContain(
    dialogue.expected,
  );
  await gateway.stop();
});

const emulated = recorded.filter(([, { task, world, name }]) => task ?? world ?? name === 'keep-alive');

test.each(emulated)('the emulator says the lines of the gateway in %s', async (_, dialogue) => {
  const clock = new ManualClock();
  const world = new World({ clock, seed: 1 });
  const socket = memoryDatagrams(peer);
  const sim = makeSim(10_001);
  const channel = new GatewayChannel({ id: 'g1', world, sim, imei: '861120042000012' });
  const goip = new EmulatedGoip({ channel, password: 'goip', server: peer, open: socket.open, seed: 1 });
  await goip.start();
  clock.advance(10_000);
  socket.sent.length = 0;
  happen(dialogue.world ?? '', world, channel);
  if (dialogue.name.startsWith('keep-alive')) goip.logIn();
  for (const { from, text } of dialogue.lines) {
    const line = text.replace('{sid}', '77');
    if (from === 'program') socket.say(line);
    else {
      for (let ms = 0; ms < 5_000 && socket.sent.length === 0; ms += 100) clock.advance(100);
      expect(comparable(socket.sent.shift() ?? '')).toEqual(comparable(line));
    }
  }
  clock.advance(2_000);
  expect(socket.sent).toEqual([]);
  goip.stop();
});

function happen(words: string, world: World, channel: GatewayChannel): void {
  const [what, number = '', ...rest] = words.split(' ');
  if (what === 'sim-out') channel.insertSim(false);
  if (what === 'busy') channel.busy = true;
  if (what === 'dial') channel.dial(number);
  if (what === 'message') world.messageIn(channel.sim.msisdn, number, rest.join(' '));
}

/** Of a keep-alive the names alone: its values are those of another SIM. */
function comparable(line: string): unknown {
  return line.startsWith('req:') ? line.split(';').map((pair) => pair.split(':')[0]) : line;
}

test('enough dialogues are known', () => {
  const kinds = (one: RecordedDialogue): boolean => one.task !== undefined;
  expect(recorded.filter(([, each]) => kinds(each)).length).toBeGreaterThanOrEqual(6);
  expect(recorded.length).toBeGreaterThanOrEqual(16);
});
