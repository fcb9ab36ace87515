import type { CommandArgs, CommandVerb, MonitorMode, TransferTarget } from '@branchline/shared';
import type { AgentState } from '../overview/site-summary.ts';
import type { AgentRow, FloorPlace } from './floor-rows.ts';

/** A call somebody wants to do something with, and whose it is in words. */
export interface CallAtHand extends FloorPlace {
  readonly call: string;
  readonly who: string;
  /** Where it waits already. */
  readonly queue?: string;
}

/** Something a person wants to do, before it is confirmed and its details are stated. */
export type FloorAct =
  | { readonly kind: 'ready' | 'break' | 'logout'; readonly agent: AgentRow }
  | { readonly kind: 'hangup'; readonly at: CallAtHand }
  | { readonly kind: 'monitor'; readonly at: CallAtHand; readonly mode: Exclude<MonitorMode, 'stop'> }
  | { readonly kind: 'move'; readonly at: CallAtHand; readonly to: keyof TargetForm };

/** Where a call can go: one of the three is used. */
export interface TargetForm {
  readonly queue?: string | undefined;
  readonly agent?: string | undefined;
  readonly phone?: string | undefined;
}

/** What an act needs to be told beside who and which call. */
export interface ActForm extends TargetForm {
  readonly reason?: string | undefined;
  readonly to?: keyof TargetForm | undefined;
}

/** An order for a box. */
export type FloorOrder = {
  readonly [V in CommandVerb]: { readonly verb: V; readonly args: CommandArgs<V> };
}[CommandVerb];

/** The order that an act is; undefined while something that it needs is not stated. */
export function orderOf(act: FloorAct, form: ActForm): FloorOrder | undefined {
  switch (act.kind) {
    case 'ready':
      return { verb: 'agent-ready', args: { agent: act.agent.id } };
    case 'logout':
      return { verb: 'agent-logout', args: { agent: act.agent.id } };
    case 'break': {
      const { reason } = form;
      return reason ? { verb: 'agent-break', args: { agent: act.agent.id, reason } } : undefined;
    }
    case 'hangup':
      return { verb: 'call-hangup', args: { call: act.at.call } };
    case 'monitor':
      return form.phone
        ? { verb: 'call-monitor', args: { call: act.at.call, extension: form.phone, mode: act.mode } }
        : undefined;
    case 'move': {
      const to = targetOf(form);
      return to && { verb: 'call-transfer', args: { call: act.at.call, to } };
    }
  }
}

function targetOf({ to, queue, agent, phone }: ActForm): TransferTarget | undefined {
  if (to === 'queue' && queue) return { queue };
  if (to === 'agent' && agent) return { agent };
  if (to === 'phone' && phone) return { phone };
  return undefined;
}

/** States in which an agent can be sent on break, made ready, logged out. A call is never cut by that. */
const stateActs: Readonly<Record<AgentState, readonly ('ready' | 'break' | 'logout')[]>> = {
  offline: [],
  ready: ['break', 'logout'],
  preview: ['break', 'logout'],
  reserved: ['break', 'logout'],
  ringing: ['break', 'logout'],
  talking: ['break', 'logout'],
  held: ['break', 'logout'],
  'wrap-up': ['ready', 'break', 'logout'],
  break: ['ready', 'logout'],
};

/** What can be ordered of an agent in a state. */
export function agentActs(state: AgentState): readonly ('ready' | 'break' | 'logout')[] {
  return stateActs[state];
}
