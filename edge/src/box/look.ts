import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  BranchlineError,
  idSource,
  sleep,
  systemClock,
  systemRandom,
  type Clock,
  type Desired,
  type LiveLine,
} from '@branchline/shared';
import { silentLog } from '@branchline/shared/node';
import { readEdgeConfig, switchSettings, type EdgeConfig } from '../config.ts';
import { readLastGood } from '../desired-keeper.ts';
import { openDoor } from '../door/index.ts';
import { openIdentity } from '../identity/index.ts';
import {
  LineHardware,
  LinePool,
  LineWatch,
  sipLines,
  SpanLines,
  type DeviceListener,
} from '../lines/index.ts';
import { Switch, SwitchLink } from '../switch/index.ts';
import { clockTrust } from '../uplink/index.ts';
import { lineSummaries } from '../door-status.ts';
import type { BoxFacts } from './facts.ts';
import { IdleModems } from './idle-modems.ts';
import { askOptions } from './sip-options.ts';

export interface LookOptions {
  readonly home: string;
  /** Longest wait for all devices to tell what they are, ms. Default 45000: a GoIP logs in every half minute. */
  readonly deadlineMs?: number;
  /** What is being waited for. */
  readonly progress?: (what: string) => void;
}

/** What is wrong only because a device has just been opened passes within this, ms. */
const firstLookMs = 4_000;
const switchMs = 3_000;

/**
 * Looks at a box whose edge is stopped: opens its devices itself, with the edge's drivers, and closes them again. Holds the door
 * meanwhile, so that no edge starts beside it.
 * @throws BranchlineError `BL_CONFIG_UNREADABLE` or `BL_CONFIG_INVALID` for settings or an identity that cannot be used,
 * `BL_EDGE_RUNNING` when an edge was started meanwhile
 */
export async function lookAtBox({ home, deadlineMs = 45_000, progress }: LookOptions): Promise<BoxFacts> {
  const config = { ...(await readEdgeConfig(join(home, 'edge.json'))), home: resolve(home) };
  const busy = (): never => {
    throw new BranchlineError('BL_EDGE_RUNNING', { home });
  };
  const door = await openDoor({ home, status: busy, phones: busy, drain: busy, testCall: busy });
  try {
    const identity = await openIdentity(join(home, 'identity'), config.edge, undefined);
    const desired = await readLastGood(join(home, 'config'));
    const link = await linkOf(config);
    try {
      const fs = link && new Switch(link, idSource());
      progress?.('FreeSWITCH');
      const up = link !== undefined && (await within(systemClock, switchMs, () => link.up));
      const live = desired
        ? await lookAtLines(desired, config, identity, up ? fs : undefined, { deadlineMs, progress })
        : {};
      const { blocks, bavail } = await statfs(home);
      const knowledge = { confirmedAt: identity.clockConfirmedAt, driftMs: 0, jumped: false };
      return {
        edge: config.edge,
        running: false,
        configuration: desired?.version ?? 0,
        site: {
          name: desired?.site.name ?? config.edge,
          zone: desired?.site.zone ?? 'UTC',
          gsm: desired?.site.gsm !== undefined,
        },
        switch: { up, version: up && fs ? (await fs.version().catch(() => '')).slice(0, 200) : '' },
        clock: clockTrust(knowledge, systemClock.now()),
        disk: blocks > 0 ? 1 - bavail / blocks : 0,
        lines: lineSummaries(desired?.lines ?? []),
        live,
      };
    } finally {
      link?.stop();
    }
  } finally {
    await door.close();
  }
}

/** A link to FreeSWITCH with the password that the edge made; undefined where it never made one. */
async function linkOf(config: EdgeConfig): Promise<SwitchLink | undefined> {
  if (!existsSync(join(config.home, 'event-socket.password'))) return undefined;
  const { eventSocket } = await switchSettings(config);
  const address = { host: '127.0.0.1', ...eventSocket };
  const link = new SwitchLink({
    address: () => address,
    real: systemClock,
    random: systemRandom,
    log: silentLog,
  });
  link.start();
  return link;
}

