import { randomUUID } from 'node:crypto';
import {
  idSource,
  systemClock,
  systemRandom,
  unheardLine,
  type AttemptRow,
  type CallRow,
  type LiveSnapshot,
  type Payload,
  type StreamName,
} from '@branchline/shared';
import { silentLog } from '@branchline/shared/node';
// @boundaries-ignore the box's own link and outbox: what is measured is the real conversation
import { LiveFeed, OutboxSender, UplinkLink } from '../../../edge/src/uplink/index.ts';
import { MemoryOutbox } from './memory-outbox.ts';

const ids = idSource();

export interface BoxOptions {
  readonly edge: string;
  readonly url: string;
  readonly tls: { readonly caFile: string; readonly certificateFile: string; readonly keyFile: string };
  readonly recipient: string;
  /** Agents at work; an idle branch has its agents offline. */
  readonly agents: readonly string[];
  /** Told how long rows took from here to their acknowledgement, ms. */
  readonly acknowledged: (ms: number) => void;
}

/** A branch without a switch: its link, its outbox and its live data are the real ones, its calls are made up. */
export class SimulatedBox {
  readonly edge: string;
  readonly outbox = new MemoryOutbox();
  readonly #options: BoxOptions;
  readonly #link: UplinkLink;
  readonly #sender: OutboxSender;
  readonly #live = new LiveFeed();
  readonly #leads: { lease: Payload<'lease'>; lead: Payload<'lease'>['leads'][number] }[] = [];
  readonly #open = new Map<string, number>();
  readonly #leases = new Set<string>();
  #epoch: string | undefined;
  #waiting: { upTo: number; since: number } | undefined;
  #timers: NodeJS.Timeout[] = [];
  #cpu = 0.1;

