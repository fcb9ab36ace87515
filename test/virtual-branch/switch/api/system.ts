import { createHash } from 'node:crypto';
import { findUser } from '../configuration.ts';
import { versionShort, versionText } from '../core.ts';
import type { ApiCommand, SwitchCore } from '../core.ts';
import { matchExpression } from '../dialplan.ts';
import { urlEncode } from '../event.ts';
import { expand } from '../expansion.ts';
import { locate } from '../session.ts';
import { reloadXml } from './reload.ts';

const words = (text: string): string[] =>
  text
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '');

const fsctlUsage =
  '[api_expansion [on|off]|recover|send_sighup|hupall|pause [inbound|outbound]|resume [inbound|outbound]|shutdown [cancel|elegant|asap|now|restart]|uuid_version [4|7]|sps|sps_peak_reset|sync_clock|sync_clock_when_idle|reclaim_mem|max_sessions|min_dtmf_duration [num]|max_dtmf_duration [num]|default_dtmf_duration [num]|min_idle_cpu|loglevel [level]|debug_level [level]|mdns_resolve [enable|disable]]';

function uptimeParts(ms: number): Record<string, number> {
  return {
    years: Math.floor(ms / 31_536_000_000),
    days: Math.floor(ms / 86_400_000) % 365,
    hours: Math.floor(ms / 3_600_000) % 24,
    minutes: Math.floor(ms / 60_000) % 60,
    seconds: Math.floor(ms / 1000) % 60,
    milliseconds: Math.floor(ms) % 1000,
    microseconds: Math.floor(ms * 1000) % 1000,
  };
}

/** `0 years, 0 days, 0 hours, 1 minute, 8 seconds, …` */
export function uptimeText(ms: number): string {
  return Object.entries(uptimeParts(ms))
    .map(([unit, amount]) => `${amount} ${amount === 1 ? unit.slice(0, -1) : unit}`)
    .join(', ');
}

function status(core: SwitchCore): string {
  const sessions = core.sessions.size;
  return `UP ${uptimeText(core.options.real.monotonic() - core.startedReal)}
FreeSWITCH (Version ${versionShort}) is ready
${core.sessionsSinceStartup} session(s) since startup
${sessions} session(s) - peak ${core.peakSessions}, last 5min ${core.peakSessions} 
${core.sessionsLastSecond} session(s) per Sec out of max ${core.sessionsPerSecond}, peak ${core.peakPerSecond}, last 5min ${core.peakPerSecond} 
${core.maxSessions} session(s) max
min idle cpu 0.00/97.57
Current Stack Size/Max 240K/8192K
`;
}

const fsctl: ApiCommand = (core, argument) => {
  const [verb, value] = words(argument);
  switch (verb) {
    case undefined:
      return `-USAGE: ${fsctlUsage}\n`;
    case 'max_sessions':
      if (value !== undefined) core.maxSessions = Number(value) || core.maxSessions;
      return `+OK max sessions: ${core.maxSessions}\n`;
    case 'sps':
      if (value !== undefined) core.sessionsPerSecond = Number(value) || core.sessionsPerSecond;
      return `+OK sessions per second: ${core.sessionsPerSecond}\n`;
    case 'pause':
    case 'resume':
      core.paused = verb === 'pause';
      return '+OK\n';
    case 'pause_check':
      return String(core.paused);
    case 'loglevel':
      return `+OK log level: ${value ?? '4'} [${value ?? '4'}]\n`;
    case 'hupall':
      return core.api('hupall', value ?? '');
    default:
      return `-ERR Invalid command\nUSAGE: fsctl ${fsctlUsage}\n`;
  }
};

const hash: ApiCommand = (core, argument) => {
  const [verb = '', realm = '', key = '', value = ''] = argument.trim().split('/');
  const id = `${realm}/${key}`;
  switch (verb) {
    case 'insert':
      core.hash.set(id, value);
      return '+OK\n';
    case 'delete':
      return core.hash.delete(id) ? '+OK\n' : '-ERR Not found\n';
    case 'select':
      return core.hash.get(id) ?? '';
    default:
      return '-ERR Usage: hash [insert|delete|select]/<realm>/<key>/<value>\n';
  }
};

