import { mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  BranchlineError,
  idSource,
  problemOf,
  scaledClock,
  systemClock,
  systemRandom,
  type ClockScale,
  type Lent,
  type LiveSnapshot,
} from '@branchline/shared';
import { writeDurably, type Log } from '@branchline/shared/node';
import { switchSettings, type EdgeConfig } from './config.ts';
import { commandOrders, leaseOrders } from './controller-orders.ts';
import { DesiredKeeper } from './desired-keeper.ts';
import { Desk } from './desk/index.ts';
import { doorStatus } from './door-status.ts';
import { openDoor } from './door/index.ts';
import { RecordingStore } from './flows/index.ts';
import { Floor } from './floor/index.ts';
import { HealthMonitor, serveMetrics } from './health/index.ts';
import { openIdentity, type ServerTls } from './identity/index.ts';
import { liveSnapshot } from './live-snapshot.ts';
import { testCall } from './lines/index.ts';
import { readAnnouncements } from './answer/index.ts';
import { makeDayFolders, makeListeningFolder } from './recordings/index.ts';
import { openLedger, type NewRow } from './store/index.ts';
import { Strangers, Switch, SwitchLink } from './switch/index.ts';
import {
  ConfigurationApplier,
  dscpRules,
  placeCertificate,
  recordingsHome,
} from './switch/configuration/index.ts';
import {
  ArtifactStore,
  ClockWatch,
  CommandDesk,
  LiveFeed,
  OutboxSender,
  Questions,
  UplinkLink,
} from './uplink/index.ts';

/** A running edge. */
export interface Edge {
  /** Stops in order: no new calls, the link says goodbye, the ledger is closed. Calls that are up go on. */
  stop(): Promise<void>;
  /** FreeSWITCH's configuration folder, ready to be started with. */
  readonly switchFolder: string;
  /** Port of the agents' page, once it is there. */
  readonly deskPort: () => number | undefined;
}

/** Acknowledged rows and closed calls are kept for so long, business ms. */
const keepMs = 14 * 86_400_000;

/** A caller waits on while the center is asked, so long at most, real ms. */
const askMs = 1500;

/** How long the center may take to say who is calling, real ms. */
const callerMs = 5000;

