import { parseArgs } from 'node:util';
import { resolve } from 'node:path';
import Type, { type Static, type TSchema } from 'typebox';
import { BranchlineError, closed, findProblem, problemOf } from '@branchline/shared';

const Port = (what: string, fallback: number) =>
  Type.Integer({ minimum: 0, maximum: 65_535, default: fallback, description: `${what}; 0 = any free port` });
const Url = (what: string, schemes: string) =>
  Type.Optional(Type.String({ pattern: `^(?:${schemes})://\\S+$`, maxLength: 2000, description: what }));

/** What a controller may do; with several of them each does what it is told, and one at a time what only one may do. */
const Role = Type.Union([Type.Literal('api'), Type.Literal('ingest'), Type.Literal('planner')]);
export type ControllerRole = Static<typeof Role>;

/** Everything that can be set, with unit, range and default beside it. */
export const ControllerConfig = closed({
  /** Folder that holds everything this controller keeps. */
  home: Type.String({ minLength: 1, default: '.branchline/controller' }),
  /** Address the listeners bind; `0.0.0.0` for all. */
  host: Type.String({ minLength: 1, default: '127.0.0.1' }),
  /** Names and addresses under which boxes reach this controller; the first one is told to them. */
  publicHosts: Type.Array(Type.String({ pattern: '^[A-Za-z0-9.:_-]{1,253}$' }), {
    maxItems: 20,
    default: [],
  }),
  /** `api`: people, programs and enrolment; `ingest`: talks with the boxes and fills ClickHouse; `planner`: lends leads. */
  roles: Type.Array(Role, {
    minItems: 1,
    uniqueItems: true,
    default: ['api', 'ingest', 'planner'],
  }),
  http: closed({
    port: Port('People and programs (API, console)', 8080),
    /** Believe X-Forwarded-* headers: only behind a proxy of your own. */
    trustProxy: Type.Boolean({ default: false }),
    /** Requests per minute and address. */
    requestsPerMinute: Type.Integer({ minimum: 60, maximum: 1_000_000, default: 3000 }),
    /** Largest list that may be uploaded, bytes. */
    uploadBytes: Type.Integer({ minimum: 1024, maximum: 64 * 2 ** 30, default: 2 * 2 ** 30 }),
  }),
  edge: closed({ port: Port('Boxes, HTTPS: enrolment and artifacts', 8443) }),
  mqtt: closed({
    port: Port('Boxes, MQTT over TLS; unused with an external broker', 8883),
    url: Url('External MQTT broker instead of the one inside', 'mqtts?'),
    /** PEM files for an external broker that asks for certificates. */
    caFile: Type.Optional(Type.String()),
    certFile: Type.Optional(Type.String()),
    keyFile: Type.Optional(Type.String()),
  }),
  database: closed({ url: Url('External PostgreSQL instead of a private one', 'postgres|postgresql') }),
  clickHouse: closed({
    url: Url('External ClickHouse instead of a private one', 'https?'),
    cluster: Type.Optional(Type.String({ pattern: '^[a-z_][a-z0-9_]{0,60}$' })),
  }),
  campaigns: closed({
    /** Leads an agent has in reserve at a branch, so that it goes on dialing without the center. */
    leadsPerAgent: Type.Integer({ minimum: 1, maximum: 2000, default: 60 }),
  }),
  /** Business time of a simulation; absent = real time. */
  clock: Type.Optional(
    closed({
      speed: Type.Number({ exclusiveMinimum: 0, maximum: 1000 }),
      real: Type.Number(),
      business: Type.Number(),
    }),
  ),
});
export type ControllerConfig = Static<typeof ControllerConfig>;

/** Where each setting may come from; flags win over the environment. */
const sources: readonly { readonly path: string; readonly env: string; readonly flag?: string }[] = [
  { path: 'home', env: 'BRANCHLINE_HOME', flag: 'home' },
  { path: 'host', env: 'BRANCHLINE_HOST', flag: 'host' },
  { path: 'roles', env: 'BRANCHLINE_ROLES', flag: 'roles' },
  { path: 'publicHosts', env: 'BRANCHLINE_PUBLIC_HOSTS' },
  { path: 'http.port', env: 'BRANCHLINE_PORT', flag: 'port' },
  { path: 'http.trustProxy', env: 'BRANCHLINE_TRUST_PROXY' },
  { path: 'http.requestsPerMinute', env: 'BRANCHLINE_REQUESTS_PER_MINUTE' },
  { path: 'http.uploadBytes', env: 'BRANCHLINE_UPLOAD_BYTES' },
  { path: 'edge.port', env: 'BRANCHLINE_EDGE_PORT', flag: 'edge-port' },
  { path: 'mqtt.port', env: 'BRANCHLINE_MQTT_PORT', flag: 'mqtt-port' },
  { path: 'mqtt.url', env: 'MQTT_URL' },
  { path: 'mqtt.caFile', env: 'MQTT_CA_FILE' },
  { path: 'mqtt.certFile', env: 'MQTT_CERT_FILE' },
  { path: 'mqtt.keyFile', env: 'MQTT_KEY_FILE' },
  { path: 'database.url', env: 'DATABASE_URL' },
  { path: 'clickHouse.url', env: 'CLICKHOUSE_URL' },
  { path: 'clickHouse.cluster', env: 'CLICKHOUSE_CLUSTER' },
  { path: 'campaigns.leadsPerAgent', env: 'BRANCHLINE_LEADS_PER_AGENT' },
  { path: 'clock', env: 'BRANCHLINE_CLOCK' },
];

