import type {
  Clock,
  ClockTrust,
  DeviceFacts,
  IdSource,
  LineFault,
  LinePolicy,
  LiveLine,
  SimFacts,
  SpanFacts,
} from '@branchline/shared';
import { policyOf, problemOf } from '@branchline/shared';
import type { Log } from '@branchline/shared/node';
import type { Ledger, NewRow, OpenFault } from '../store/index.ts';
import { breakerAt } from './breaker.ts';
import type { LinePool } from './line-pool.ts';
import { notPermitted, type LineState } from './route-selector.ts';
import { faultsOf } from './line-faults.ts';
import { useOf } from './usage.ts';

/** What whoever watches a line's hardware or carrier says of it. */
export interface LineReport {
  readonly health: LineState['health'];
  /** In the words of the person on duty: `in-service`, `searching`, `alarmed` … */
  readonly phase: string;
  readonly reason: string;
  readonly fault?: LineFault;
  readonly sim?: SimFacts;
  readonly span?: SpanFacts;
  readonly device?: DeviceFacts;
}

export interface LineWatchOptions {
  readonly lines: LinePool;
  readonly ledger: Pick<Ledger, 'saveFaults'>;
  readonly business: Clock;
  readonly ids: IdSource;
  readonly clockTrust: () => ClockTrust;
  readonly log: Log;
  /** IANA zone of the site. */
  readonly zone: () => string;
  readonly tell: (row: NewRow) => void;
  /** A line came up. */
  readonly onUp: () => void;
}

/** The switch tells of the voice side of a line, the device of its radio or its span. */
export type ReportSource = 'switch' | 'device';

/** A line works when both sides of it do; the side that does not is what is told. */
function together({ device, switch: voice }: Partial<Record<ReportSource, LineReport>>): LineReport {
  const sides = [device, voice].filter((side) => side !== undefined);
  const worst = sides.find(({ health }) => health === 'down') ?? sides.find(({ health }) => health === 'up');
  const { sim, span, device: thing } = device ?? {};
  return {
    ...(worst ?? sides[0] ?? notSeen),
    ...(sim && { sim }),
    ...(span && { span }),
    ...(thing && { device: thing }),
  };
}

interface Watched extends LineReport {
  /** Since when it has been in this phase, business ms. */
  readonly since: number;
  readonly downSince?: number;
  /** How long it was down before, in the minute that is not told yet, ms. */
  readonly downMs: number;
  /** The span's counters as they were told last. */
  readonly told?: SpanFacts['counters'];
}

const notSeen: LineReport = { health: 'unknown', phase: 'waiting', reason: 'not heard of yet' };

/** Watches all lines: what they are, what is wrong with them since when, and what the center is told of it. */
export class LineWatch {
  readonly #options: LineWatchOptions;
  readonly #watched = new Map<string, Watched>();
  /** What was said last of a line, by whom. */
  readonly #said = new Map<string, Partial<Record<ReportSource, LineReport>>>();
  /** Faults that were opened and not closed, by line and fault. */
  readonly #open = new Map<string, OpenFault>();

  constructor(options: LineWatchOptions) {
    this.#options = options;
  }

  /** Faults that were open when the edge stopped; what has passed since is closed with the next look. */
  restore(faults: readonly OpenFault[]): void {
    for (const fault of faults) this.#open.set(keyOf(fault), fault);
  }