/** Composition root: reads the settings, builds the parts, wires them. Nothing else knows everything. */
export async function startEdge(config: EdgeConfig, log: Log): Promise<Edge> {
  const home = resolve(config.home);
  await mkdir(home, { recursive: true });
  const real = systemClock;
  const random = systemRandom;
  const scale: ClockScale = config.clock ?? { speed: 1, real: 0, business: 0 };
  const business = scaledClock(scale);
  const { speed } = scale;
  const ids = idSource(business);

  const identity = await openIdentity(join(home, 'identity'), config.edge, config.enrolment);
  const ledgerFile = join(home, 'ledger', 'ledger.sqlite');
  const ledger = await openLedger({
    file: ledgerFile,
    clock: scale,
    log,
    commitDelayMs: config.commitDelayMs ?? 0,
  });
  const recovered = await ledger.recover({});
  const settings = await switchSettings(config);
  await mkdir(settings.cdrFolder, { recursive: true });
  await mkdir(settings.folder, { recursive: true });
  await writeDurably(join(settings.folder, 'dscp.nft'), dscpRules(settings), 0o644);
  await makeDayFolders(settings.recordingsFolder, business.now());
  await makeListeningFolder(settings.recordingsFolder);

  const clockTrust = () => clock.trust;
  const head = () => ({ at: business.now(), clock: clock.trust, id: ids() });
  const tell = (row: NewRow): void => guard('fact', ledger.append({ rows: [row] }));
  const guard = (what: string, action: Promise<unknown>): void => {
    action.catch((error: unknown) =>
      log.error({ what, problem: problemOf(error) }, 'something that was asked for could not be done'),
    );
  };
  const clock: ClockWatch = new ClockWatch(business, speed, identity.clockConfirmedAt, (trust, driftMs) => {
    log[trust === 'trusted' ? 'info' : 'warn']({ trust, driftMs }, 'trust in the clock changed');
    tell({ stream: 'event', row: { ...head(), type: 'clock', trust, driftMs } });
  });

  const link = new SwitchLink({
    address: () => ({ host: '127.0.0.1', ...settings.eventSocket }),
    real,
    random,
    log,
  });
  const fs = new Switch(link, ids);
  const strangers = new Strangers(log);
  fs.on('event', (event) => {
    if (event.type === 'turned-away') strangers.turnedAway(event.stranger, real.now());
  });
  const health = new HealthMonitor(home);
  const announcements = await readAnnouncements(join(home, 'announcements'), (error, file) =>
    log.warn({ file, problem: problemOf(error) }, 'an announcement of a network is left out; learn it again'),
  );
  const floor: Floor = new Floor({
    switch: fs,
    ledger,
    business,
    ids,
    clockTrust,
    log,
    speed,
    settings,
    tell,
    announcements,
    inForce: () => keeper.inForce,
    centerLinked: () => uplink.up,
    onShown: () => desk?.tell(),
    speech: config.speech,
    goip: { host: '0.0.0.0', port: 44_444, ...config.goip },
    spanPlaces: config.spans ?? {},
    unseal: (place, text) => identity.unseal(place, text),
    onCallEnded: (line, outcome) => keeper.callEnded(line, outcome),
    seekAway: (sought) =>
      questions
        .ask({ kind: 'agent', ...sought, since: Math.round(sought.since), except: [...sought.except] }, askMs)
        ?.then((answer) => (answer?.kind === 'agent' ? answer.found : undefined)),
    askCaller: (number) =>
      questions
        .ask({ kind: 'customer-lookup', number }, callerMs)
        ?.then((answer) => (answer?.kind === 'customer-lookup' ? answer.leads : undefined)),
    joinOverlay: () => applier.joinOverlay(),
    onTurnedAway: (stranger) => strangers.turnedAway(stranger, real.now()),
  });
  const { calls, dialer, roster } = floor;
  const lines = floor.lines.pool;
  const desk: Desk | undefined =
    config.desk &&
    new Desk({
      host: '0.0.0.0',
      ...config.desk,
      home,
      identity,
      floor: floor.desk,
      training: floor.training,
      sip: { server: settings.sipAddress, port: settings.internalPort, tlsPort: settings.tlsPort },
      webSocketPort: settings.webSocketPort,
      onCertificate: (tls) => guard('certificate', certify(tls)),
      onLookers: (agents) => floor.presence.onPages(agents),
      now: () => business.now(),
      log,
    });

  /** FreeSWITCH gets the certificate of the desk page, too. */
  const certify = async (tls: ServerTls): Promise<void> => {
    const ca = await readFile(identity.tls.caFile, 'utf8');
    if (!(await placeCertificate(settings.certificatesFolder, tls, ca))) return;
    await keeper.refresh();
    await applier.reloadCertificate();
  };
  const applier: ConfigurationApplier = new ConfigurationApplier({
    switch: fs,
    folder: settings.folder,
    log,
    idle: () => calls.all().length === 0 || keeper.inMaintenance(business.now()),
  });
  const uplink = new UplinkLink({
    edge: config.edge,
    url: identity.mqttUrl,
    tls: identity.mqttUrl.startsWith('mqtts') ? identity.tls : undefined,
    business,
    real,
    random,
    ids,
    log,
    birth: () => ({
      clock: clock.trust,
      firmware: config.firmware ?? 'development',
      recipient: identity.recipient,
    }),
    ...(config.backOff && { backOff: config.backOff }),
  });
  const questions = new Questions({ ids, real, send: (ask) => uplink.send('ask', ask) });
  const outbox = new OutboxSender({
    ledger,
    epoch: recovered.epoch,
    send: (stream, batch) => uplink.send('out', batch, stream),
    real,
    log,
  });
  const live = new LiveFeed();
  let leaseEpoch: string | undefined;
  let lent: Lent = { leases: 1, unconfirmed: 1 };
  /** Ends of leases are counted before the rows that tell of them, so that nothing can be missed in between. */
  const takeStock = async (): Promise<void> => {
    const epoch = leaseEpoch;
    const before = dialer.book.leases;
    await outbox.wake();
    const leases = Math.max(before, dialer.book.leases);
    const unconfirmed = outbox.unconfirmed(['optout', 'attempt', 'event']);
    lent = { ...(epoch !== undefined && { epoch }), leases, unconfirmed };
  };
  const artifacts = new ArtifactStore({
    folder: join(home, 'artifacts'),
    url: identity.edgeUrl,
    tls: identity.tls,
  });
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
    artifacts,
    recordings: new RecordingStore({
      folder: recordingsHome(settings),
      download: (path, bytes) => artifacts.download(path, bytes),
    }),
    onInForce: (inForce) => {
      floor.configure(inForce);
      if (desk) guard('desk', desk.configure(inForce.desired));
    },
    lineUp: (line) => lines.get(line)?.health === 'up',
    report: (reported) => void uplink.send('reported', reported),
  });
  const snapshot = (): LiveSnapshot =>
    liveSnapshot({
      agents: roster.all(),
      calls: calls.all(),
      lines: floor.lines.watch.live(),
      queues: floor.queues.live(),
      guests: floor.guestAddress,
      dialer,
      switchUp: fs.up,
      clock: clock.trust,
      outboxPending: outbox.pending,
      lent,
      health: health.latest,
    });
  const test = {
    switch: fs,
    lines,
    ledger,
    business,
    ids,
    folder: join(home, 'test-calls'),
    emergencyNumbers: () => keeper.inForce.desired.emergencyNumbers,
    region: () => keeper.inForce.desired.site.region,
  };
  // Before any device is opened: whoever holds the door drives them.
  const door = await openDoor({
    home,
    status: () =>
      doorStatus({
        config,
        business,
        inForce: keeper.inForce,
        uplink: { up: uplink.up, url: identity.mqttUrl },
        switch: fs,
        live: snapshot(),
      }),
    phones: () => desk?.phones() ?? [],
    drain: (line, drained) => {
      if (!lines.drain(line, drained))
        throw new BranchlineError('BL_API_NOT_FOUND', { what: 'line', id: line });
      floor.work();
    },
    testCall: (line, number) => testCall(test, line, number),
  });
  await keeper.start();
  await floor.restore(recovered);
  const open = { openAttempts: recovered.attempts.length, openCalls: recovered.calls.length };
  tell({
    stream: 'event',
    row: { ...head(), type: 'ledger', state: recovered.fresh ? 'new' : 'recovered', ...open },
  });

  let coreId = '';
  fs.on('up', (core) => {
    const first = coreId === '';
    const restarted = !first && coreId !== core;
    coreId = core;
    log.info({ coreId, restarted }, 'linked to FreeSWITCH');
    const state = restarted ? 'restarted' : 'connected';
    tell({
      stream: 'event',
      row: { ...head(), type: 'switch', state, coreId, lostCalls: restarted ? calls.all().length : 0 },
    });
    if (first) guard('modems', floor.lines.endLeftovers());
    const refreshed = applier.refresh(restarted).catch((error: unknown) => {
      log.error(
        { problem: problemOf(error) },
        'FreeSWITCH did not accept the configuration it was started with',
      );
    });
    guard(
      'audit',
      // Its version and the phones that have registered are part of what the box is.
      refreshed
        .then(() => floor.modAmd.find())
        .then(() => floor.audit(restarted))
        .then(() => (uplink.up ? sendInventory() : undefined)),
    );
  });
  fs.on('down', (reason) => {
    log.warn({ problem: reason.message }, 'the link to FreeSWITCH is down');
    tell({
      stream: 'event',
      row: { ...head(), type: 'switch', state: 'disconnected', coreId, lostCalls: 0 },
    });
  });

  const orders = { floor, ledger, business, ids, clockTrust, log };
  const leases = leaseOrders(orders, () => leaseEpoch);
  const commands = new CommandDesk({
    ledger,
    business,
    log,
    reply: (result) => void uplink.send('result', result),
    handlers: commandOrders(orders, () => live.restart()),
  });
  uplink.on('desired', (desired) =>
    guard(
      'desired',
      keeper.onDesired(desired).then(() => keeper.completeKnowledge()),
    ),
  );
  uplink.on('ack', (ack) => guard('ack', outbox.onAck(ack)));
  uplink.on('command', (command) => guard('command', commands.onCommand(command, business.now())));
  uplink.on('answer', (answer) => questions.onAnswer(answer));
  uplink.on('guest', (guest) => floor.guests.expect(guest));
  uplink.on('lease', (lease) => guard('lease', leases.store(lease)));
  uplink.on('revoke', (revoke) => guard('revoke', leases.revoke(revoke)));
  uplink.on('controller', ({ at, epoch, online }, fresh) => {
    // A kept message tells the time of its birth, not of now.
    if (online && fresh) clock.confirm(at);
    if (epoch === leaseEpoch) return;
    leaseEpoch = epoch;
    // A broker of its own keeps the session while the controller is set back to a backup.
    if (uplink.up) guard('outbox', outbox.linked());
  });
  uplink.onUp(() => {
    live.restart();
    if (keeper.reported) uplink.send('reported', keeper.reported);
    guard('outbox', outbox.linked());
    guard('inventory', sendInventory());
  });
  const sendInventory = async (): Promise<void> => {
    const facts = await health.facts();
    const registered = new Set(
      (fs.up ? await fs.registrations().catch(() => []) : []).map(({ extension }) => extension),
    );
    uplink.send('inventory', {
      at: business.now(),
      ...facts,
      switchVersion: (fs.up ? await fs.version().catch(() => '') : '').slice(0, 200) || 'unknown',
      lines: lines.states().map(({ line: { id, kind, channels } }) => {
        const device = floor.lines.watch.deviceOf(id);
        return { id, kind, channels, ...(device && { device }) };
      }),
      phones: keeper.inForce.desired.phones.map(({ extension }) => ({
        extension,
        registered: registered.has(extension),
        userAgent: '',
      })),
    });
  };
  const sendLive = (): void => {
    uplink.send('live', live.next(uplink.session, snapshot(), business.now(), real.now()));
  };
  const tellMetric = async (): Promise<void> => {
    const { memory: _memory, disk: _disk, ...sample } = await health.sample();
    tell({
      stream: 'metric',
      row: { ...head(), ...sample, channelsInUse: calls.all().length, outboxPending: outbox.pending },
    });
  };

  const metrics =
    config.metricsPort === undefined
      ? undefined
      : await serveMetrics(config.edge, config.metricsPort, () => ({
          live: snapshot(),
          health: health.latest,
          uplinkUp: uplink.up,
          turnedAway: strangers.counts,
        }));

  const timers = [
    setInterval(() => {
      clock.observe();
      if (!uplink.up) outbox.unlinked();
      guard('outbox', takeStock());
      guard('configuration', keeper.whenIdle());
      guard('configuration', keeper.watch());
      floor.lines.watch.look();
      guard('look', floor.look());
      if (uplink.up) sendLive();
      floor.work();
      desk?.tell();
    }, 1000),
    setInterval(() => {
      guard('health', health.sample());
      guard('balances', floor.lines.hardware.askBalances());
      guard('do-not-call list', keeper.completeLists());
      guard('knowledge base', keeper.completeKnowledge());
      floor.lines.spans.refresh();
    }, 10_000),
    setInterval(() => guard('audit', floor.audit()), 30_000),
    setInterval(() => {
      guard('metric', tellMetric());
      floor.lines.watch.tellMinute();
      guard('folders', makeDayFolders(settings.recordingsFolder, business.now()));
      if (clock.confirmedAt !== undefined) guard('clock', identity.rememberClock(clock.confirmedAt));
      if (uplink.up) guard('inventory', sendInventory());
    }, 60_000),
    setInterval(() => guard('purge', ledger.purge({ before: business.now() - keepMs })), 3_600_000),
    // A leg in doubt is looked at a second time soon after the start.
    setTimeout(() => guard('audit', floor.audit()), 1500),
    setTimeout(() => guard('health', health.sample()), 500),
  ];
  link.start();
  uplink.start();
  desk?.start();
  guard('knowledge base', keeper.completeKnowledge());
  log.info({ edge: config.edge, home }, 'the edge runs');

  return {
    switchFolder: settings.folder,
    deskPort: () => desk?.port,
    async stop() {
      dialer.drained = true;
      for (const timer of timers) clearTimeout(timer);
      await metrics?.close();
      await desk?.close();
      await uplink.stop();
      link.stop();
      health.stop();
      await floor.close();
      await ledger.close();
      await door.close();
    },
  };
}
