import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fork } from 'node:child_process';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Encrypter, armor, generateIdentity, identityToRecipient } from 'age-encryption';
import {
  idSource,
  systemClock,
  type Desired,
  type EdgeCampaign,
  type Lease,
  type LeasedLead,
  type PhoneDevice,
} from '@branchline/shared';
import { agentPin } from '../support/branch-plan.ts';
import { giveCertificate, testAgent, testCampaign } from '../support/branch.ts';
import { ControllerDouble } from '../support/controller-double.ts';
import { eventually } from '../support/eventually.ts';
import { freePorts } from '../support/free-port.ts';
import { EslClient } from '../virtual-branch/contract/esl-client.ts';
import { SippParties } from './sipp.ts';

const ids = idSource();
/** Of every phone. */
export const phonePassword = 'phone-password-1';

/** A branch on a real FreeSWITCH: edge process, switch process, sipp parties, the controller's side of the contract. */
export interface RealBranch {
  readonly home: string;
  readonly controller: ControllerDouble;
  readonly parties: SippParties;
  readonly ports: {
    readonly eventSocket: number;
    readonly internal: number;
    readonly external: number;
    readonly carrier: number;
    /** The agents' page. */
    readonly desk: number;
    readonly tls: number;
    readonly webSocket: number;
    readonly metrics: number;
  };
  readonly desired: Desired;
  readonly campaign: EdgeCampaign;
  startEdge(): Promise<ChildProcess>;
  startSwitch(): Promise<ChildProcess>;
  killEdge(): Promise<void>;
  killSwitch(): Promise<void>;
  register(extension: string): Promise<number>;
  dial(
    extension: string,
    number: string,
    steps?: readonly (number | string)[],
    listenAt?: number,
  ): ReturnType<SippParties['dial']>;
  /** Lends a lead for each number; `change` goes for all of them. */
  lease(numbers: readonly string[], change?: Partial<LeasedLead>): Promise<Lease>;
  cli(command: string): Promise<string>;
  close(): Promise<void>;
}

