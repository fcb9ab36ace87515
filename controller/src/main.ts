import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BranchlineError, idSource, streamNames, type StreamName } from '@branchline/shared';
import { createLog, onShutdown, type Log } from '@branchline/shared/node';
import { EmbeddedBroker, type FleetBus, type TlsMaterial } from './broker/index.ts';
import {
  answerQuestions,
  CampaignEffects,
  ImportDesk,
  LeadCounter,
  LeaseDesk,
  LeaseEpoch,
} from './campaigns/index.ts';
import { openClocks } from './clocks.ts';
import { commandPath } from './compliance/index.ts';
import {
  completeConfig,
  printableConfig,
  readConfig,
  type ControllerConfig,
  type ControllerSettings,
} from './config.ts';
import type { Database } from './database/index.ts';
import {
  ArtifactShelf,
  CertificateRegister,
  CommandDesk,
  DesiredKeeper,
  DeviceAuthority,
  EdgeRegistry,
  SecretVault,
  ViolationLog,
} from './fleet/index.ts';
import { startEdgeListener } from './fleet/edge-listener.ts';
import { FeedHub, Metrics, startHttp } from './http/index.ts';
import { OverviewDesk } from './http/overview.ts';
import { ingestBatch, type ClickHouse } from './ingest/index.ts';
import { LiveTelling } from './live-telling.ts';
import { openBus } from './open-bus.ts';
import { openStores, readReadiness } from './open-stores.ts';
import { createFirstAdministrator, SignIn } from './people/index.ts';
import { controllerRoutes } from './routes.ts';
import { steadyTask } from './steady-task.ts';
import { exposeTelemetry } from './telemetry.ts';

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

