import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Encrypter, armor, generateIdentity, identityToRecipient } from 'age-encryption';
import {
  defaultCampaign,
  idSource,
  scaledClock,
  systemClock,
  type ClockScale,
  type Desired,
  type EdgeCampaign,
  type Lease,
} from '@branchline/shared';
import { silentLog, type Log } from '@branchline/shared/node';
// @boundaries-ignore the same certificate as the center's, without a center
import { DeviceAuthority } from '../../controller/src/fleet/device-authority.ts';
// @boundaries-ignore as above
import { newKey } from '../../edge/src/identity/identity.ts';
import { startEdge, type Edge, type EdgeConfig } from '@branchline/edge';
import { VirtualSwitch, type Answerer, type VirtualSwitchOptions } from '../virtual-branch/index.ts';
import { agentPin } from './branch-plan.ts';
import { ControllerDouble } from './controller-double.ts';
import { freePorts } from './free-port.ts';

const ids = idSource();

/** A weekday noon in Shanghai: inside every default calling window. */
const noon = Date.parse('2026-11-18T06:00:00Z');

export interface BranchOptions {
  /** Business ms per real ms (default 10). */
  readonly speed?: number;
  readonly carrier?: Answerer;
  /** E1/T1 spans under the switch. */
  readonly spans?: VirtualSwitchOptions['spans'];
  /** FreeSWITCH has mod_amd. */
  readonly modAmd?: boolean;
  readonly commitDelayMs?: number;
  /** Longest recording, s (default 1). */
  readonly maxWavSeconds?: number;
  readonly log?: Log;
  readonly agents?: readonly Desired['agents'][number][];
  /** The agents' page is served; every agent's PIN is `agentPin`. */
  readonly desk?: boolean;
  /** What else the desired document holds. */
  readonly desired?: Partial<Desired>;
}

/** One branch in this process: an edge, a virtual switch and the controller's side of the contract. */
export interface Branch {
  readonly edge: string;
  readonly home: string;
  readonly clock: ReturnType<typeof scaledClock>;
  readonly controller: ControllerDouble;
  readonly switch: VirtualSwitch;
  readonly desired: Desired;
  readonly config: EdgeConfig;
  /** `phone-password-1`, sealed to the box. */
  readonly sealed: string;
  startEdge(): Promise<Edge>;
  stopEdge(): Promise<void>;
  lease(leads: readonly string[], change?: Partial<Lease>): Lease;
  close(): Promise<void>;
}

/** A campaign with fast timers. */
export function testCampaign(change: Partial<EdgeCampaign> = {}): EdgeCampaign {
  const {
    region: _region,
    sites: _sites,
    retries: _retries,
    leaseSeconds: _lease,
    inDoubt: _doubt,
    ...settings
  } = defaultCampaign;
  return {
    ...settings,
    id: ids(),
    name: 'Test campaign',
    status: 'running',
    window: { fromMinute: 0, toMinute: 1440, weekdays: [1, 2, 3, 4, 5, 6, 7] },
    wrapUpSeconds: 2,
    ...change,
  };
}

export function testAgent(
  extension: string,
  change: Partial<Desired['agents'][number]> = {},
): Desired['agents'][number] {
  return {
    id: `agent-${extension}`,
    name: `Agent ${extension}`,
    extension,
    mode: 'nailed',
    campaigns: [],
    inbound: true,
    ...change,
  };
}

/** What the box would have from the center: a certificate for its own network, and the authority behind it. */
export async function giveCertificate(home: string, edge: string): Promise<void> {
  const authority = await DeviceAuthority.open(join(home, 'authority'), systemClock);
  const { key, csr } = await newKey(edge);
  const hosts = ['localhost', '127.0.0.1'];
  const { certificate } = await authority.issueLocal(edge, csr, hosts);
  await mkdir(join(home, 'desk'), { recursive: true });
  await writeFile(join(home, 'desk', 'desk.json'), JSON.stringify({ cert: certificate, key, hosts }));
  await writeFile(join(home, 'identity', 'ca.pem'), authority.certificate);
}