/** Settings as they may be left out: by section, each with what differs from the defaults. */
export type ControllerSettings = { [K in keyof ControllerConfig]?: SettingsOf<ControllerConfig[K]> };
type SettingsOf<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? Partial<T> | undefined
    : T | undefined;

/** The whole configuration from what is stated. @throws BranchlineError `BL_CONFIG_INVALID` naming the setting */
export function completeConfig(settings: ControllerSettings): ControllerConfig {
  const config = withDefaults(ControllerConfig, settings) as ControllerConfig;
  const problem = findProblem(ControllerConfig, config);
  if (problem) throw new BranchlineError('BL_CONFIG_INVALID', problem);
  return { ...config, home: resolve(config.home) };
}

/** What `--help` says. */
export const usage = `node controller/src/main.ts [options]

  --home DIR        everything this controller keeps (default .branchline/controller)
  --host ADDRESS    where it listens (default 127.0.0.1; 0.0.0.0 for all)
  --port N          people and programs: console and API (default 8080; 0 = any free port)
  --edge-port N     boxes, HTTPS: enrolment and artifacts (default 8443)
  --mqtt-port N     boxes, MQTT over TLS (default 8883)
  --roles LIST      of api, ingest and planner (default: all)
  --print-config    every setting in force, and nothing is started
  --help            this text

Flags win over the environment: ${sources.map(({ env }) => env).join(', ')}.
docs/operating.md says what they mean.
`;

/** Reads flags and the environment. @throws BranchlineError `BL_CONFIG_INVALID` */
export function readConfig(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): { config: ControllerConfig; show?: 'config' | 'help' } {
  const flags = sources.flatMap(({ flag }) =>
    flag === undefined ? [] : [[flag, { type: 'string' }] as const],
  );
  let values: Record<string, unknown>;
  try {
    const options = {
      ...Object.fromEntries(flags),
      'print-config': { type: 'boolean' },
      help: { type: 'boolean' },
    } as const;
    values = parseArgs({ args: [...argv], options, strict: true }).values;
  } catch (error) {
    throw new BranchlineError('BL_CONFIG_INVALID', { place: 'the command line', problem: problemOf(error) });
  }
  const settings: Record<string, unknown> = {};
  for (const { path, env: name, flag } of sources) {
    const flagged = flag === undefined ? undefined : values[flag];
    const text = typeof flagged === 'string' ? flagged : env[name];
    if (text === undefined || text === '') continue;
    place(settings, path, readText(schemaAt(path), text, typeof flagged === 'string' ? `--${flag}` : name));
  }
  const show = values['help'] ? 'help' : values['print-config'] ? 'config' : undefined;
  return { config: completeConfig(settings), ...(show && { show }) };
}

/** The configuration for people: passwords in addresses are taken out. */
export function printableConfig(config: ControllerConfig): unknown {
  return JSON.parse(
    JSON.stringify(config, (key, value: unknown) =>
      key === 'url' && typeof value === 'string' ? redact(value) : value,
    ),
  );
}

function redact(url: string): string {
  try {
    const parsed = new URL(url);
    if (parsed.password) parsed.password = 'redacted';
    if (parsed.username) parsed.username = 'redacted';
    return parsed.href;
  } catch {
    return '[redacted]';
  }
}

function schemaAt(path: string): TSchema {
  let schema: unknown = ControllerConfig;
  for (const key of path.split('.'))
    schema = (schema as { properties: Record<string, unknown> }).properties[key];
  // The table above names only settings of the schema; the tests walk it.
  return schema as TSchema;
}

function readText(schema: TSchema, text: string, source: string): unknown {
  const type = 'type' in schema ? schema.type : undefined;
  const wrong = (problem: string): never => {
    throw new BranchlineError('BL_CONFIG_INVALID', { place: source, problem });
  };
  switch (type) {
    case 'integer':
    case 'number':
      return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : wrong('it is not a number');
    case 'boolean':
      return text === 'true' || text === '1'
        ? true
        : text === 'false' || text === '0'
          ? false
          : wrong('say true or false');
    case 'array':
      return text.split(',').map((item) => item.trim());
    case 'object':
      try {
        return JSON.parse(text) as unknown;
      } catch {
        return wrong('it is not JSON');
      }
    default:
      return text;
  }
}

function place(target: Record<string, unknown>, path: string, value: unknown): void {
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  let at = target;
  for (const key of keys) at = (at[key] ??= {}) as Record<string, unknown>;
  at[last] = value;
}

function withDefaults(schema: TSchema, value: unknown): unknown {
  if ('default' in schema && value === undefined) return schema.default;
  if (!('properties' in schema) || (value === undefined && isOptional(schema))) return value;
  const given = (value ?? {}) as Record<string, unknown>;
  const filled: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(schema.properties as object), ...Object.keys(given)])) {
    const inner = (schema.properties as Record<string, TSchema | undefined>)[key];
    const item = inner ? withDefaults(inner, given[key]) : given[key];
    if (item !== undefined) filled[key] = item;
  }
  return filled;
}

function isOptional(schema: TSchema): boolean {
  return Type.IsOptional(schema);
}
