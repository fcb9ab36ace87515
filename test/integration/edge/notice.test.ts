import { afterEach, expect, test } from 'vitest';
import { defaultGate } from '@branchline/shared';
import type { Answerer } from '../../virtual-branch/index.ts';
import { logInAll } from '../../support/agents.ts';
import { startBranch, testAgent, testCampaign, type Branch } from '../../support/branch.ts';
import { eventually } from '../../support/eventually.ts';

let branch: Branch;
afterEach(() => branch.close());

const answers: Answerer = (_, link) => {
  setTimeout(() => link.ring(), 10);
  setTimeout(() => link.answer(), 40);
  setTimeout(() => link.hangUp(), 3000);
  return { released: () => undefined };
};
const run = async (change: Parameters<typeof testCampaign>[0]) => {
  branch = await startBranch(
    { speed: 1, agents: [testAgent('1001')], carrier: answers },
    testCampaign(change),
  );
  await branch.startEdge();
  await branch.switch.start();
  await logInAll(branch);
  await branch.controller.send(branch.edge, 'lease', branch.lease(['+8613800000001']));
  return eventually('the record', () => branch.controller.rows('call')[0], 20_000);
};

test('the callee is told of the recording when the agent is there, and the record says when', async () => {
  const call = await run({
    gate: { ...defaultGate, recordingNotice: '本次通话将被录音。This call is recorded.' },
  });
  expect(call.outcome).toBe('ANSWERED');
  expect(call.recording?.noticeAt).toBeGreaterThanOrEqual(call.bridgedAt!);
  expect(call.recording!.noticeAt! - call.bridgedAt!).toBeLessThan(1000);
});

test('a call that is not recorded has no notice', async () => {
  const call = await run({ record: false });
  expect(call.recording).toBeUndefined();
});