  /** Something was found out about a line; what the switch and the device say is put together. */
  report(id: string, source: ReportSource, said: LineReport): void {
    const { lines, business, log, onUp } = this.#options;
    if (!lines.get(id)) return;
    const all = { ...this.#said.get(id), [source]: said };
    this.#said.set(id, all);
    const report = together(all);
    const now = business.now();
    const before = this.#watched.get(id);
    const same = before?.phase === report.phase && before.health === report.health;
    const down = report.health === 'down';
    const { downSince, downMs = 0, told } = before ?? {};
    const ended = !down && downSince !== undefined ? now - downSince : 0;
    this.#watched.set(id, {
      ...report,
      since: same ? before.since : now,
      ...(down && { downSince: downSince ?? now }),
      downMs: downMs + ended,
      ...(told && { told }),
    });
    if (report.sim) lines.setSim(id, report.sim.iccid);
    const { health, reason } = report;
    if (!lines.setCondition(id, { health, reason }) || health === 'unknown') return;
    log[down ? 'warn' : 'info']({ line: id, reason }, down ? 'a line is down' : 'a line is up');
    this.#options.tell({
      stream: 'event',
      row: { ...this.#head(), type: 'line', line: id, state: health, reason: reason.slice(0, 200) },
    });
    this.look();
    if (!down) onUp();
  }

  /** Opens and closes faults by what is true now; call it about once a second. */
  look(): void {
    const now = this.#options.business.now();
    const states = this.#options.lines.states();
    const found = new Map(
      states
        .filter(({ line }) => line.enabled)
        .flatMap((state) =>
          faultsOf(state, this.#watched.get(state.line.id) ?? notSeen, now).map(
            ({ fault, reason }): [string, OpenFault] => {
              const one = { line: state.line.id, fault, openedAt: now, reason: reason.slice(0, 200) };
              return [keyOf(one), one];
            },
          ),
        ),
    );
    const opened = [...found].filter(([key]) => !this.#open.has(key)).map(([, fault]) => fault);
    const closed = [...this.#open].filter(([key]) => !found.has(key)).map(([, fault]) => fault);
    if (opened.length + closed.length === 0) return;
    for (const fault of opened) this.#open.set(keyOf(fault), fault);
    for (const fault of closed) this.#open.delete(keyOf(fault));
    const rows = [
      ...opened.map((fault) => this.#row(fault, 'opened')),
      ...closed.map((fault) => this.#row(fault, 'closed')),
    ];
    this.#options.ledger
      .saveFaults({ opened, closed, rows })
      .catch((error: unknown) =>
        this.#options.log.error({ problem: problemOf(error) }, 'faults of lines could not be stored'),
      );
  }

  /** What a line lives on; undefined where nothing is known of it. */
  deviceOf(id: string): DeviceFacts | undefined {
    const { device, sim } = this.#watched.get(id) ?? {};
    const facts = { ...device, ...(sim?.iccid !== undefined && { iccid: sim.iccid }) };
    return Object.keys(facts).length > 0 ? facts : undefined;
  }

  /** All lines as the live board shows them. */
  live(): Record<string, LiveLine> {
    const { lines, business, zone } = this.#options;
    const now = business.now();
    return Object.fromEntries(
      lines.states().map((state): [string, LiveLine] => {
        const { line, held } = state;
        const watched = this.#watched.get(line.id);
        const { phase, reason, sim, span } = watched ?? notSeen;
        const breaker = breakerAt(state.breaker, now).phase;
        const [fault] = faultsOf(state, watched ?? notSeen, now);
        const balance = lines.usage(line.id).balance;
        return [
          line.id,
          {
            state: state.health,
            inUse: state.inUse,
            channels: line.channels,
            ...standing(state, phase, reason),
            ...(fault && { fault: fault.fault }),
            since: Math.round(watched?.since ?? 0),
            ...(breaker !== 'closed' && { breaker }),
            ...(held && {
              held: { limit: held.limit, ...(held.until !== undefined && { until: Math.round(held.until) }) },
            }),
            used: useOf(lines.usage(line.id), now, zone()),
            ...limitsOf(policyOf(line)),
            ...(sim && {
              sim: {
                ...sim,
                ...(balance && { balance: balance.amount, balanceAt: Math.round(balance.at) }),
              },
            }),
            ...(span && { span }),
          },
        ];
      }),
    );
  }

  /** Tells every line's last minute; call it once a minute. */
  tellMinute(): void {
    const { lines, business, tell } = this.#options;
    const now = business.now();
    const live = this.live();
    for (const { line } of lines.states()) {
      const own = live[line.id]!;
      const watched = this.#watched.get(line.id);
      const { span, told, downSince, downMs = 0 } = watched ?? {};
      const since = (name: keyof SpanFacts['counters']): number =>
        span && told ? Math.max(0, span.counters[name] - told[name]) : 0;
      tell({
        stream: 'line',
        row: {
          ...this.#head(),
          line: line.id,
          kind: line.kind,
          state: own.state,
          ...(own.fault && { fault: own.fault }),
          inUse: own.inUse,
          channels: own.channels,
          used: own.used,
          ...(own.sim?.signal !== undefined && { signal: own.sim.signal }),
          ...(own.sim?.balance !== undefined && { balance: own.sim.balance }),
          ...(span && {
            slipsPerHour: span.slipsPerHour,
            crcErrors: since('crc4'),
            codeViolations: since('bpv'),
          }),
          downMs: Math.round(downMs + (downSince === undefined ? 0 : now - downSince)),
        },
      });
      if (watched)
        this.#watched.set(line.id, {
          ...watched,
          downMs: 0,
          ...(downSince !== undefined && { downSince: now }),
          ...(span && { told: span.counters }),
        });
    }
  }

  #row({ line, fault, openedAt, reason }: OpenFault, state: 'opened' | 'closed'): NewRow<'event'> {
    return {
      stream: 'event',
      row: {
        ...this.#head(),
        type: 'line-fault',
        line,
        fault,
        state,
        reason,
        openedAt: Math.round(openedAt),
      },
    };
  }

  #head() {
    const { business, clockTrust, ids } = this.#options;
    return { at: business.now(), clock: clockTrust(), id: ids() };
  }
}

/** What a person did to a line comes before what it does by itself. */
function standing(
  { line, drained, permitted }: LineState,
  phase: string,
  reason: string,
): Pick<LiveLine, 'phase' | 'reason'> {
  if (!line.enabled) return { phase: 'disabled', reason: 'it is not in use' };
  if (!permitted) return { phase: 'not-enabled', reason: notPermitted };
  if (drained) return { phase: 'drained', reason: 'it was asked to take no new calls' };
  return { phase, reason: reason.slice(0, 200) || phase };
}

function limitsOf({
  callsPerHour,
  callsPerDay,
  minutesPerDay,
  minutesPerMonth,
}: LinePolicy): Pick<LiveLine, 'limits'> {
  const limits = {
    ...(callsPerHour !== undefined && { callsHour: callsPerHour }),
    ...(callsPerDay !== undefined && { callsDay: callsPerDay }),
    ...(minutesPerDay !== undefined && { minutesDay: minutesPerDay }),
    ...(minutesPerMonth !== undefined && { minutesMonth: minutesPerMonth }),
  };
  return Object.keys(limits).length > 0 ? { limits } : {};
}

function keyOf({ line, fault }: Pick<OpenFault, 'line' | 'fault'>): string {
  return `${line}/${fault}`;
}
