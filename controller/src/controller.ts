import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BranchlineError, idSource, streamNames, type StreamName } from '@branchline/shared';
import { createLog, type Log } from '@branchline/shared/node';
import { EmbeddedBroker, type FleetBus } from './broker/index.ts';
import {
  answerQuestions,
  CampaignEffects,
  ImportDesk,
  LeadCounter,
  LeaseDesk,
  LeaseEpoch,
  reopenLeads,
} from './campaigns/index.ts';
import { openClocks } from './clocks.ts';
import { auditBranchActs, commandPath } from './compliance/index.ts';
import {
  completeConfig,
  type ControllerConfig,
  type ControllerRole,
  type ControllerSettings,
} from './config.ts';
import { Bell, type Database } from './database/index.ts';
import { keepDuty, type Duty } from './duty.ts';
import {
  ArtifactShelf,
  CommandDesk,
  DesiredKeeper,
  EdgeRegistry,
  SiteAgents,
  ViolationLog,
} from './fleet/index.ts';
import { startEdgeListener } from './fleet/edge-listener.ts';
import { FeedHub, Metrics, startHttp } from './http/index.ts';
import { OverviewDesk } from './http/overview.ts';
import { forPages, ingestBatches, Intake, type BatchEffects, type ClickHouse } from './ingest/index.ts';
import { LiveTelling } from './live-telling.ts';
import { openBus } from './open-bus.ts';
import { openStores, readReadiness } from './open-stores.ts';
import { createFirstAdministrator, SecondFactor, SignIn } from './people/index.ts';
import type { ControllerBell } from './rings.ts';
import { controllerRoutes } from './routes.ts';
import { steadyTask } from './steady-task.ts';
import { exposeTelemetry } from './telemetry.ts';
import { openTrust } from './trust.ts';

/** A running controller. */
export interface Controller {
  /** API and console, for people and programs. */
  readonly httpUrl: string;
  /** HTTPS for boxes. */
  readonly edgeUrl: string;
  /** MQTT for boxes. */
  readonly mqttUrl: string;
  /** PEM of the installation's authority. */
  readonly ca: string;
  /** Shown once, on the first start of an empty installation. */
  readonly firstAdmin?: { readonly name: string; readonly password: string };
  /** Parts that other processes of one machine may want to look at: tests, demonstrations. */
  readonly parts: {
    readonly database: Database;
    readonly clickHouse: ClickHouse;
    readonly bus: FleetBus;
    readonly epoch: LeaseEpoch;
  };
  /** Stops everything in order; may be called more than once. */
  stop(): Promise<void>;
}

export interface StartOptions extends ControllerSettings {
  readonly log?: Log;
}

/**
 * Starts a controller: stores, broker, listeners, in this order, and wires the domains together. Nothing else knows all of
 * them.
 * @throws BranchlineError `BL_CONFIG_INVALID`, `BL_CONFIG_UNREADABLE`, `BL_DB_*`, `BL_CLICKHOUSE_UNREACHABLE`
 */
