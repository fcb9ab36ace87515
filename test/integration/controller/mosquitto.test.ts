import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { topicOf, type Readiness, type SiteView } from '@branchline/shared';
import { branchPlan, Center, newId, quietBranch, until, type Box } from './center.ts';
import { Mosquitto, mosquittoProgram } from '../../support/external/mosquitto.ts';

describe.skipIf(mosquittoProgram === undefined)('with Mosquitto as the broker', () => {
  let mosquitto: Mosquitto;
  let center: Center;
  let box: Box;

  beforeAll(async () => {
    const home = mkdtempSync(join(tmpdir(), 'branchline-mosquitto-'));
    mosquitto = await Mosquitto.start(home);
    center = await Center.start({ home, mqtt: mosquitto.settings });
    await center.site('harbour');
    box = await center.enrol('harbour', 'harbour-1');
    await center.admin.call('PUT', '/edges/harbour-1/plan', branchPlan());
  });
  afterAll(async () => {
    await center?.[Symbol.asyncDispose]();
    await mosquitto?.kill();
  });

  async function edge() {
    const { body } = await center.admin.call<{ items: SiteView[] }>('GET', '/sites');
    return body.items[0]?.edges[0];
  }

  test('a branch is seen, gets its document and has its records acknowledged', async () => {
    await box.connect();
    await box.live(quietBranch);
    await until('the edge to be online', async () => (await edge())?.status === 'online');
    await until('the desired document', () => box.all('desired').at(-1));
    expect((await box.send('metric', [metric()])).upTo).toBe(1);
    expect(box.all('controller').at(-1)).toMatchObject({ online: true });
  });

  test('the generated ACL keeps one edge out of the topics of another', async () => {
    const other = await center.enrol('harbour', 'harbour-2');
    await other.connect();
    await other.raw(topicOf('state', 'harbour-1'), JSON.stringify({ ...box.state('stopped') }));
    await other.live(quietBranch);
    await until('the other to be heard', async () => {
      const { body } = await center.admin.call<{ items: SiteView[] }>('GET', '/sites');
      return body.items[0]?.edges[1]?.live;
    });
    expect((await edge())?.status).toBe('online');
  });

  test('a broker that lost its memory is told everything again, and readyz says when it is away', async () => {
    await mosquitto.kill();
    await until('readyz to say it', async () => {
      const answer = (await (await fetch(`${center.controller.httpUrl}/readyz`)).json()) as Readiness;
      return answer.parts['broker']?.ok === false;
    });
    await mosquitto.restart();
    await until('the controller to be back', () => center.controller.parts.bus.reachable);
    box.received.length = 0;
    await until('the box to be back', () =>
      box.connect().then(
        () => true,
        () => false,
      ),
    );
    await until('the document from the new memory', () => box.all('desired').at(-1));
    const state = await until('the controller’s own state', () => box.all('controller').at(-1));
    expect(state.online).toBe(true);
  });

  test('a controller that stops says so', async () => {
    await center.controller.stop();
    expect(await until('its last word', () => box.all('controller').at(-1)?.online === false)).toBe(true);
  });
});

function metric() {
  return {
    id: newId(),
    cpu: 0.5,
    memoryUsedBytes: 1,
    memoryTotalBytes: 2,
    diskUsedBytes: 1,
    diskTotalBytes: 2,
    processMemoryBytes: 1,
    eventLoopDelayP99Ms: 1,
    channelsInUse: 0,
    outboxPending: 0,
  };
}
