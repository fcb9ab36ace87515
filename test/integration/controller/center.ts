import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { startController, type Controller, type ControllerSettings } from '@branchline/controller';
import {
  idSource,
  parseTopic,
  subscriptionsOf,
  topicOf,
  type BranchPlan,
  type ChannelName,
  type EdgeState,
  type EnrolmentView,
  type EnrolResponse,
  type Grant,
  type LiveSnapshot,
  type Payload,
  type Role,
  type StreamName,
} from '@branchline/shared';
import { silentLog, type Log } from '@branchline/shared/node';
import { enginesFor, type Engines } from '../../support/external/engines.ts';
import { makeBoxKeys, type BoxKeys } from './parts.ts';

export const newId = idSource();

/** Of everybody but the first administrator. */
export const testPassword = 'a password for a test';

/** Asks until the answer is truthy. @throws Error naming what was awaited */
export async function until<T>(
  what: string,
  ask: () => Promise<T> | T,
  deadlineMs = 20_000,
): Promise<NonNullable<T>> {
  const end = Date.now() + deadlineMs;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`waited ${deadlineMs} ms in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** An answer of the API. `body` is whatever came; the tests say what they expect of it. */
export interface Answer<T = unknown> {
  readonly status: number;
  readonly body: T;
}

/** Somebody who is signed in. */
export class Person {
  readonly #url: string;
  readonly cookie: string;

  constructor(url: string, cookie: string) {
    this.#url = url;
    this.cookie = cookie;
  }

  async call<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
    const form = body instanceof FormData;
    const response = await fetch(`${this.#url}/api/v1${path}`, {
      method,
      headers: {
        cookie: this.cookie,
        ...(body !== undefined && !form && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: form ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = response.headers.get('content-type')?.startsWith('application/json') ?? false;
    return { status: response.status, body: (json ? JSON.parse(text) : text) as T };
  }

  /** Uploads a list to a campaign. */
  async upload<T = Record<string, unknown>>(
    campaign: string,
    content: string | Uint8Array,
    mapping?: unknown,
  ): Promise<Answer<T>> {
    const form = new FormData();
    if (mapping !== undefined) form.append('mapping', JSON.stringify(mapping));
    form.append(
      'file',
      new Blob([typeof content === 'string' ? content : new Uint8Array(content)], { type: 'text/csv' }),
      'list.csv',
    );
    return this.call<T>('POST', `/campaigns/${campaign}/imports`, form);
  }
}

/** A whole controller with everything real, in a folder of its own. */
export class Center implements AsyncDisposable {
  readonly controller: Controller;
  readonly home: string;
  readonly admin: Person;
  readonly #boxes: Box[] = [];
  readonly #engines: Engines;

  private constructor(controller: Controller, home: string, admin: Person, engines: Engines) {
    this.#engines = engines;
    this.controller = controller;
    this.home = home;
    this.admin = admin;
  }

  static async start(settings: ControllerSettings & { readonly log?: Log } = {}): Promise<Center> {
    const home = settings.home ?? mkdtempSync(join(tmpdir(), 'branchline-center-'));
    const engines = await enginesFor(home);
    const controller = await startController({
      http: { port: 0, requestsPerMinute: 1_000_000 },
      edge: { port: 0 },
      mqtt: { port: 0 },
      log: silentLog,
      ...engines.settings,
      ...settings,
      home,
    });
    const { name, password } = controller.firstAdmin ?? { name: '', password: '' };
    return new Center(controller, home, await signIn(controller.httpUrl, name, password), engines);
  }

  get db() {
    return this.controller.parts.database.kysely;
  }

  /** A user with one role, signed in. */
  async person(name: string, role: Role, site?: string): Promise<Person> {
    return this.holder(name, [{ role, ...(site !== undefined && { site }) }]);
  }

  /** A user with these grants, signed in. */
  async holder(name: string, grants: readonly Grant[]): Promise<Person> {
    const password = testPassword;
    await this.admin.call('POST', '/users', { name, displayName: name, password, grants });
    return signIn(this.controller.httpUrl, name, password);
  }

  async site(id: string, name = id): Promise<void> {
    await this.admin.call('POST', '/sites', { id, name, zone: 'Asia/Shanghai', region: 'CN' });
  }

  /** Adds an edge to a site and enrols a box as it. */
  async enrol(site: string, edge: string, hardwareId = `box of ${edge}`): Promise<Box> {
    const view = await this.admin.call<EnrolmentView>('POST', `/sites/${site}/edges`, { id: edge });
    const keys = await makeBoxKeys(edge);
    const answer = await postEnrolment(view.body, {
      edge,
      token: view.body.token,
      csr: keys.csr,
      hardwareId,
    });
    if (answer.status !== 201)
      throw new Error(`enrolment answered ${answer.status} ${JSON.stringify(answer.body)}`);
    const box = new Box(edge, keys, answer.body as EnrolResponse);
    this.#boxes.push(box);
    return box;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const box of this.#boxes) box.disconnect();
    await this.controller.stop();
    await this.#engines.stop();
    rmSync(this.home, { recursive: true, force: true, maxRetries: 5 });
  }
}

export async function signIn(url: string, name: string, password: string): Promise<Person> {
  const response = await fetch(`${url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, password }),
  });
  if (!response.ok) throw new Error(`signing in answered ${response.status} ${await response.text()}`);
  return new Person(url, (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '');
}

/** Sends an enrolment as a box does: trusting nothing but the authority it was told. */
export function postEnrolment(view: Pick<EnrolmentView, 'url' | 'ca'>, body: unknown): Promise<Answer> {
  return https(view.url, 'POST', { ca: view.ca }, JSON.stringify(body));
}

/** An HTTPS request with the client's own certificates. */
export function https(
  url: string,
  method: string,
  tls: { ca: string; cert?: string; key?: string },
  body?: string,
  headers: Record<string, string> = {},
): Promise<Answer & { bytes: Buffer; headers: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    const call = request(
      url,
      {
        method,
        ...tls,
        agent: false,
        headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const bytes = Buffer.concat(chunks);
          const json = String(response.headers['content-type']).startsWith('application/json');
          const parsed: unknown = json ? JSON.parse(bytes.toString()) : bytes.toString('latin1');
          resolve({ status: response.statusCode ?? 0, body: parsed, bytes, headers: response.headers });
        });
      },
    );
    call.on('error', reject);
    call.end(body);
  });
}

/** A branch with two agents, two phones and a line. */
export function branchPlan(campaigns: readonly string[] = []): BranchPlan {
  return {
    domain: 'branch.test',
    lines: [
      {
        id: 'trunk-1',
        kind: 'sip-trunk',
        enabled: true,
        channels: 30,
        sip: {
          proxy: '127.0.0.1:5099',
          register: false,
          username: 'branch',
          password: 'line-secret-1',
          pingSeconds: 0,
        },
        callerIds: ['02155550100'],
        answerSupervision: 'reliable',
        emergency: true,
      },
    ],
    routes: [{ prefix: '', lines: ['trunk-1'] }],
    phones: [
      { extension: '100', label: 'Desk 1', password: 'phone-secret-100' },
      { extension: '101', label: 'Desk 2', password: 'phone-secret-101' },
    ],
    agents: ['100', '101'].map((extension) => ({
      id: `agent-${extension}`,
      name: `Agent ${extension}`,
      extension,
      mode: 'nailed' as const,
      campaigns: [...campaigns],
      inbound: true,
    })),
    emergencyNumbers: ['110'],
    fallbackGroup: ['100'],
  };
}

export const quietBranch: LiveSnapshot = {
  agents: {},
  campaigns: {},
  lines: {},
  calls: { dialing: 0, ringing: 0, waiting: 0, talking: 0, inbound: 0 },
  switch: 'up',
  clock: 'trusted',
  outboxPending: 0,
  lent: { leases: 0, unconfirmed: 0 },
  cpu: 0.1,
  memory: 0.2,
  disk: 0.3,
};

/** The branch with its agents logged in. */
export function branchAtWork(agents: readonly string[]): LiveSnapshot {
  const ready = { state: 'ready' as const, since: 1 };
  return { ...quietBranch, agents: Object.fromEntries(agents.map((agent) => [agent, ready])) };
}

/** The controller's counterpart on the wire, speaking the contract by hand. */
export class Box {
  readonly edge: string;
  readonly keys: BoxKeys;
  readonly enrolment: EnrolResponse;
  readonly ledger = newId();
  readonly received: { channel: ChannelName; payload: unknown; raw: string }[] = [];
  session = '';
  closes = 0;
  #client: MqttClient | undefined;
  #live = 0;
  #speaking: NodeJS.Timeout | undefined;
  readonly #positions = new Map<StreamName, number>();

  constructor(edge: string, keys: BoxKeys, enrolment: EnrolResponse) {
    this.edge = edge;
    this.keys = keys;
    this.enrolment = enrolment;
  }

  get tls(): { ca: string; cert: string; key: string } {
    return { ca: this.enrolment.ca, cert: this.enrolment.certificate, key: this.keys.key };
  }

  /** Connects, subscribes and tells its birth. @throws when it is not let in within five seconds */
  async connect(overrides: Partial<IClientOptions> = {}): Promise<void> {
    this.disconnect();
    this.session = newId();
    this.closes = 0;
    const client = mqtt.connect(this.enrolment.mqttUrl, {
      ...this.tls,
      clientId: this.edge,
      protocolVersion: 4,
      clean: true,
      reconnectPeriod: 0,
      queueQoSZero: false,
      will: {
        topic: topicOf('state', this.edge),
        payload: Buffer.from(JSON.stringify(this.state('lost'))),
        qos: 1,
        retain: true,
      },
      ...overrides,
    });
    this.#client = client;
    client.on('error', () => undefined);
    client.on('close', () => this.closes++);
    client.on('message', (topic, bytes) => {
      const channel = parseTopic(topic)?.channel;
      const raw = bytes.toString();
      if (channel) this.received.push({ channel, raw, payload: JSON.parse(raw) as unknown });
    });
    await Promise.race([
      new Promise((resolve) => client.once('connect', resolve)),
      new Promise((_, reject) =>
        client.once('close', () => reject(new Error('the broker closed the connection'))),
      ),
      new Promise((_, reject) => setTimeout(() => reject(new Error('the broker did not answer')), 5000)),
    ]);
    await client.subscribeAsync([...subscriptionsOf(this.edge)], { qos: 1 });
    await this.publish('state', this.state('online'));
  }

  state(status: EdgeState['status']): EdgeState {
    return {
      status,
      session: this.session,
      at: Date.now(),
      clock: 'trusted',
      firmware: 'test',
      contract: 1,
      recipient: this.keys.recipient,
    };
  }

  async publish<C extends Exclude<ChannelName, 'controller'>>(
    channel: C,
    payload: Payload<C>,
    stream?: StreamName,
  ): Promise<void> {
    await this.raw(topicOf(channel, this.edge, stream), JSON.stringify(payload));
  }

  async raw(topic: string, payload: string | Buffer, qos: 0 | 1 = 1): Promise<void> {
    await this.#client?.publishAsync(topic, payload, { qos });
  }

  /** The granted QoS, or 128 when it was refused. */
  async subscribe(filter: string): Promise<number> {
    try {
      const [grant] = (await this.#client?.subscribeAsync(filter, { qos: 1 })) ?? [];
      return grant?.qos ?? 128;
    } catch {
      return 128;
    }
  }

  /** Sends a full live snapshot. */
  async live(snapshot: LiveSnapshot): Promise<void> {
    const now = Date.now();
    await this.publish('live', { session: this.session, n: ++this.#live, at: now, sentAt: now, snapshot });
  }

  /**
   * Sends a snapshot now and again and again, as a real box does, until it is disconnected, given another snapshot, or
   * what is returned is called.
   */
  keepLive(snapshot: LiveSnapshot, everyMs = 1000): () => void {
    const speak = (): void => void this.live(snapshot).catch(() => undefined);
    clearInterval(this.#speaking);
    speak();
    this.#speaking = setInterval(speak, everyMs);
    return () => clearInterval(this.#speaking);
  }

  /** Sends rows of a stream and waits until they are acknowledged. */
  async send(
    stream: StreamName,
    rows: readonly Record<string, unknown>[],
  ): Promise<Extract<Payload<'ack'>, { kind: 'ack' }>> {
    const from = (this.#positions.get(stream) ?? 0) + 1;
    const to = from + rows.length - 1;
    const numbered = rows.map((row, i) => ({ seq: from + i, at: Date.now(), clock: 'trusted', ...row }));
    await this.publish('out', { epoch: this.ledger, from, to, rows: numbered }, stream);
    const ack = await until(`the acknowledgement of ${stream} up to ${to}`, () =>
      this.all('ack').find(
        (answer) => answer.kind === 'ack' && answer.stream === stream && answer.upTo >= to,
      ),
    );
    this.#positions.set(stream, to);
    return ack as Extract<Payload<'ack'>, { kind: 'ack' }>;
  }

  /** Everything received on a channel. */
  all<C extends ChannelName>(channel: C): Payload<C>[] {
    return this.received
      .filter((message) => message.channel === channel)
      .map((message) => message.payload as Payload<C>);
  }

  get connected(): boolean {
    return this.#client?.connected ?? false;
  }

  /** Ends the connection like a pulled cable: the broker speaks the will. */
  disconnect(): void {
    clearInterval(this.#speaking);
    this.#client?.stream.destroy();
    this.#client?.end(true);
    this.#client = undefined;
  }
}