  constructor(options: BoxOptions) {
    this.#options = options;
    this.edge = options.edge;
    this.#link = new UplinkLink({
      ...options,
      business: systemClock,
      real: systemClock,
      random: systemRandom,
      ids,
      log: silentLog,
      birth: () => ({ clock: 'trusted', firmware: 'simulated', recipient: options.recipient }),
    });
    this.#sender = new OutboxSender({
      ledger: this.outbox,
      epoch: ids(),
      send: (stream, batch) => this.#link.send('out', batch, stream),
      real: systemClock,
      log: silentLog,
    });
    this.#link.on('ack', (ack) => {
      void this.#sender.onAck(ack);
      if (ack.kind === 'ack' && ack.stream === 'call' && this.#waiting && ack.upTo >= this.#waiting.upTo) {
        options.acknowledged(performance.now() - this.#waiting.since);
        this.#waiting = undefined;
      }
    });
    this.#link.on('lease', (lease) => this.#lend(lease));
    this.#link.on('controller', ({ epoch }) => {
      this.#epoch = epoch;
    });
    this.#link.on('command', ({ id, verb }) => {
      if (verb === 'live-snapshot') this.#live.restart();
      this.#link.send('result', { id, at: Date.now(), status: 'done' });
    });
    this.#link.on('desired', (desired) => {
      const { version } = desired;
      this.#link.send('reported', {
        version,
        tried: version,
        at: Date.now(),
        status: 'applied',
        artifacts: [],
      });
    });
    this.#link.onUp(() => {
      this.#live.restart();
      void this.#sender.linked();
    });
  }

  /** Leads it has and has not called. */
  get leads(): number {
    return this.#leads.length;
  }

  get up(): boolean {
    return this.#link.up;
  }

  start(): void {
    this.#link.start();
    // Boxes are not in step with each other.
    this.#timers.push(setTimeout(() => this.#every(1000, () => this.#tell()), Math.random() * 1000));
  }

  /** Begins to make calls. @param everyMs pause between two attempts */
  work(everyMs: number): void {
    this.#timers.push(setTimeout(() => this.#every(everyMs, () => this.#attempt()), Math.random() * everyMs));
  }

  /** No further calls. */
  rest(): void {
    for (const timer of this.#timers.splice(1)) clearInterval(timer);
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await this.#link.stop();
  }

  /** The link is down for as long as `rows` of each kind take to gather; resolves when all were acknowledged, with ms. */
  async replay(rows: Readonly<Partial<Record<StreamName, number>>>): Promise<number> {
    await this.#link.stop();
    await gather(rows.call, () => this.outbox.add('call', this.#call({})));
    await gather(rows.agent, (i) => this.outbox.add('agent', agentRow(i)));
    await gather(rows.metric, () => this.outbox.add('metric', metricRow()));
    const began = performance.now();
    this.#link.start();
    while (this.outbox.pending > 0 || !this.up) await new Promise((resolve) => setTimeout(resolve, 50));
    return performance.now() - began;
  }

  #every(ms: number, action: () => void): void {
    this.#timers.push(setInterval(action, ms));
    action();
  }

  #tell(): void {
    if (!this.#link.up) return;
    this.#cpu = Math.round(Math.min(0.9, Math.max(0.02, this.#cpu + (Math.random() - 0.5) / 20)) * 100) / 100;
    const now = Date.now();
    this.#link.send('live', this.#live.next(this.#link.session, this.#snapshot(), now, now));
    void this.#sender.wake();
  }

  #snapshot(): LiveSnapshot {
    const agent = { state: this.#options.agents.length > 0 ? 'talking' : 'offline', since: 1 } as const;
    return {
      agents: Object.fromEntries(this.#options.agents.map((id) => [id, agent])),
      campaigns: {},
      lines: { 'trunk-1': { ...unheardLine(30), state: 'up', inUse: this.#options.agents.length } },
      calls: { dialing: 0, ringing: 0, waiting: 0, talking: this.#options.agents.length, inbound: 0 },
      switch: 'up',
      clock: 'trusted',
      outboxPending: this.outbox.pending,
      lent: {
        ...(this.#epoch !== undefined && { epoch: this.#epoch }),
        leases: this.#leases.size,
        unconfirmed: this.outbox.pending,
      },
      cpu: this.#cpu,
      memory: 0.3,
      disk: 0.4,
    };
  }

  #lend(lease: Payload<'lease'>): void {
    if (this.#leases.has(lease.id)) return;
    this.#leases.add(lease.id);
    this.#open.set(lease.id, lease.leads.length);
    for (const lead of lease.leads) this.#leads.push({ lease, lead });
    this.outbox.add('event', {
      ...head(),
      type: 'lease-stored',
      lease: lease.id,
      leaseEpoch: lease.epoch,
      leads: lease.leads.length,
    });
    void this.#sender.wake();
  }

  #attempt(): void {
    const next = this.#leads.shift();
    if (!next) return;
    const { lease, lead } = next;
    const now = Date.now();
    const outcome = Math.random() < 0.3 ? 'ANSWERED' : 'NO_ANSWER';
    const number = lead.numbers[0]!.number;
    const id = ids();
    const call = this.#call({
      attempt: id,
      campaign: lease.campaign,
      lead: lead.id,
      customer: number,
      outcome,
    });
    const attempt: Omit<AttemptRow, 'seq'> = {
      ...head(),
      id,
      campaign: lease.campaign,
      lead: lead.id,
      lease: lease.id,
      number,
      ordinal: lead.attemptsMade + 1,
      dueAt: lead.dueAt,
      startedAt: now - 30_000,
      endedAt: now,
      outcome,
      deadNumbers: [],
      tries: [
        { id: call.id, ordinal: 1, number, line: 'trunk-1', startedAt: now - 30_000, endedAt: now, outcome },
      ],
    };
    const last = this.outbox.add('attempt', attempt);
    const seq = this.outbox.add('call', call);
    this.#waiting ??= { upTo: seq, since: performance.now() };
    const left = (this.#open.get(lease.id) ?? 1) - 1;
    this.#open.set(lease.id, left);
    if (left === 0) {
      this.#open.delete(lease.id);
      this.#leases.delete(lease.id);
      this.outbox.add('event', {
        ...head(),
        type: 'lease-ended',
        lease: lease.id,
        leaseEpoch: lease.epoch,
        how: 'returned',
        unworked: [],
        afterAttempt: last,
      });
    }
    void this.#sender.wake();
  }

  #call(facts: Partial<CallRow>): Omit<CallRow, 'seq'> {
    const now = Date.now();
    const answered = facts.outcome !== 'NO_ANSWER';
    return {
      ...head(),
      conversation: ids(),
      direction: facts.attempt === undefined ? 'inbound' : 'outbound',
      customer: '+8613812345678',
      callerId: '02155550100',
      line: 'trunk-1',
      startedAt: now - 30_000,
      ...(answered && { answeredAt: now - 20_000, bridgedAt: now - 19_900, agent: 'agent-1' }),
      endedAt: now,
      outcome: 'ANSWERED',
      hangupBy: 'customer',
      cause: answered ? 'NORMAL_CLEARING' : 'NO_ANSWER',
      q850: answered ? 16 : 19,
      sipStatus: answered ? 200 : 480,
      legs: [
        {
          id: randomUUID(),
          role: 'customer',
          startedAt: now - 30_000,
          endedAt: now,
          cause: 'NORMAL_CLEARING',
        },
      ],
      segments: answered ? [{ kind: 'agent', from: now - 19_900, to: now, agent: 'agent-1' }] : [],
      evidence: 'live',
      ...facts,
    };
  }
}

/** Makes rows a few at a time: the other boxes of this process go on meanwhile. */
async function gather(count: number | undefined, make: (i: number) => unknown): Promise<void> {
  for (let i = 0; i < (count ?? 0); i++) {
    make(i);
    if (i % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}

function head(): { readonly id: string; readonly at: number; readonly clock: 'trusted' } {
  return { id: ids(), at: Date.now(), clock: 'trusted' };
}

function agentRow(i: number): object {
  const talking = i % 2 === 0;
  return {
    ...head(),
    agent: 'agent-1',
    from: talking ? 'ready' : 'talking',
    to: talking ? 'talking' : 'ready',
    reason: 'call',
    heldMs: 15_000,
  };
}

function metricRow(): object {
  return {
    ...head(),
    cpu: 0.2,
    memoryUsedBytes: 1e9,
    memoryTotalBytes: 8e9,
    diskUsedBytes: 1e10,
    diskTotalBytes: 1e11,
    processMemoryBytes: 1e8,
    eventLoopDelayP99Ms: 3,
    channelsInUse: 4,
    outboxPending: 0,
  };
}
