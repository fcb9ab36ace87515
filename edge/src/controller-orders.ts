import {
  BranchlineError,
  type Clock,
  type ClockTrust,
  type IdSource,
  type Payload,
} from '@branchline/shared';
import type { Log } from '@branchline/shared/node';
import type { AgentInput } from './agents/index.ts';
import type { Floor } from './floor/index.ts';
import type { Ledger } from './store/index.ts';
import type { CommandHandlers } from './uplink/index.ts';

export interface OrdersOptions {
  readonly floor: Floor;
  readonly ledger: Pick<Ledger, 'storeLease' | 'revokeLeads' | 'saveUsage' | 'drainLine'>;
  readonly business: Clock;
  readonly ids: IdSource;
  readonly clockTrust: () => ClockTrust;
  readonly log: Log;
}

/**
 * Leads that the controller lends or takes back: on disk first, then in force.
 * @param epoch the controller's lease epoch, as last announced
 */
export function leaseOrders(
  { floor, ledger, business, ids, clockTrust, log }: OrdersOptions,
  epoch: () => string | undefined,
) {
  return {
    async store(lease: Payload<'lease'>): Promise<void> {
      // Lent by a controller that has been set back since and knows nothing of it. Ids are in the order of their time.
      if (lease.epoch < (epoch() ?? ''))
        return log.warn(
          { lease: lease.id, epoch: lease.epoch },
          'a lease of an epoch that is over was not taken',
        );
      const head = { at: business.now(), clock: clockTrust(), id: ids() };
      const fact = {
        type: 'lease-stored' as const,
        lease: lease.id,
        leaseEpoch: lease.epoch,
        leads: lease.leads.length,
      };
      // A help for the choice of lines: dialing does not wait for it.
      void floor.numbers.learn(lease.leads.flatMap(({ numbers }) => numbers.map(({ number }) => number)));
      const stored = await ledger.storeLease({
        lease,
        rows: [{ stream: 'event', row: { ...head, ...fact } }],
      });
      if (stored > 0) floor.dialer.book.add(lease);
      floor.dialer.work();
    },
    async revoke({ lease, campaign, numbers }: Payload<'revoke'>): Promise<void> {
      const revoked = await ledger.revokeLeads({
        ...(lease !== undefined && { lease }),
        ...(campaign !== undefined && { campaign }),
        ...(numbers && { numbers }),
      });
      const ended = floor.dialer.book.drop(revoked);
      floor.dialer.previews.review();
      await floor.dialer.runner.leaseEnds.tell(ended);
    },
  };
}

/** What each command does. @param restartLive the next live message is a full snapshot */
export function commandOrders(
  { floor, ledger, business }: OrdersOptions,
  restartLive: () => void,
): CommandHandlers {
  const { calls, dialer, lines, phones, roster } = floor;
  const lineOrder = (line: string, known: boolean): void => {
    if (!known) throw new BranchlineError('BL_API_NOT_FOUND', { what: 'line', id: line });
    floor.work();
  };
  /** Kept over restarts, other than what a program on the box asks for. */
  const drainLine = async (line: string, drained: boolean): Promise<void> => {
    lineOrder(line, lines.pool.drain(line, drained));
    await ledger.drainLine({ line, drained });
  };
  const agentOrder = (agent: string, input: AgentInput): void => {
    if (!roster.input(agent, input))
      throw new BranchlineError('BL_API_NOT_FOUND', { what: 'agent', id: agent });
  };
  return {
    'live-snapshot': restartLive,
    'agent-logout': ({ agent }) => agentOrder(agent, { type: 'logout', at: business.now() }),
    'agent-break': ({ agent, reason }) => agentOrder(agent, { type: 'break', reason, at: business.now() }),
    'agent-ready': ({ agent }) => agentOrder(agent, { type: 'ready', at: business.now() }),
    'call-hangup': ({ call }) => {
      if (!calls.get(call)) throw new BranchlineError('BL_API_NOT_FOUND', { what: 'call', id: call });
      calls.input(call, { type: 'end', by: 'system', at: business.now() });
    },
    'call-transfer': ({ call, to }, by) => floor.handOvers.transfer(call, to, { center: by }),
    'call-monitor': ({ call, extension, mode }, by) =>
      floor.monitors.set(call, extension, mode, { center: by }),
    'call-disposition': ({ agent, ...choice }) => {
      const problem = phones.dispose(agent, choice, 'api');
      if (problem !== undefined)
        throw new BranchlineError('BL_COMMAND_FAILED', { verb: 'call-disposition', problem });
    },
    drain: () => void (dialer.drained = true),
    resume: () => {
      dialer.drained = false;
      floor.work();
    },
    'line-drain': ({ line }) => drainLine(line, true),
    'line-resume': ({ line }) => drainLine(line, false),
    'line-release': async ({ line }) => {
      const usage = lines.pool.endQuarantine(line);
      if (usage) await ledger.saveUsage(usage);
      lineOrder(line, usage !== undefined);
    },
    'line-reset': ({ line }) => floor.lines.reset(line),
  };
}