async function assemble(config: ControllerConfig, log: Log, undo: Undo): Promise<Omit<Controller, 'stop'>> {
  const clocks = openClocks(config.clock);
  const newId = idSource(clocks.transport);
  await mkdir(config.home, { recursive: true });

  const stores = await openStores(config, clocks, newId, log, undo);
  const { database, clickHouse, pump } = stores;
  const db = database.kysely;

  const authority = await DeviceAuthority.open(join(config.home, 'ca'), clocks.transport);
  const vault = await SecretVault.open(join(config.home, 'secrets.agekey'));
  const certificates = new CertificateRegister(db, clocks.transport);
  await certificates.load();
  const server = await authority.serverCertificate(config.publicHosts);
  const tlsMaterial = async (): Promise<TlsMaterial> => ({
    ca: authority.certificate,
    ...server,
    crl: await authority.revocationList(await certificates.revoked()),
  });
  const epoch = new LeaseEpoch({ db, clocks, newId, log, markFile: join(config.home, 'restore-mark') });
  await epoch.load();

  const violations = new ViolationLog(db, clocks.transport, log);
  undo(() => violations.stop());
  const tls = await tlsMaterial();
  const bus = await openBus({ config, clocks, log, tls, violations, certificates, epoch });
  // The last word of an orderly end; without it a broker of somebody else's speaks our will.
  undo(async () => {
    if (bus.reachable) await bus.announce({ online: false, epoch: epoch.id, at: clocks.business.now() });
    await bus.close();
  });

  const shelf = new ArtifactShelf(db, clocks.business);
  const counter = new LeadCounter(db, clocks.business, clocks.transport);
  const feed = new FeedHub(clocks.transport);
  undo(() => feed.close());
  const registry = new EdgeRegistry({
    db,
    bus,
    clocks,
    log,
    ownBroker: bus instanceof EmbeddedBroker,
    cameOnline: (edge) => {
      desired.mark(edge);
      commands.poke();
      leases.poke();
      presence.poke();
    },
    askSnapshot: (edge) => commands.askSnapshot(edge),
  });
  await registry.load();
  const commands = new CommandDesk({
    db,
    bus,
    clocks,
    newId,
    log,
    liveSession: (edge) => registry.liveSession(edge),
  });
  undo(() => commands.stop());
  const desired = new DesiredKeeper({ db, bus, vault, shelf, clocks, log });
  undo(() => desired.stop());
  const leases = new LeaseDesk({
    db,
    bus,
    registry,
    epoch,
    clocks,
    newId,
    log,
    leadsPerAgent: config.campaigns.leadsPerAgent,
  });
  undo(() => leases.stop());
  const telling = new LiveTelling({ db, feed, counter, log });
  const imports = new ImportDesk({
    db,
    business: clocks.business,
    transport: clocks.transport,
    newId,
    log,
    changed: (view) => telling.import(view),
  });
  await imports.recover();
  const regionOf = async (edge: string): Promise<string> => {
    const { site } = await registry.find(edge);
    const row = await db
      .selectFrom('sites')
      .select('region')
      .where('id', '=', site)
      .executeTakeFirstOrThrow();
    return row.region;
  };
  answerQuestions(db, bus, clocks, regionOf, log);

  const artifacts = steadyTask(
    { name: 'refreshing artifacts', clock: clocks.transport, log, everyMs: 1000 },
    async () => {
      if (await shelf.refreshDnc()) await desired.markAll();
    },
  );
  undo(() => artifacts.stop());
  const effects = new CampaignEffects(newId, log);
  bus.on('out', async ({ edge, topic, stream, payload }) => {
    if (!isStream(stream)) throw new BranchlineError('BL_CONTRACT_TOPIC', { topic });
    const { site } = await registry.find(edge);
    const ack = await ingestBatch(db, { edge, site }, stream, payload, effects, clocks.transport.now());
    await bus.publish('ack', edge, ack);
    if (stream === 'optout') artifacts.poke();
    if (stream === 'optout' || stream === 'event') leases.poke();
  });
  // Edges take their time from here, so it is said again and again, and soon after each birth.
  const presence = steadyTask(
    { name: 'announcing the controller', clock: clocks.transport, log, everyMs: 10_000 },
    async () => {
      if (bus.reachable) await bus.announce({ online: true, epoch: epoch.id, at: clocks.business.now() });
    },
  );
  undo(() => presence.stop());
  bus.onReady(() => {
    presence.poke();
    desired
      .republishAll()
      .catch((error: unknown) => log.warn({ err: error }, 'desired documents could not be republished'));
  });
  await bus.listen();
  await desired.markAll();

  const listener = await startEdgeListener({
    host: config.host,
    port: config.edge.port,
    tls,
    db,
    authority,
    certificates,
    shelf,
    clock: clocks.transport,
    log,
    mqttUrl: () => mqttUrl,
    enrolled: async (edge, replaced) => {
      await certificates.load();
      if (replaced > 0) await revoked(edge);
      await registry.refresh();
    },
  });
  undo(() => listener.close());
  const renewTls = async (): Promise<void> => {
    const next = await tlsMaterial();
    listener.renew(next);
    if (bus instanceof EmbeddedBroker) bus.renew(next);
  };
  const revoked = async (edge: string): Promise<void> => {
    await certificates.load();
    await renewTls();
    bus.kick(edge);
  };
  const publicHost = config.publicHosts[0] ?? 'localhost';
  const edgeUrl = `https://${publicHost}:${listener.port}`;
  const mqttUrl =
    bus instanceof EmbeddedBroker ? `mqtts://${publicHost}:${bus.port}` : (config.mqtt.url ?? '');

  const signIn = new SignIn(db, clocks.transport, newId);
  const execute = commandPath(db, clocks.business);
  const firstAdmin = await createFirstAdministrator(db, newId, clocks.business);
  const metrics = new Metrics();
  exposeTelemetry({
    metrics,
    bus,
    pump,
    registry,
    feed,
    leases,
    violations,
    now: () => clocks.transport.now(),
  });
  const overview = new OverviewDesk({ db, clickHouse, registry, counter, clocks });
  const campaignChanged = (campaign: string): void => {
    counter.forget();
    desired
      .markAll()
      .catch((error: unknown) => log.warn({ err: error, campaign }, 'desired documents follow later'));
    leases.poke();
  };
  const http = await startHttp({
    host: config.host,
    port: config.http.port,
    log,
    signIn,
    metrics,
    readiness: () => readReadiness(stores, bus, clocks),
    consoleFolder: fileURLToPath(new URL('../console/dist', import.meta.url)),
    trustProxy: config.http.trustProxy,
    requestsPerMinute: config.http.requestsPerMinute,
    uploadBytes: config.http.uploadBytes,
    routes: controllerRoutes({
      people: { db, signIn, execute, newId, clock: clocks.business },
      fleet: {
        db,
        execute,
        registry,
        commands,
        desired,
        vault,
        authority,
        certificates,
        clocks,
        newId,
        edgeUrl: () => edgeUrl,
        revoked,
      },
      campaigns: {
        db,
        execute,
        counter,
        imports,
        clickHouse,
        clocks,
        newId,
        changed: campaignChanged,
        imported: () => {
          counter.forget();
          leases.poke();
        },
      },
      calls: { execute, clickHouse, commands },
      doNotCall: {
        db,
        execute,
        business: clocks.business,
        listChanged: () => {
          counter.forget();
          artifacts.poke();
          leases.poke();
        },
      },
      overview,
      feed,
    }),
  });
  undo(() => http.close());
  undo(() => feed.close());

  const sweeps = [
    steadyTask({ name: 'the live feed', clock: clocks.transport, log, everyMs: 1000 }, () =>
      telling.turn(overview),
    ),
    steadyTask({ name: 'following certificates', clock: clocks.transport, log, everyMs: 5000 }, async () => {
      if (await certificates.load()) await renewTls();
      await registry.refresh();
    }),
    steadyTask(
      { name: 'sweeping imports', clock: clocks.transport, log, everyMs: 30_000 },
      async () => void (await imports.recover()),
    ),
    steadyTask({ name: 'moving the restore mark', clock: clocks.transport, log, everyMs: 60_000 }, () =>
      epoch.advanceMark(),
    ),
  ];
  for (const sweep of sweeps) undo(() => sweep.stop());
  log.info({ http: http.url, edge: edgeUrl, mqtt: mqttUrl }, 'the controller is ready');
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

/** The program: configuration from flags and environment, one JSON line when ready, an orderly end when asked. */
async function run(): Promise<void> {
  const { config, print } = readConfig(process.argv.slice(2), process.env);
  if (print) {
    process.stdout.write(`${JSON.stringify(printableConfig(config), null, 2)}\n`);
    return;
  }
  const controller = await startController(config);
  onShutdown(() => controller.stop(), 20_000);
  const { httpUrl: http, edgeUrl: edge, mqttUrl: mqtt, firstAdmin: admin } = controller;
  process.stdout.write(`${JSON.stringify({ ready: true, http, edge, mqtt, ...(admin && { admin }) })}\n`);
}

if (import.meta.main) {
  run().catch((error: unknown) => {
    const known =
      error instanceof BranchlineError
        ? { code: error.code, message: error.message, advice: error.advice }
        : { message: String(error) };
    process.stderr.write(`${JSON.stringify({ ready: false, error: known })}\n`);
    process.exit(1);
  });
}