function user(core: SwitchCore, id: string, domain: string | undefined): ReturnType<typeof findUser> {
  return findUser(core.configuration, id, domain ?? core.globals.get('domain') ?? '');
}

const userData: ApiCommand = (core, argument) => {
  const [address = '', kind = '', name = ''] = words(argument);
  const [id = '', domain] = address.split('@');
  const found = user(core, id, domain);
  return (kind === 'param' ? found?.parameters.get(name) : found?.variables.get(name)) ?? '';
};

const setGlobal: ApiCommand = (core, argument) => {
  const equals = argument.indexOf('=');
  if (equals <= 0) return '-USAGE: <var>=<value> [=<value2>]\n';
  const value = argument.slice(equals + 1).trim();
  if (value === '') core.globals.delete(argument.slice(0, equals));
  else core.globals.set(argument.slice(0, equals), value);
  return '+OK';
};

const listUsers: ApiCommand = (core) => {
  const lines = core.configuration.users.map((each) => {
    const registration = core.sofia.find(each.id, each.domain);
    return [
      each.id,
      each.variables.get('user_context') ?? '',
      each.domain,
      each.group,
      registration ? `sofia/${registration.profile}/${registration.contact}` : 'error/user_not_registered',
      each.variables.get('callgroup') ?? '',
      each.variables.get('effective_caller_id_name') ?? '',
      each.variables.get('effective_caller_id_number') ?? '',
    ].join('|');
  });
  return `userid|context|domain|group|contact|callgroup|effective_caller_id_name|effective_caller_id_number\n${lines.join('\n')}\n\n+OK\n`;
};

const acl: ApiCommand = (_core, argument) => {
  const [address = '', list = ''] = words(argument);
  return String(list === 'loopback.auto' ? address.startsWith('127.') : address !== '');
};

const regex: ApiCommand = (_core, argument) => {
  const [text = '', expression = '', result] = argument.split('|');
  const match = matchExpression(expression, text);
  if (result === undefined) return String(match !== undefined);
  return match ? result.replaceAll(/\$(\d)/g, (_, index: string) => match[Number(index)] ?? '') : text;
};

const sum: ApiCommand = (_core, argument) => {
  const terms = /^\s*(-?[\d.]+)\s*([-+*/])\s*(-?[\d.]+)\s*$/.exec(argument);
  if (!terms) return '-ERR\n';
  const [left, right] = [Number(terms[1]), Number(terms[3])];
  const results: Record<string, number> = {
    '+': left + right,
    '-': left - right,
    '*': left * right,
    '/': left / right,
  };
  return String(results[terms[2] ?? '+']);
};

/** `a==b ? yes : no`, blanks around the signs required as in the real one; anything else is an error. */
function conditional(text: string): string {
  const parts = /^(.+?)\s*(==|!=|>=|<=|>|<)\s*(.+?) \? (.*?) : (.*)$/.exec(text);
  if (!parts) return '-ERR';
  const [, left = '', operator = '', right = '', yes = '', no = ''] = parts;
  const numeric = !Number.isNaN(Number(left)) && !Number.isNaN(Number(right));
  const order = numeric ? Number(left) - Number(right) : left.localeCompare(right);
  const holds: Readonly<Record<string, boolean>> = {
    '==': order === 0,
    '!=': order !== 0,
    '>': order > 0,
    '<': order < 0,
    '>=': order >= 0,
    '<=': order <= 0,
  };
  return holds[operator] === true ? yes : no;
}

const json: ApiCommand = (core, argument) => {
  let command: unknown;
  try {
    command = (JSON.parse(argument) as { command?: unknown }).command;
  } catch {
    return '-ERR Invalid JSON\n';
  }
  if (command !== 'status') return JSON.stringify({ command, status: 'error', message: 'Invalid command' });
  const ms = core.options.real.monotonic() - core.startedReal;
  return `${JSON.stringify({
    command,
    data: '',
    status: 'success',
    response: {
      systemStatus: 'ready',
      uptime: uptimeParts(ms),
      version: versionShort,
      sessions: {
        count: {
          total: core.sessionsSinceStartup,
          active: core.sessions.size,
          peak: core.peakSessions,
          peak5Min: core.peakSessions,
          limit: core.maxSessions,
        },
        rate: {
          current: core.sessionsLastSecond,
          max: core.sessionsPerSecond,
          peak: core.peakPerSecond,
          peak5Min: core.peakPerSecond,
        },
      },
      idleCPU: { used: 0, allowed: 97.5 },
      stackSizeKB: { current: 240, max: 8192 },
    },
  })}\n`;
};