export async function startController(options: StartOptions): Promise<Controller> {
  const { log = createLog('controller'), ...settings } = options;
  const config = completeConfig(settings);
  const undo: (() => unknown)[] = [];
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> =>
    (stopped ??= (async () => {
      for (const step of undo.toReversed()) {
        try {
          await step();
        } catch (error) {
          log.warn({ err: error }, 'a part did not stop cleanly');
        }
      }
    })());
  try {
    return { ...(await assemble(config, log, (step) => undo.push(step))), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Undo = (step: () => unknown) => void;

/** How long a controller with its own broker waits for the one before it to be gone, ms. */
const aloneWaitMs = 20_000;

async function assemble(config: ControllerConfig, log: Log, undo: Undo): Promise<Omit<Controller, 'stop'>> {
  const clocks = openClocks(config.clock);
  const { business, transport } = clocks;
  const newId = idSource(transport);
  const does = (role: ControllerRole): boolean => config.roles.includes(role);
  await mkdir(config.home, { recursive: true });

  const stores = await openStores(config, clocks, newId, log, undo);
  const { database, clickHouse, pump } = stores;
  const db = database.kysely;
  const bell: ControllerBell = new Bell({ url: database.url, clock: transport, log });
  undo(() => bell.close());

  const trust = await openTrust(config, db, clocks);
  const { authority, vault, certificates } = trust;
  const epoch = new LeaseEpoch({ db, clocks, newId, log, markFile: join(config.home, 'restore-mark') });
  await epoch.load();

  const violations = new ViolationLog(db, transport, log);
  undo(() => violations.stop());
  // Who talks with the boxes: one controller at a time. The others follow what the boxes say, and stand by.
  let link: Duty | undefined;
  const linked = {
    get held() {
      return link?.held ?? false;
    },
  };
  // Given up last, after the last word to the boxes.
  undo(() => link?.stop());
  const tls = await trust.tlsMaterial();
  const bus = await openBus({
    config,
    clocks,
    log,
    tls,
    violations,
    certificates,
    epoch,
    instance: newId(),
    answers: () => linked.held,
    belied: () => linked.held && presence.poke(),
  });
  // The last word of an orderly end; without it a broker of somebody else's speaks our will.
  undo(async () => {
    if (bus.reachable && linked.held)
      await bus.announce({ online: false, epoch: epoch.id, at: business.now() });
    await bus.close();
  });

  const shelf = new ArtifactShelf(db, business);
  const counter = new LeadCounter(db, business, transport);
  const feed = new FeedHub(transport);
  undo(() => feed.close());
  const registry = new EdgeRegistry({
    db,
    bus,
    clocks,
    log,
    ownBroker: bus instanceof EmbeddedBroker,
    writes: () => linked.held,
    cameOnline: (edge) => {
      desired.mark(edge);
      commands.poke();
      leases?.poke();
      presence.poke();
    },
    askSnapshot: (edge) => commands.askSnapshot(edge),
  });
  await registry.load();
  const liveSession = (edge: string) => registry.liveSession(edge);
  const commands = new CommandDesk({ db, bus, clocks, newId, log, liveSession, link: linked });
  undo(() => commands.stop());
  const desired = new DesiredKeeper({ db, bus, vault, shelf, clocks, log, link: linked });
  undo(() => desired.stop());
  const { leadsPerAgent } = config.campaigns;
  const leases = does('planner')
    ? new LeaseDesk({ db, bus, registry, epoch, clocks, newId, log, leadsPerAgent })
    : undefined;
  undo(() => leases?.stop());
  const telling = new LiveTelling({ db, feed, counter, log });
  const imports = new ImportDesk({
    db,
    business,
    transport,
    newId,
    log,
    changed: (view) => void bell.ring('import', view),
    leadsChanged: (campaign) => void bell.ring('leads', campaign),
  });
  undo(() => imports.stop());
  await imports.recover();
  const siteAgents = new SiteAgents({ registry, bus, clocks });
  answerQuestions(db, bus, clocks, (edge, question) => siteAgents.find(edge, question), log);

  const artifacts = steadyTask(
    { name: 'refreshing artifacts', clock: transport, log, everyMs: 1000, onlyWhile: linked },
    async () => {
      const made = [await shelf.refreshDnc(), await shelf.refreshKnowledge()];
      if (made.includes(true)) await desired.markAll();
    },
  );
  undo(() => artifacts.stop());
  const campaigns = new CampaignEffects(newId, log);
  const effects: BatchEffects = {
    apply: async (trx, batches) => {
      await campaigns.apply(trx, batches);
      await auditBranchActs(trx, batches);
    },
    givenUp: (...lost) => campaigns.givenUp(...lost),
  };
  const intake = new Intake({
    ingest: (offers) => ingestBatches(db, offers, effects, transport.now()),
    clock: transport,
  });
  bus.on('out', async ({ edge, topic, stream, payload }) => {
    if (!isStream(stream)) throw new BranchlineError('BL_CONTRACT_TOPIC', { topic });
    const { site } = await registry.find(edge);
    const ack = await intake.take({ origin: { edge, site }, stream, batch: payload });
    await bus.publish('ack', edge, ack);
    if (stream === 'optout') artifacts.poke();
    if (stream === 'optout' || stream === 'event') leases?.pokeSending();
  });
  // Edges take their time from here, so it is said again and again, and soon after each birth.
  const presence = steadyTask(
    { name: 'announcing the controller', clock: transport, log, everyMs: 10_000, onlyWhile: linked },
    async () => {
      if (bus.reachable) await bus.announce({ online: true, epoch: epoch.id, at: business.now() });
    },
  );
  undo(() => presence.stop());
  bus.onReady(() => {
    presence.poke();
    desired
      .republishAll()
      .catch((error: unknown) => log.warn({ err: error }, 'desired documents could not be republished'));
  });
  if (does('ingest')) {
    link = keepDuty({ db, name: 'link', clock: transport, log }, async (held) => {
      await Promise.all([bus.recall(), desired.markAll(), desired.republishAll()]);
      presence.poke();
      await new Promise((resolve) => held.addEventListener('abort', resolve, { once: true }));
    });
  }
  if (bus instanceof EmbeddedBroker && link) {
    await link.taken(AbortSignal.timeout(aloneWaitMs)).catch((error: unknown) => {
      throw new BranchlineError('BL_CONFIG_ALONE', {}, error);
    });
  }
  await bus.listen();

  const listener = does('api')
    ? await startEdgeListener({
        host: config.host,
        port: config.edge.port,
        tls,
        db,
        authority,
        certificates,
        shelf,
        clock: transport,
        log,
        mqttUrl: () => mqttUrl,
        enrolled: async (edge, replaced) => {
          await bell.ring('certificates', { edge, revoked: replaced > 0 });
          await registry.refresh();
        },
      })
    : undefined;
  undo(() => listener?.close());
  const followCertificates = async (): Promise<void> => {
    if (!(await certificates.load())) return;
    const next = await trust.tlsMaterial();
    listener?.renew(next);
    if (bus instanceof EmbeddedBroker) bus.renew(next);
  };
  const publicHost = config.publicHosts[0] ?? 'localhost';
  const edgeUrl = listener ? `https://${publicHost}:${listener.port}` : '';
  const mqttUrl =
    bus instanceof EmbeddedBroker ? `mqtts://${publicHost}:${bus.port}` : (config.mqtt.url ?? '');

  const signIn = new SignIn(db, transport, newId);
  bell.on('people', (user) => {
    signIn.forget();
    return feed.recheck(user);
  });
  bell.on('campaign', () => {
    counter.forget();
    leases?.poke();
    return desired.markAll();
  });
  bell.on('leads', () => {
    counter.forget();
    leases?.poke();
  });
  bell.on('doNotCall', () => {
    counter.forget();
    artifacts.poke();
    leases?.poke();
  });
  bell.on('flow', () => desired.markAll());
  bell.on('knowledge', () => artifacts.poke());
  bell.on('plan', (edge) => (edge === undefined ? desired.markAll() : desired.mark(edge)));
  bell.on('command', () => commands.poke());
  bell.on('import', (view) => view && telling.import(view));
  bell.on('certificates', async (change) => {
    await followCertificates();
    if (change?.revoked) bus.kick(change.edge);
  });
  await bell.listen();

  const execute = commandPath(db, business);
  const firstAdmin = await createFirstAdministrator(db, newId, business);
  const metrics = new Metrics();
  exposeTelemetry({
    metrics,
    bus,
    pump,
    registry,
    feed,
    leases,
    violations,
    duties: {
      link: () => linked.held,
      planner: () => leases?.planning ?? false,
      pump: () => pump?.held ?? false,
    },
    now: () => transport.now(),
  });
  const pages = forPages(clickHouse);
  const overview = new OverviewDesk({ db, clickHouse: pages, registry, counter, clocks, log });
  const http = await startHttp({
    host: config.host,
    port: config.http.port,
    log,
    signIn,
    metrics,
    readiness: () => readReadiness(stores, bus, clocks),
    trustProxy: config.http.trustProxy,
    requestsPerMinute: config.http.requestsPerMinute,
    uploadBytes: config.http.uploadBytes,
    ...(does('api')
      ? {
          consoleFolder: fileURLToPath(new URL('../console/dist', import.meta.url)),
          routes: controllerRoutes({
            people: {
              db,
              signIn,
              secondFactor: new SecondFactor(vault, clocks),
              execute,
              newId,
              clock: business,
              bell,
            },
            fleet: {
              db,
              execute,
              registry,
              commands,
              bell,
              vault,
              authority,
              certificates,
              clocks,
              newId,
              edgeUrl: () => edgeUrl,
            },
            campaigns: { db, execute, counter, imports, clickHouse, clocks, newId, bell },
            flows: { db, execute, clocks, newId, bell },
            knowledge: { db, execute, clocks, newId, bell },
            calls: { execute, clickHouse, commands, bell, business },
            doNotCall: { db, execute, business, bell },
            compliance: { db, execute, clickHouse, business },
            why: { db, clickHouse: pages, registry, counter, clocks },
            overview,
            feed,
          }),
        }
      : { routes: [] }),
  });
  undo(() => http.close());
  undo(() => feed.close());

  const sweeps = [
    steadyTask({ name: 'the live feed', clock: transport, log, everyMs: 1000 }, () => telling.turn(overview)),
    steadyTask({ name: 'following the register', clock: transport, log, everyMs: 5000 }, async () => {
      await followCertificates();
      await registry.refresh();
    }),
    steadyTask(
      { name: 'sweeping imports', clock: transport, log, everyMs: 30_000 },
      async () => void (await imports.recover()),
    ),
    steadyTask({ name: 'opening leads again', clock: transport, log, everyMs: 5000 }, async (signal) => {
      if (!leases?.planning) return;
      for (const campaign of await reopenLeads(db, signal)) void bell.ring('leads', campaign);
    }),
    steadyTask({ name: 'moving the restore mark', clock: transport, log, everyMs: 60_000 }, () =>
      epoch.advanceMark(),
    ),
  ];
  for (const sweep of sweeps) undo(() => sweep.stop());
  log.info({ http: http.url, edge: edgeUrl, mqtt: mqttUrl, roles: config.roles }, 'the controller is ready');
  return {
    httpUrl: http.url,
    edgeUrl,
    mqttUrl,
    ca: authority.certificate,
    parts: { database, clickHouse, bus, epoch },
    ...(firstAdmin && { firstAdmin }),
  };
}

function isStream(stream: string | undefined): stream is StreamName {
  return streamNames.some((name) => name === stream);
}
