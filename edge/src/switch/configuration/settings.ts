/** What the box itself decides about its FreeSWITCH; everything else comes from the desired document. */
export interface SwitchSettings {
  /** Folder FreeSWITCH is started with (`-conf`); holds the one file `freeswitch.xml`. */
  readonly folder: string;
  /** Event socket, on 127.0.0.1 always. */
  readonly eventSocket: { readonly port: number; readonly password: string };
  /** Address of the desk phones' and carriers' side, e.g. the LAN address. */
  readonly sipAddress: string;
  /** Port of the desk phones' profile (default 5060). */
  readonly internalPort: number;
  /** Ports of the desk phones' profile for SIP over TLS (default 5061) and over secure WebSockets (default 7443). */
  readonly tlsPort: number;
  readonly webSocketPort: number;
  /** Folder of the certificate for both (`agent.pem`, `wss.pem`, `cafile.pem`), and of FreeSWITCH's own for DTLS. */
  readonly certificatesFolder: string;
  /** Port of the carriers' profile (default 5080). */
  readonly externalPort: number;
  /** Port on 127.0.0.1 where the edge takes calls for GSM modems (default 5090). */
  readonly modemPort: number;
  /** RTP port range, both ends included (default 16384–32768). */
  readonly rtpPorts: readonly [number, number];
  /** Where `mod_json_cdr` leaves a file for every leg. */
  readonly cdrFolder: string;
  readonly recordingsFolder: string;
  /** Folder with `safe-harbour.wav`, `offline.wav`, `closed.wav`. */
  readonly promptsFolder: string;
  /** Folder of the prompts of flows, and of recordings that replace shipped ones. */
  readonly ownPromptsFolder: string;
}