export async function startBranch(options: BranchOptions = {}, campaign = testCampaign()): Promise<Branch> {
  const home = await mkdtemp(join(tmpdir(), 'branchline-'));
  const edgeName = 'edge-1';
  const scale: ClockScale = { speed: options.speed ?? 10, real: Date.now(), business: noon };
  const clock = scaledClock(scale);
  const controller = new ControllerDouble(clock);
  await controller.start(0);
  const [eventSocketPort] = await freePorts(1);
  const age = await generateIdentity();
  await mkdir(join(home, 'identity'), { recursive: true });
  await writeFile(
    join(home, 'identity', 'identity.json'),
    JSON.stringify({
      edge: edgeName,
      age,
      mqttUrl: `mqtt://127.0.0.1:${controller.port}`,
      edgeUrl: 'https://127.0.0.1:1',
    }),
  );
  const encrypter = new Encrypter();
  encrypter.addRecipient(await identityToRecipient(age));
  const sealed = armor.encode(await encrypter.encrypt('phone-password-1'));
  const pin = options.desk ? armor.encode(await encrypter.encrypt(agentPin)) : undefined;
  const agents = (options.agents ?? [testAgent('1001'), testAgent('1002')]).map((agent) => ({
    ...agent,
    campaigns: [campaign.id],
    ...(pin !== undefined && { pin }),
  }));
  if (options.desk) await giveCertificate(home, edgeName);
  const desired: Desired = {
    version: 1,
    edge: edgeName,
    site: { id: 'site-1', name: 'Site 1', zone: 'Asia/Shanghai', region: 'CN' },
    domain: 'branch.local',
    lines: ['carrier-a', 'carrier-b'].map((id) => ({
      id,
      kind: 'sip-trunk' as const,
      enabled: true,
      channels: 10,
      callerIds: ['02088888888'],
      answerSupervision: 'reliable' as const,
      emergency: true,
      sip: { proxy: '127.0.0.1:5999', register: false, pingSeconds: 0 as const },
    })),
    routes: [{ prefix: '', lines: ['carrier-a', 'carrier-b'] }],
    phones: agents.map(({ extension }) => ({ extension, label: `Phone ${extension}`, password: sealed })),
    agents,
    campaigns: [campaign],
    emergencyNumbers: ['110', '119'],
    fallbackGroup: agents.map(({ extension }) => extension),
    artifacts: [],
    ...options.desired,
  };
  const config: EdgeConfig = {
    edge: edgeName,
    home,
    switch: { eventSocketPort: eventSocketPort! },
    clock: scale,
    backOff: { firstMs: 50, longestMs: 200 },
    commitDelayMs: options.commitDelayMs ?? 0,
    ...(options.desk && { desk: { host: '127.0.0.1', port: 0 } }),
  };
  const virtualSwitch = new VirtualSwitch({
    directory: join(home, 'freeswitch'),
    business: clock,
    maxWavSeconds: options.maxWavSeconds ?? 1,
    ...(options.carrier && { carrier: options.carrier }),
    ...(options.spans && { spans: options.spans }),
    ...(options.modAmd && { modAmd: true }),
  });
  await controller.send(edgeName, 'desired', desired);
  let edge: Edge | undefined;
  return {
    edge: edgeName,
    home,
    clock,
    controller,
    switch: virtualSwitch,
    desired,
    config,
    sealed,
    async startEdge() {
      edge = await startEdge(config, options.log ?? silentLog);
      return edge;
    },
    async stopEdge() {
      await edge?.stop();
      edge = undefined;
    },
    lease(numbers, change = {}) {
      const now = clock.now();
      return {
        id: ids(),
        epoch: controller.epoch,
        campaign: campaign.id,
        issuedAt: now,
        expiresAt: now + 7_200_000,
        budgets: { attemptsPerLead: 4 },
        leads: numbers.map((number) => ({
          id: ids(),
          numbers: [{ number, zones: ['Asia/Shanghai'], calledAt: [] }],
          attemptsMade: 0,
          dueAt: now,
          fields: { name: 'Wang' },
        })),
        ...change,
      };
    },
    async close() {
      await edge?.stop();
      await virtualSwitch.stop().catch(() => undefined);
      await controller.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}
