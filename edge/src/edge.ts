import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  BranchlineError,
  derivedId,
  idSource,
  problemOf,
  scaledClock,
  systemClock,
  systemRandom,
  type ClockScale,
  type Payload,
} from '@branchline/shared';
import type { Log } from '@branchline/shared/node';
import { PhoneControl, Roster } from './agents/index.ts';
import { Calls, inboundCall, Reconciler, type Call } from './calls/index.ts';
import { switchSettings, type EdgeConfig } from './config.ts';
import { DesiredKeeper } from './desired-keeper.ts';
import { Dialer, type Attempt } from './dialer/index.ts';
import { HealthMonitor } from './health/index.ts';
import { openIdentity } from './identity/index.ts';
import { LinePool } from './lines/index.ts';
import { liveSnapshot } from './live-snapshot.ts';
import { WaitingRoom } from './queues/index.ts';
import { makeDayFolders, recordingPath } from './recordings/index.ts';
import { openLedger } from './store/index.ts';
import { CdrSpool, Switch, SwitchLink, type SwitchEvent } from './switch/index.ts';
import { ConfigurationApplier } from './switch/configuration/index.ts';
import {
  ArtifactStore,
  ClockWatch,
  CommandDesk,
  LiveFeed,
  OutboxSender,
  UplinkLink,
} from './uplink/index.ts';

/** A running edge. */
export interface Edge {
  /** Stops in order: no new calls, the link says goodbye, the ledger is closed. Calls that are up go on. */
  stop(): Promise<void>;
  /** FreeSWITCH's configuration folder, ready to be started with. */
  readonly switchFolder: string;
}

const purgeAfterMs = 14 * 86_400_000;

