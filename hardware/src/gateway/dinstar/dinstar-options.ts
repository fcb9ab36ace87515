import type { GatewayOptions } from '../gateway.ts';
import type { DinstarAccess } from './http-access.ts';

export interface DinstarOptions extends GatewayOptions {
  readonly access: DinstarAccess;
  /** Those that are used, 0–31. */
  readonly ports: readonly number[];
  /** Pause between looks at ports, inbox and delivery reports, ms (1000–60000). Default 5000. */
  readonly lookEveryMs?: number;
  /** The last message that was stored (`GatewayReceived.id`): the inbox is read from there on. Default 0, from its start. */
  readonly lastMessage?: number;
  /** Time zone the gateway is set to, minutes east of Greenwich. Default 480, China. */
  readonly zoneMinutes?: number;
}
