/** Where a datagram comes from or goes to. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** An open socket for datagrams. What is sent after the close is lost, as datagrams are. */
export interface DatagramPort {
  readonly address: Endpoint;
  send(bytes: Uint8Array, to: Endpoint): void;
  /** Idempotent. */
  close(): void;
}

export interface DatagramListener {
  datagram(bytes: Uint8Array, from: Endpoint): void;
}

/** @throws BranchlineError `BL_PORT_UNAVAILABLE` */
export type DatagramOpener = (listener: DatagramListener) => Promise<DatagramPort>;

/** `127.0.0.1:44444` of an endpoint. */
export function endpointText({ host, port }: Endpoint): string {
  return `${host}:${port}`;
}