/** Composition root: reads the settings, builds the parts, wires them. Nothing else knows everything. */
export async function startEdge(config: EdgeConfig, log: Log): Promise<Edge> {
  const home = resolve(config.home);
  await mkdir(home, { recursive: true });
  const real = systemClock;
  const scale: ClockScale = config.clock ?? { speed: 1, real: 0, business: 0 };
  const business = scaledClock(scale);
  const { speed } = scale;
  const ids = idSource(business);

  const identity = await openIdentity(join(home, 'identity'), config.edge, config.enrolment);
  const ledger = await openLedger({
    file: join(home, 'ledger', 'ledger.sqlite'),
    clock: scale,
    log,
    commitDelayMs: config.commitDelayMs ?? 0,
  });
  const recovered = await ledger.recover({});
  const settings = await switchSettings(config);
  await Promise.all(
    [settings.cdrFolder, settings.recordingsFolder].map((folder) => mkdir(folder, { recursive: true })),
  );
  await makeDayFolders(settings.recordingsFolder, business.now());

  const clock = new ClockWatch(business, speed, identity.clockConfirmedAt, (trust, driftMs) => {
    log[trust === 'trusted' ? 'info' : 'warn']({ trust, driftMs }, 'trust in the clock changed');
    void append({ stream: 'event', row: { ...head(), type: 'clock', trust, driftMs } });
  });
  const clockTrust = () => clock.trust;
  const head = () => ({ at: business.now(), clock: clock.trust, id: ids() });
  const append = async (...rows: Parameters<typeof ledger.append>[0]['rows']): Promise<void> => {
    await ledger
      .append({ rows })
      .catch((error: unknown) => log.error({ problem: problemOf(error) }, 'a fact could not be stored'));
  };

  const link = new SwitchLink({
    address: () => ({ host: '127.0.0.1', ...settings.eventSocket }),
    real,
    random: systemRandom,
    log,
  });
  const fs = new Switch(link, ids);
  const lines = new LinePool();
  const health = new HealthMonitor(home);
  const optouts = new Set(recovered.optouts.map(({ number, campaign }) => `${campaign}:${number}`));

  const roster = new Roster({ business, switch: fs, ledger, clockTrust, log, onAvailable: () => work() });
  const dialer: Dialer = new Dialer({
    switch: fs,
    ledger,
    roster,
    lines,
    business,
    ids,
    clockTrust,
    log,
    calls: () => calls,
    recordingPath: (call, startedAt) => recordingPath(settings.recordingsFolder, call, startedAt),
    isOptedOut: (number, campaign) =>
      optouts.has(`:${number}`) ||
      optouts.has(`${campaign}:${number}`) ||
      keeper.inForce.dnc.has(number, campaign),
  });
  const calls: Calls = new Calls({
    switch: fs,
    ledger,
    roster,
    lines,
    business,
    ids,
    clockTrust,
    log,
    speed,
    domain: () => keeper.inForce.desired.domain,
    policy: (call) => {
      const campaign = call.campaign === undefined ? undefined : dialer.campaign(call.campaign);
      return { maxWaitMs: campaign?.maxWaitMs ?? 2000, wrapUpMs: (campaign?.wrapUpSeconds ?? 10) * 1000 };
    },
    onAttemptEnd: (call, row) => dialer.onAttemptEnd(call, row),
    context: (call) => (call.attempt === undefined ? undefined : dialer.attempts.get(call.attempt)),
    onChange: (call) => {
      remember(call);
      if (call.phase === 'waiting') waitingRoom.assign();
    },
  });
  const waitingRoom = new WaitingRoom({ calls, roster, business });
  /** Waiting customers go before new calls. */
  const work = (): void => {
    waitingRoom.assign();
    dialer.work();
  };

  /** Customers of calls that are up or ended lately, for dispositions and opt-outs in wrap-up. */
  const customers = new Map<string, string>();
  const remember = (call: Call): void => {
    customers.delete(call.id);
    customers.set(call.id, call.customer);
    if (customers.size > 2000) customers.delete(customers.keys().next().value!);
  };

  const phones = new PhoneControl({
    switch: fs,
    roster,
    ledger,
    business,
    ids,
    clockTrust,
    log,
    campaign: (id) => dialer.campaign(id),
    customerOf: (call) => customers.get(call),
    endCall: (call) => calls.input(call, { type: 'end', by: 'agent', at: business.now() }),
    onOptout: (number, campaign) => void optouts.add(`${campaign ?? ''}:${number}`),
  });

  const reconciler = new Reconciler({
    switch: fs,
    spool: new CdrSpool(settings.cdrFolder, log),
    calls,
    roster,
    ledger,
    business,
    ids,
    clockTrust,
    log,
    speed,
    onInbound: (leg, channel) =>
      takeInbound(leg, channel.createdAt, '', channel.marks.digits ?? '', channel.marks.line ?? 'unknown'),
  });

  const takeInbound = (leg: string, startedAt: number, customer: string, did: string, line: string): void => {
    if (calls.byLeg(leg)) return;
    const at = business.now();
    // The spool derives the same id, so that a call which we lose sight of is still told once.
    const id = derivedId(startedAt, leg);
    const call = inboundCall({
      id,
      leg,
      conversation: ids(),
      customer,
      did,
      line,
      at,
      recordTo: recordingPath(settings.recordingsFolder, id, at),
    });
    calls.add(call);
    calls.save(call);
    calls.input(id, { type: 'parked', at });
  };

  const applier = new ConfigurationApplier({
    switch: fs,
    folder: settings.folder,
    log,
    idle: () => calls.all().length === 0,
  });
  const uplink = new UplinkLink({
    edge: config.edge,
    url: identity.mqttUrl,
    tls: identity.mqttUrl.startsWith('mqtts') ? identity.tls : undefined,
    business,
    real,
    random: systemRandom,
    ids,
    log,
    birth: () => ({
      clock: clock.trust,
      firmware: config.firmware ?? 'development',
      recipient: identity.recipient,
    }),
    ...(config.backOff && { backOff: config.backOff }),
  });
  const outbox = new OutboxSender({
    ledger,
    epoch: recovered.epoch,
    send: (stream, batch) => uplink.send('out', batch, stream),
    real,
    log,
  });
  const live = new LiveFeed();

  const keeper: DesiredKeeper = new DesiredKeeper({
    folder: join(home, 'config'),
    edge: config.edge,
    settings,
    identity,
    applier,
    ledger,
    business,
    ids,
    clockTrust,
    log,
    artifacts: new ArtifactStore({
      folder: join(home, 'artifacts'),
      url: identity.edgeUrl,
      tls: identity.tls,
    }),
    onInForce: ({ desired }) => {
      lines.configure(desired);
      roster.configure(desired.agents, desired.domain);
      dialer.configure(desired);
    },
    report: (reported) => void uplink.send('reported', reported),
  });
  await keeper.start();

  // What the ledger remembers goes on where it was; the first audit says what is still true.
  roster.restore(recovered.agents);
  for (const { data } of recovered.calls) {
    const { call, context } = JSON.parse(data) as { call: Call; context?: Attempt };
    if (context) dialer.attempts.open(context);
    calls.add(restored(call));
  }
  dialer.book.restore(recovered.leads, recovered.attempts);
  const open = { openAttempts: recovered.attempts.length, openCalls: recovered.calls.length };
  await append({
    stream: 'event',
    row: { ...head(), type: 'ledger', state: recovered.fresh ? 'new' : 'recovered', ...open },
  });
  await reconciler.mergeSpool();

  let core = '';
  fs.on('up', (coreId) => {
    const restarted = core !== '' && core !== coreId;
    core = coreId;
    const lostCalls = restarted ? calls.all().length : 0;
    log.info({ coreId, restarted }, 'linked to FreeSWITCH');
    void append({
      stream: 'event',
      row: { ...head(), type: 'switch', state: restarted ? 'restarted' : 'connected', coreId, lostCalls },
    });
    void applier
      .refresh()
      .catch((error: unknown) =>
        log.error(
          { problem: problemOf(error) },
          'FreeSWITCH did not accept the configuration it was started with',
        ),
      )
      .then(() => audit(restarted));
  });
  fs.on('down', (reason) => {
    log.warn({ problem: reason.message }, 'the link to FreeSWITCH is down');
    void append({
      stream: 'event',
      row: { ...head(), type: 'switch', state: 'disconnected', coreId: core.slice(0, 64), lostCalls: 0 },
    });
  });
  const audit = async (everythingGone = false): Promise<void> => {
    await reconciler.run(everythingGone);
    if (!fs.up) return;
    for (const { line } of lines.states()) {
      if (line.enabled && line.sip) setLine(line.id, await fs.gatewayUp(line.id).catch(() => undefined));
    }
    work();
  };
  const setLine = (line: string, up: boolean | undefined, reason = 'gateway state'): void => {
    if (up === undefined || !lines.setHealth(line, up ? 'up' : 'down')) return;
    log[up ? 'info' : 'warn']({ line, reason }, up ? 'a line is up' : 'a line is down');
    void append({
      stream: 'event',
      row: { ...head(), type: 'line', line, state: up ? 'up' : 'down', reason },
    });
    if (up) work();
  };

  fs.on('failed', (leg, cause) => {
    if (!calls.onFailed(leg, cause)) roster.onCallbackLeg(leg, 'failed', business.now());
  });
  fs.on('event', (event) => onSwitchEvent(event));
  const onSwitchEvent = (event: SwitchEvent): void => {
    if (event.type === 'gateway') return setLine(event.gateway, event.up, `gateway ${event.state}`);
    if (!('leg' in event)) return;
    if (event.type === 'dtmf') return phones.onDigit(event.leg, event.digit, event.at);
    if (event.type === 'parked') {
      const { marks, leg } = event;
      if (marks.role === 'customer' && marks.wants === 'inbound' && !calls.byLeg(leg)) {
        return takeInbound(
          leg,
          event.createdAt,
          event.callerNumber,
          marks.digits ?? event.dialed,
          marks.line ?? 'unknown',
        );
      }
      if (roster.onCallbackLeg(leg, 'answered', event.at)) return work();
      if (
        marks.role === 'agent' &&
        marks.wants &&
        marks.wants !== 'nailed' &&
        marks.wants !== 'callback' &&
        !roster.byLeg(leg)
      ) {
        return phones.onFeature(event);
      }
    }
    if (event.type === 'hungup') {
      if (roster.onCallbackLeg(event.leg, 'failed', event.at)) return;
      calls.onEvent(event);
      const agent = roster.byLeg(event.leg);
      if (agent) roster.input(agent.id, { type: 'leg-lost', at: event.at });
      return;
    }
    calls.onEvent(event);
  };

  const commands = new CommandDesk({
    ledger,
    business,
    log,
    reply: (result) => void uplink.send('result', result),
    handlers: {
      'live-snapshot': () => live.restart(),
      'agent-logout': ({ agent }) => order(agent, { type: 'logout', at: business.now() }),
      'agent-break': ({ agent, reason }) => order(agent, { type: 'break', reason, at: business.now() }),
      'agent-ready': ({ agent }) => order(agent, { type: 'ready', at: business.now() }),
      'call-hangup': ({ call }) => {
        if (!calls.get(call)) throw new BranchlineError('BL_API_NOT_FOUND', { what: 'call', id: call });
        calls.input(call, { type: 'end', by: 'system', at: business.now() });
      },
      'call-disposition': ({ call, agent, code }) => {
        const problem = phones.dispose(agent, { call, code }, 'api');
        if (problem !== undefined)
          throw new BranchlineError('BL_COMMAND_FAILED', { verb: 'call-disposition', problem });
      },
      drain: () => void (dialer.drained = true),
      resume: () => {
        dialer.drained = false;
        work();
      },
    },
  });
  const order = (agent: string, input: Parameters<Roster['input']>[1]): void => {
    if (!roster.input(agent, input))
      throw new BranchlineError('BL_API_NOT_FOUND', { what: 'agent', id: agent });
  };

  const guard = (what: string, action: Promise<unknown>): void => {
    action.catch((error: unknown) =>
      log.error({ what, problem: problemOf(error) }, 'an order of the controller could not be carried out'),
    );
  };
  uplink.on('desired', (desired) => guard('desired', keeper.onDesired(desired)));
  uplink.on('ack', (ack) => guard('ack', outbox.onAck(ack)));
  uplink.on('command', (command) => guard('command', commands.onCommand(command, business.now())));
  uplink.on('controller', ({ at, online }, fresh) => {
    // A kept message tells the time of its birth, not of now.
    if (online && fresh) clock.confirm(at);
  });
  uplink.on('lease', (lease) => guard('lease', storeLease(lease)));
  uplink.on('revoke', (revoke) => guard('revoke', revokeLeads(revoke)));
  const storeLease = async (lease: Payload<'lease'>): Promise<void> => {
    const stored = await ledger.storeLease({
      lease,
      rows: [
        {
          stream: 'event',
          row: {
            ...head(),
            type: 'lease-stored',
            lease: lease.id,
            leaseEpoch: lease.epoch,
            leads: lease.leads.length,
          },
        },
      ],
    });
    if (stored > 0) dialer.book.add(lease);
    dialer.work();
  };
  const revokeLeads = async ({ lease, campaign, numbers }: Payload<'revoke'>): Promise<void> => {
    const revoked = await ledger.revokeLeads({
      ...(lease !== undefined && { lease }),
      ...(campaign !== undefined && { campaign }),
      ...(numbers && { numbers }),
    });
    await dialer.endLeases(dialer.book.drop(revoked));
  };
  uplink.onUp(() => {
    live.restart();
    if (keeper.reported) uplink.send('reported', keeper.reported);
    guard('outbox', outbox.linked());
    guard('inventory', sendInventory());
  });
  const sendInventory = async (): Promise<void> => {
    const facts = await health.facts();
    const registered = fs.up ? await fs.registrations().catch(() => []) : [];
    uplink.send('inventory', {
      at: business.now(),
      ...facts,
      switchVersion: (fs.up ? await fs.version().catch(() => '') : '').slice(0, 200) || 'unknown',
      lines: lines.states().map(({ line }) => ({ id: line.id, kind: line.kind, channels: line.channels })),
      phones: keeper.inForce.desired.phones.map(({ extension }) => ({
        extension,
        registered: registered.some((each) => each.extension === extension),
        userAgent: '',
      })),
    });
  };

  const timers = [
    every(1000, () => {
      clock.observe();
      if (!uplink.up) outbox.unlinked();
      guard('outbox', outbox.wake());
      guard('configuration', keeper.whenIdle());
      const input = {
        agents: roster.all(),
        calls: calls.all(),
        lines: lines.states(),
        dialer,
        switchUp: fs.up,
        clock: clock.trust,
        outboxPending: outbox.pending,
        health: health.latest,
      };
      if (uplink.up)
        uplink.send('live', live.next(uplink.session, liveSnapshot(input), business.now(), real.now()));
      work();
    }),
    every(10_000, () => guard('health', health.sample())),
    every(30_000, () => guard('audit', audit())),
    every(60_000, () => {
      guard(
        'metric',
        health.sample().then((sample) =>
          append({
            stream: 'metric',
            row: {
              ...head(),
              ...metricOf(sample),
              channelsInUse: calls.all().length,
              outboxPending: outbox.pending,
            },
          }),
        ),
      );
      guard('folders', makeDayFolders(settings.recordingsFolder, business.now()));
      if (clock.confirmedAt !== undefined) guard('clock', identity.rememberClock(clock.confirmedAt));
      if (uplink.up) guard('inventory', sendInventory());
    }),
    every(3_600_000, () => guard('purge', ledger.purge({ before: business.now() - purgeAfterMs }))),
    // A lost leg or a leg in doubt is looked at again soon after the start.
    once(1500, () => guard('audit', audit())),
    once(500, () => guard('health', health.sample())),
  ];
  link.start();
  uplink.start();
  log.info({ edge: config.edge, home }, 'the edge runs');

  return {
    switchFolder: settings.folder,
    async stop() {
      dialer.drained = true;
      for (const timer of timers) timer();
      await uplink.stop();
      link.stop();
      health.stop();
      await ledger.close();
    },
  };
}

/** A call from the ledger: orders that were under way when the process died are given again after the audit. */
function restored(call: Call): Call {
  if (call.phase !== 'waiting' && call.phase !== 'ringing-agent' && call.phase !== 'bridging') return call;
  const { agent: _agent, agentLeg: _leg, ...alone } = call;
  return { ...alone, phase: 'answered' };
}

function metricOf({
  cpu,
  memoryUsedBytes,
  memoryTotalBytes,
  diskUsedBytes,
  diskTotalBytes,
  processMemoryBytes,
  eventLoopDelayP99Ms,
}: HealthMonitor['latest']) {
  return {
    cpu,
    memoryUsedBytes,
    memoryTotalBytes,
    diskUsedBytes,
    diskTotalBytes,
    processMemoryBytes,
    eventLoopDelayP99Ms,
  };
}

/** Runs `action` every so many real ms until the returned function is called. */
function every(ms: number, action: () => void): () => void {
  const timer = setInterval(action, ms);
  return () => clearInterval(timer);
}

function once(ms: number, action: () => void): () => void {
  const timer = setTimeout(action, ms);
  return () => clearTimeout(timer);
}
