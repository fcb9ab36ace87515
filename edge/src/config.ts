import { readFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import Type, { type Static } from 'typebox';
import { BranchlineError, check, Name, problemOf } from '@branchline/shared';
import type { SwitchSettings } from './switch/configuration/index.ts';
import { writeDurably } from '@branchline/shared/node';

const Port = Type.Integer({ minimum: 1, maximum: 65_535 });

/** The box's own settings (`edge.json` in its home). Everything else comes from the controller. */
export const EdgeConfig = Type.Object(
  {
    /** Name of this edge, as the controller knows it. */
    edge: Name,
    /** Data folder: identity, ledger, recordings, FreeSWITCH configuration. */
    home: Type.String({ minLength: 1 }),
    firmware: Type.Optional(Type.String({ maxLength: 100 })),
    /** First contact with the controller; may be removed afterwards. */
    enrolment: Type.Optional(
      Type.Object(
        {
          url: Type.String({ pattern: '^https://[^\\s]+$', maxLength: 2000 }),
          token: Type.String(),
          ca: Type.String({ pattern: '^-----BEGIN CERTIFICATE-----' }),
        },
        { additionalProperties: false },
      ),
    ),
    /** FreeSWITCH on this box. */
    switch: Type.Optional(
      Type.Object(
        {
          /** Event socket port on 127.0.0.1 (default 8021). */
          eventSocketPort: Type.Optional(Port),
          /** Address of phones and carriers (default 127.0.0.1). */
          sipAddress: Type.Optional(Type.String()),
          /** Desk phones' SIP port (default 5060). */
          internalPort: Type.Optional(Port),
          /** Port for SIP over TLS (default 5061); opened when the box has its certificate. */
          tlsPort: Type.Optional(Port),
          /** Port for phones in browsers, SIP over secure WebSockets (default 7443); likewise. */
          webSocketPort: Type.Optional(Port),
          /** Carriers' SIP port (default 5080). */
          externalPort: Type.Optional(Port),
          /** Port on 127.0.0.1 between FreeSWITCH and the GSM modems of this box (default 5090). */
          modemPort: Type.Optional(Port),
          /** First and last RTP port (default 16384–32768). */
          rtpPorts: Type.Optional(Type.Tuple([Port, Port])),
        },
        { additionalProperties: false },
      ),
    ),
    /** Where GoIP gateways log in ("SMS server" of their settings; default 0.0.0.0:44444). Opened only for lines on one. */
    goip: Type.Optional(
      Type.Object(
        { host: Type.Optional(Type.String()), port: Type.Optional(Port) },
        { additionalProperties: false },
      ),
    ),
    /** Where the driver of E1/T1 cards shows its spans (default /proc/dahdi and /sys/bus/dahdi_spans/devices). */
    spans: Type.Optional(
      Type.Object(
        { proc: Type.Optional(Type.String()), sys: Type.Optional(Type.String()) },
        { additionalProperties: false },
      ),
    ),
    /** A program that makes words of what callers say in menus ([docs/flows.md](../../docs/flows.md)); absent: they have their keys. */
    speech: Type.Optional(
      Type.Object(
        {
          /** Where it takes recordings, on this box or near it. */
          url: Type.String({ pattern: '^https?://[^\\s]+$', maxLength: 500 }),
          /** How long its answer is waited for, real ms (default 3000). */
          deadlineMs: Type.Optional(Type.Integer({ minimum: 100, maximum: 10_000 })),
          /** What it is less sure of counts as not understood (default 0.5). */
          minConfidence: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
        },
        { additionalProperties: false },
      ),
    ),
    /** The agents' page over HTTPS (default host 0.0.0.0); absent = none. */
    desk: Type.Optional(
      Type.Object(
        {
          host: Type.Optional(Type.String()),
          /** 0 = any free port. */
          port: Type.Integer({ minimum: 0, maximum: 65_535 }),
        },
        { additionalProperties: false },
      ),
    ),
    /** Port on 127.0.0.1 that serves `/metrics` for Prometheus; absent = none. */
    metricsPort: Type.Optional(Port),
    /** Simulations: how business time runs (`speed` business ms per real ms). */
    clock: Type.Optional(
      Type.Object(
        { speed: Type.Number({ exclusiveMinimum: 0 }), real: Type.Number(), business: Type.Number() },
        { additionalProperties: false },
      ),
    ),
    /** Reconnect back-off towards the controller, real ms (default 1000 to 300000). */
    backOff: Type.Optional(
      Type.Object(
        { firstMs: Type.Integer({ minimum: 10 }), longestMs: Type.Integer({ minimum: 10 }) },
        { additionalProperties: false },
      ),
    ),
    /** Test only: how long each commit of the ledger takes, real ms. */
    commitDelayMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000 })),
  },
  { additionalProperties: false },
);
export type EdgeConfig = Static<typeof EdgeConfig>;

/** Reads the settings file. @throws BranchlineError `BL_CONFIG_UNREADABLE` or `BL_CONFIG_INVALID` */
export async function readEdgeConfig(file: string): Promise<EdgeConfig> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new BranchlineError('BL_CONFIG_UNREADABLE', { file, problem: problemOf(error) }, error);
  }
  return check(EdgeConfig, value, 'BL_CONFIG_INVALID', { place: file });
}

/** FreeSWITCH's side of the settings. The event socket's password is made once and kept in a file only root reads. */
export async function switchSettings(config: EdgeConfig): Promise<SwitchSettings> {
  const home = resolve(config.home);
  const passwordFile = join(home, 'event-socket.password');
  let password = (await readFile(passwordFile, 'utf8').catch(() => '')).trim();
  if (!password) {
    password = randomBytes(24).toString('base64url');
    await writeDurably(passwordFile, `${password}\n`);
  }
  const own = config.switch ?? {};
  const [first, last] = own.rtpPorts ?? [16_384, 32_768];
  return {
    folder: join(home, 'freeswitch'),
    eventSocket: { port: own.eventSocketPort ?? 8021, password },
    sipAddress: own.sipAddress ?? '127.0.0.1',
    internalPort: own.internalPort ?? 5060,
    tlsPort: own.tlsPort ?? 5061,
    webSocketPort: own.webSocketPort ?? 7443,
    certificatesFolder: join(home, 'freeswitch', 'tls'),
    externalPort: own.externalPort ?? 5080,
    modemPort: own.modemPort ?? 5090,
    rtpPorts: [first, last],
    cdrFolder: join(home, 'cdr'),
    recordingsFolder: join(home, 'recordings'),
    promptsFolder: resolve(import.meta.dirname, '../prompts'),
    ownPromptsFolder: join(home, 'prompts'),
  };
}
