import type { DatagramOpener } from '../../port/index.ts';
import type { GatewayOptions } from '../gateway.ts';

export interface GoipChannelOptions {
  /** What the channel logs in with. */
  readonly id: string;
  /** Printable, without blanks. It crosses the network in clear text: keep gateways in a network of their own. */
  readonly password: string;
  /** Only this address may speak for it; any that knows the password when absent. */
  readonly host?: string;
}

export interface GoipOptions extends GatewayOptions {
  /** The socket that the gateway's "SMS server" setting names. */
  readonly open: DatagramOpener;
  readonly channels: readonly GoipChannelOptions[];
  /** Without a keep-alive for so long the login is lost, ms. Default 100000: three are missed, as they come every 30 s. */
  readonly silentAfterMs?: number;
}
