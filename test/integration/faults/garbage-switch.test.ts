import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { startBranch, testAgent, testCampaign, type Branch } from '../../support/branch.ts';
import { insidersWords, strangersWords, switchGarbage } from '../../support/switch-garbage.ts';
import { SwitchImpostor } from '../../support/switch-impostor.ts';
import { Population, VirtualAgents } from '../../virtual-branch/index.ts';

let branch: Branch;
let population: Population;
const campaign = testCampaign();

beforeEach(async () => {
  branch = await startBranch(
    {
      speed: 20,
      agents: [testAgent('1001'), testAgent('1002')],
      carrier: (invitation, link) => population.answer(invitation, link),
    },
    campaign,
  );
  population = new Population({ seed: 5, clock: branch.clock });
});
afterEach(async () => {
  population.stop();
  await branch.close();
});

/** The people sit down and the leads arrive. */
async function dial(): Promise<void> {
  await eventually('the configuration being in force', () =>
    branch.controller
      .received('reported')
      .some(({ status, version }) => status === 'applied' && version === 1),
  );
  const seats = ['1001', '1002'].map((extension) => ({ extension, mode: 'nailed' as const }));
  new VirtualAgents({ owner: branch.switch, population, seats, seed: 5 }).start();
  const numbers = Array.from({ length: 100 }, (_, i) => `+86138${String(20_000_000 + i)}`);
  await branch.controller.send(branch.edge, 'lease', branch.lease(numbers));
}

/** Waits for so many more finished attempts. */
async function attempts(more: number): Promise<void> {
  const before = branch.controller.rows('attempt').length;
  await eventually(
    `${more} more attempts`,
    () => branch.controller.rows('attempt').length >= before + more,
    60_000,
  );
}

/** Says something on a new connection to the event socket's port, and leaves after a moment. */
async function say(...words: readonly (string | Buffer)[]): Promise<void> {
  const socket = connect(branch.config.switch!.eventSocketPort!, '127.0.0.1');
  socket.on('error', () => undefined);
  for (const each of words) socket.write(each);
  socket.resume();
  await wait(30);
  socket.destroy();
}

test('strangers on the event socket, and somebody with its password who talks nonsense, do not disturb the dialing', async () => {
  await branch.startEdge();
  await branch.switch.start();
  await dial();
  await attempts(3);
  const password = (await readFile(join(branch.home, 'event-socket.password'), 'utf8')).trim();
  for (const words of strangersWords) await say(words);
  await say(`auth ${password}\n\n`, ...insidersWords.map((line) => `${line}\n\n`));
  for (const line of insidersWords) await say(`auth ${password}\n\n${line}\n\n`);
  await attempts(5);
  const lost = branch.controller
    .rows('event')
    .filter((row) => row.type === 'switch' && row.state === 'disconnected');
  expect(lost).toEqual([]);
  expect(branch.controller.problems).toEqual([]);
});

test('an impostor in the place of FreeSWITCH says everything between noise and almost an event: the edge stays, reports nothing that the contract does not allow, and dials once the real one is back', async () => {
  const impostor = await SwitchImpostor.start(branch.config.switch!.eventSocketPort!, switchGarbage);
  try {
    const edge = await branch.startEdge();
    expect(edge.switchFolder).toContain('freeswitch');
    await eventually('all of the garbage being said', () => impostor.said === switchGarbage.length, 120_000);
    await wait(600);
  } finally {
    await impostor.stop();
  }
  expect(branch.controller.problems).toEqual([]);
  await branch.switch.start();
  await dial();
  await attempts(5);
  expect(branch.controller.problems).toEqual([]);
});