export async function openRealBranch(
  binary: string,
  agents: Desired['agents'][number][] = [testAgent('1001'), testAgent('1002')],
  change: Partial<Desired> = {},
  settings: Partial<EdgeCampaign> = {},
  /** By extension; the other phones are set up by hand. */
  devices: Readonly<Record<string, PhoneDevice>> = {},
): Promise<RealBranch> {
  const home = await mkdtemp(join(tmpdir(), 'real-branch-'));
  const [eventSocket, internal, external, carrier, modemPort, desk, tls, webSocket, metrics] =
    (await freePorts(9)) as [number, number, number, number, number, number, number, number, number];
  const controller = new ControllerDouble(systemClock);
  await controller.start(0);
  const parties = new SippParties(join(home, 'sipp'));
  const age = await generateIdentity();
  await mkdir(join(home, 'identity'), { recursive: true });
  await writeFile(
    join(home, 'identity', 'identity.json'),
    JSON.stringify({
      edge: 'edge-1',
      age,
      mqttUrl: `mqtt://127.0.0.1:${controller.port}`,
      edgeUrl: 'https://127.0.0.1:1',
    }),
  );
  const encrypter = new Encrypter();
  encrypter.addRecipient(await identityToRecipient(age));
  const sealed = armor.encode(await encrypter.encrypt(phonePassword));
  const pin = armor.encode(await encrypter.encrypt(agentPin));
  await giveCertificate(home, 'edge-1');
  const campaign = testCampaign({ wrapUpSeconds: 3, ringSeconds: 15, ...settings });
  const phones = [...new Set([...agents.map(({ extension }) => extension), '1008', '1009'])];
  const desired: Desired = {
    version: 1,
    edge: 'edge-1',
    site: { id: 'site-1', name: 'Site 1', zone: 'Asia/Shanghai', region: 'CN' },
    domain: 'branch.local',
    lines: [
      {
        id: 'carrier-a',
        kind: 'sip-trunk',
        enabled: true,
        channels: 10,
        callerIds: ['02088888888'],
        answerSupervision: 'reliable',
        emergency: true,
        sip: { proxy: `127.0.0.1:${carrier}`, register: false, pingSeconds: 0 },
      },
    ],
    routes: [{ prefix: '', lines: ['carrier-a'] }],
    phones: phones.map((extension) => ({
      extension,
      label: `Phone ${extension}`,
      password: sealed,
      ...(devices[extension] && { device: devices[extension] }),
    })),
    agents: agents.map((agent) => ({ ...agent, campaigns: [campaign.id], pin })),
    campaigns: [campaign],
    emergencyNumbers: ['110', '111'],
    fallbackGroup: ['1008'],
    artifacts: [],
    ...change,
  };
  await controller.send('edge-1', 'desired', desired);
  const rtp = 26_000 + (eventSocket % 100) * 60;
  const configFile = join(home, 'edge.json');
  await writeFile(
    configFile,
    JSON.stringify({
      edge: 'edge-1',
      home,
      switch: {
        eventSocketPort: eventSocket,
        internalPort: internal,
        tlsPort: tls,
        webSocketPort: webSocket,
        externalPort: external,
        modemPort,
        rtpPorts: [rtp, rtp + 200],
      },
      desk: { host: '127.0.0.1', port: desk },
      metricsPort: metrics,
      backOff: { firstMs: 100, longestMs: 500 },
    }),
  );

  let edge: ChildProcess | undefined;
  let fs: ChildProcess | undefined;
  const end = async (child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<void> => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill(signal);
    const timer = setTimeout(() => child.kill('SIGKILL'), 8000);
    await gone;
    clearTimeout(timer);
  };
  const cli = async (command: string): Promise<string> => {
    const secret = (await readFile(join(home, 'event-socket.password'), 'utf8')).trim();
    const socket = await EslClient.connect(eventSocket, secret);
    try {
      return await socket.api(command);
    } finally {
      socket.close();
    }
  };
  const branch: RealBranch = {
    home,
    controller,
    parties,
    desired,
    campaign,
    ports: { eventSocket, internal, external, carrier, desk, tls, webSocket, metrics },
    async startEdge() {
      const child = fork(join(import.meta.dirname, '../../edge/src/main.ts'), ['--config', configFile], {
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
        env: { ...process.env, BRANCHLINE_LOG_LEVEL: 'debug' },
      });
      child.stderr?.on(
        'data',
        (bytes: Buffer) => void writeFile(join(home, 'edge.log'), bytes, { flag: 'a' }),
      );
      edge = child;
      await eventually(
        'the edge has written its configuration, phones and certificate included',
        async () => {
          const text = await readFile(join(home, 'freeswitch', 'freeswitch.xml'), 'utf8').catch(() => '');
          return (
            text.includes('wss-binding') && desired.phones.every(({ extension }) => text.includes(extension))
          );
        },
        30_000,
      );
      return child;
    },
    async startSwitch() {
      for (const folder of ['log', 'db', 'run', 'storage'])
        await mkdir(join(home, folder), { recursive: true });
      const modules = join(dirname(dirname(binary)), 'lib', 'freeswitch', 'mod');
      const folders = ['log', 'db', 'run', 'storage'].flatMap((name) => [`-${name}`, join(home, name)]);
      fs = spawn(
        binary,
        [
          '-nonat',
          '-nf',
          '-nc',
          '-conf',
          join(home, 'freeswitch'),
          '-certs',
          join(home, 'freeswitch', 'tls'),
          ...folders,
          ...(existsSync(modules) ? ['-mod', modules] : []),
        ],
        { stdio: 'ignore', cwd: home },
      );
      await eventually(
        'FreeSWITCH has both profiles and the gateway',
        async () => {
          const status = await cli('sofia status');
          return (
            status.includes('internal') &&
            status.includes('external') &&
            (status.match(/RUNNING/g)?.length ?? 0) >= 2 &&
            desired.lines.every(({ id }) => status.includes(id))
          );
        },
        40_000,
      );
      return fs;
    },
    killEdge: () => end(edge, 'SIGKILL'),
    killSwitch: () => end(fs, 'SIGKILL'),
    async register(extension) {
      const [port] = await freePorts(1);
      await parties.register(extension, phonePassword, port!, internal);
      return port!;
    },
    dial(extension, number, steps, listenAt) {
      // sipp itself refuses a port that is taken.
      const port = 30_000 + Math.floor(Math.random() * 5000);
      return parties.dial(extension, phonePassword, port, internal, number, steps, listenAt);
    },
    async lease(numbers, change) {
      const now = systemClock.now();
      const lease: Lease = {
        id: ids(),
        epoch: controller.epoch,
        campaign: campaign.id,
        issuedAt: now,
        expiresAt: now + 3_600_000,
        budgets: { attemptsPerLead: 4 },
        leads: numbers.map((number) => ({
          id: ids(),
          numbers: [{ number, zones: ['Asia/Shanghai'], calledAt: [] }],
          attemptsMade: 0,
          dueAt: now,
          fields: {},
          ...change,
        })),
      };
      await controller.send('edge-1', 'lease', lease);
      return lease;
    },
    cli,
    async close() {
      parties.close();
      await end(edge, 'SIGTERM');
      await end(fs, 'SIGTERM');
      await controller.stop();
      if (process.env['BRANCHLINE_KEEP'] === undefined) await rm(home, { recursive: true, force: true });
      else console.log(`kept ${home}: ${(await readdir(home)).join(' ')}`);
    },
  };
  return branch;
}
