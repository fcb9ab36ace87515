import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mosquittoAcl, systemClock, topicOf, type Readiness, type SiteView } from '@branchline/shared';
import { branchPlan, Center, newId, quietBranch, until, type Box } from './center.ts';
import { DeviceAuthority, makeBoxKeys } from './parts.ts';

const program = ['/usr/sbin/mosquitto', '/usr/bin/mosquitto'].find((path) => existsSync(path));

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** An external broker as an operator would set it up: certificates for everybody, the generated ACL, CN = user. */
class Mosquitto {
  readonly folder: string;
  readonly port: number;
  #child: ChildProcess | undefined;

  constructor(folder: string, port: number) {
    this.folder = folder;
    this.port = port;
  }

  async start(): Promise<void> {
    this.#child = spawn(program ?? '', ['-c', join(this.folder, 'mosquitto.conf')], { stdio: 'ignore' });
    await until('mosquitto to listen', async () => {
      const { connect } = await import('node:net');
      return new Promise<boolean>((resolve) => {
        const socket = connect(this.port, '127.0.0.1', () => resolve(true));
        socket.on('error', () => resolve(false));
        socket.on('connect', () => socket.destroy());
      });
    });
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
}

describe.skipIf(program === undefined)('with Mosquitto as the broker', () => {
  let mosquitto: Mosquitto;
  let center: Center;
  let box: Box;

  beforeAll(async () => {
    const home = mkdtempSync(join(tmpdir(), 'branchline-mosquitto-'));
    const authority = await DeviceAuthority.open(join(home, 'ca'), systemClock);
    const server = await authority.serverCertificate([]);
    const keys = await makeBoxKeys('controller');
    const own = await authority.issue('controller', keys.csr);
    const port = await freePort();
    const file = (name: string, content: string): string => {
      writeFileSync(join(home, name), content);
      return join(home, name);
    };
    file(
      'mosquitto.conf',
      [
        'user root',
        'persistence false',
        `listener ${port} 127.0.0.1`,
        `cafile ${file('broker-ca.crt', authority.certificate)}`,
        `certfile ${file('broker.crt', server.cert)}`,
        `keyfile ${file('broker.key', server.key)}`,
        'require_certificate true',
        'use_identity_as_username true',
        `acl_file ${file('broker.acl', mosquittoAcl())}`,
      ].join('\n'),
    );
    mosquitto = new Mosquitto(home, port);
    await mosquitto.start();
    center = await Center.start({
      home,
      mqtt: {
        url: `mqtts://localhost:${port}`,
        caFile: join(home, 'broker-ca.crt'),
        certFile: file('controller.crt', own.certificate),
        keyFile: file('controller.key', keys.key),
      },
    });
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
    await mosquitto.start();
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