async function lookAtLines(
  desired: Desired,
  config: EdgeConfig,
  identity: { unseal(place: string, text: string): Promise<string> },
  fs: Switch | undefined,
  { deadlineMs, progress }: { deadlineMs: number; progress: ((what: string) => void) | undefined },
): Promise<Record<string, LiveLine>> {
  const clock = systemClock;
  const common = {
    business: clock,
    ids: idSource(clock),
    clockTrust: () => 'untrusted' as const,
    log: silentLog,
  };
  const listener: DeviceListener = {
    report: (id, report) => watch.report(id, 'device', report),
    message: () => Promise.reject(new Error('messages are left where they are')),
    warning: () => undefined,
  };
  const unseal = (place: string, text: string): Promise<string> => identity.unseal(place, text);
  const modems = new IdleModems({ clock, unseal, listener });
  const spans = new SpanLines({
    clock,
    places: config.spans ?? {},
    listener,
    ...(fs && { ftdm: { api: (command: string) => fs.ftdm(command) } }),
  });
  const lines = new LinePool(() => clock.now(), [sipLines, spans]);
  const watch: LineWatch = new LineWatch({
    ...common,
    lines,
    // What is seen here is told to the person who asked, not to the ledger: the edge tells its own story.
    ledger: { saveFaults: () => Promise.resolve() },
    zone: () => desired.site.zone,
    tell: () => undefined,
    onUp: () => undefined,
  });
  lines.configure(desired);
  const hardware = new LineHardware({
    ...common,
    real: clock,
    modems,
    spans,
    listener,
    unseal,
    goip: { host: '0.0.0.0', port: 44_444, ...config.goip },
    isIdle: () => false,
    onBalance: () => Promise.resolve(),
  });
  try {
    await hardware.configure(desired.lines);
    const voices = desired.lines.map((line) => lookAtVoice(line, fs, watch));
    await sleep(clock, Math.min(firstLookMs, deadlineMs));
    await Promise.all(voices);
    const waiting = (): string[] =>
      desired.lines
        .filter(({ enabled, id }) => {
          const { state, fault } = watch.live()[id]!;
          return enabled && state !== 'up' && fault === undefined;
        })
        .map(({ id }) => id);
    if (waiting().length > 0) progress?.(waiting().join(', '));
    await within(clock, deadlineMs - firstLookMs, () => waiting().length === 0);
    spans.refresh();
    return watch.live();
  } finally {
    await hardware.stop();
  }
}

/** The SIP side of a line: FreeSWITCH knows whether it is registered, the carrier itself whether it is there. */
async function lookAtVoice(
  { id, enabled, sip }: Desired['lines'][number],
  fs: Switch | undefined,
  watch: LineWatch,
): Promise<void> {
  if (!enabled || !sip) return;
  const registered = await fs?.gatewayUp(id).catch(() => undefined);
  if (registered !== undefined && (registered || sip.register))
    return watch.report(id, 'switch', {
      ...(registered
        ? { health: 'up', phase: 'in-service' }
        : { health: 'down', phase: 'failed', fault: 'not-registered' }),
      reason: 'gateway state',
    });
  const reach = await askOptions(sip.proxy);
  watch.report(
    id,
    'switch',
    reach.answered
      ? { health: 'up', phase: 'in-service', reason: `it answers OPTIONS with ${reach.status}` }
      : { health: 'down', phase: 'failed', reason: reach.problem.slice(0, 200), fault: 'unreachable' },
  );
}

/** @returns whether it came true in time */
async function within(clock: Clock, deadlineMs: number, test: () => boolean): Promise<boolean> {
  const end = clock.monotonic() + deadlineMs;
  while (!test()) {
    if (clock.monotonic() >= end) return false;
    await sleep(clock, 100);
  }
  return true;
}