/** Modules of the configuration, and one that somebody put beside them. */
function hasModule(core: SwitchCore, name: string): boolean {
  return core.configuration.modules.has(name) || (name === 'mod_amd' && core.options.modAmd);
}

/** Commands about the switch as a whole, its memory and its directory. */
export const systemCommands: Readonly<Record<string, ApiCommand>> = {
  status,
  version: () => `FreeSWITCH Version ${versionText} (git c2c5964 2026-05-26 20:41:26Z 64bit)\n`,
  uptime: (core) => `${Math.floor((core.options.real.monotonic() - core.startedReal) / 1000)}\n`,
  hostname: (core) => core.hostname,
  switchname: (core) => core.switchName,
  echo: (_core, argument) => argument,
  fsctl,
  hash,
  // mod_db says the same without the line end.
  db: async (core, argument) =>
    (await hash(core, `db:${argument}`.replace(/^db:(\w+)\//, '$1/db:'))).trimEnd(),
  json,
  acl,
  regex,
  expr: sum,
  md5: (_core, argument) => createHash('md5').update(argument).digest('hex'),
  url_encode: (_core, argument) => urlEncode(argument),
  strepoch: (core) => String(Math.floor(core.options.business.now() / 1000)),
  strftime: (core, argument) =>
    argument
      .replaceAll('%Y', String(new Date(core.options.business.now()).getUTCFullYear()))
      .replaceAll('%s', String(Math.floor(core.options.business.now() / 1000))),
  eval: (core, argument) => {
    const bound = /^uuid:(\S+) (.*)$/s.exec(argument);
    return expand(core, locate(core, bound?.[1]), bound?.[2] ?? argument);
  },
  expand: (core, argument) => {
    const bound = /^uuid:(\S+) (.*)$/s.exec(argument);
    const [name = '', ...rest] = expand(core, locate(core, bound?.[1]), bound?.[2] ?? argument).split(' ');
    return core.api(name, rest.join(' '));
  },
  global_getvar: (core, argument) => {
    if (argument.trim() !== '') return core.globals.get(argument.trim()) ?? '';
    return [...core.globals].map(([name, value]) => `${name}=${value}\n`).join('');
  },
  global_setvar: setGlobal,
  module_exists: (core, argument) => String(hasModule(core, argument.trim())),
  reloadxml: (core) => `+OK [${reloadXml(core)}]\n`,
  reloadacl: () => '+OK acl reloaded\n',
  reloadcert: () => '+OK cert reload event sent\n',
  domain_exists: (core, argument) =>
    String(core.configuration.users.some((each) => each.domain === argument.trim())),
  user_exists: (core, argument) => {
    const [key, id = '', domain] = words(argument);
    return String(key === 'id' && user(core, id, domain) !== undefined);
  },
  user_data: userData,
  list_users: listUsers,
  cond: (_core, argument) => conditional(argument),
  conference: (_core, argument) =>
    argument.startsWith('list') ? '+OK No active conferences.\n' : '-ERR Conference not found\n',
  valet_info: () => '<lots>\n</lots>\n',
  limit_usage: () => '0',
  log: () => '+OK\n',
  load: (core, argument) =>
    `+OK Reloading XML\n${core.configuration.modules.has(argument.trim()) ? '-ERR [Module already loaded]' : '-ERR [module load file routine returned an error]'}\n`,
  unload: (core, argument) =>
    core.configuration.modules.has(argument.trim()) ? '+OK\n' : '-ERR [No such module!]\n',
  reload: (core, argument) =>
    core.configuration.modules.has(argument.trim())
      ? '+OK Reloading XML\n+OK module unloaded\n+OK module loaded\n'
      : '+OK Reloading XML\n-ERR unloading module [No such module!]\n-ERR loading module [module load file routine returned an error]\n',
};
