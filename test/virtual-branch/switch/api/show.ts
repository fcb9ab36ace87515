import { stamp } from '../core.ts';
import type { ApiCommand, SwitchCore } from '../core.ts';
import { escapeXml } from '../event.ts';
import type { Session } from '../session.ts';

type Row = Readonly<Record<string, string>>;

const usage =
  '-USAGE: codec|endpoint|application|api|dialplan|file|timer|calls [count]|channels [count|like <match string>]|calls|detailed_calls|bridged_calls|detailed_bridged_calls|aliases|complete|chat|management|modules|nat_map|say|interfaces|interface_types|tasks|limits|status\n';

/** `show <what> [count|like x] [as json|xml|delim]`. */
export const show: ApiCommand = (core, argument) => {
  const words = argument.trim().split(/\s+/);
  const what = words[0] ?? '';
  const as = words.indexOf('as');
  const format = as >= 0 ? (words[as + 1] ?? '') : '';
  const source = sources[what];
  if (!source) return usage;
  let rows = source(core);
  const like = words[1] === 'like' ? words[2] : undefined;
  if (like !== undefined) {
    rows = rows.filter((row) => Object.values(row).some((value) => value.includes(like.replaceAll('%', ''))));
  }
  const count = words[1] === 'count';
  if (format === 'json') return asJson(rows, count);
  if (format === 'xml') return asXml(rows, count);
  return asText(rows, count);
};

const sources: Readonly<Record<string, (core: SwitchCore) => readonly Row[]>> = {
  channels: (core) => listed(core).map(channelRow),
  calls: (core) => callRows(core, false),
  bridged_calls: (core) => callRows(core, true),
  registrations: registrationRows,
  tasks: (core) =>
    core.scheduler.tasks.map((task) => ({
      task_id: String(task.id),
      task_desc: task.description,
      task_group: task.group,
      task_runtime: String(task.runtime),
      task_sql_manager: '0',
      hostname: core.hostname,
    })),
  modules: (core) =>
    [...core.configuration.modules].map((name) => ({
      type: 'module',
      name: name.replace(/^mod_/, ''),
      ikey: name,
      filename: name,
    })),
  api: (core) =>
    [...core.apis.keys()]
      .toSorted()
      .map((name) => ({ name, description: '', syntax: '', ikey: 'mod_commands' })),
};

const listed = (core: SwitchCore): readonly Session[] =>
  [...core.sessions.values()].toSorted((a, b) => a.channel.sessionNumber - b.channel.sessionNumber);

function channelRow(session: Session): Row {
  const { channel } = session;
  const { profile } = channel;
  const media = channel.codec
    ? { codec: 'PCMA', rate: '8000', bits: '64000' }
    : { codec: '', rate: '', bits: '' };
  return {
    uuid: channel.uuid,
    direction: channel.direction,
    created: stamp(channel.times.created),
    created_epoch: String(Math.floor(channel.times.created / 1_000_000)),
    name: channel.name,
    state: channel.state,
    cid_name: profile?.callerName ?? '',
    cid_num: profile?.callerNumber ?? '',
    ip_addr: profile?.networkAddress ?? '',
    dest: profile?.destination ?? '',
    application: channel.listed.name,
    application_data: channel.listed.data,
    dialplan: profile?.dialplan ?? '',
    context: profile?.context ?? '',
    read_codec: media.codec,
    read_rate: media.rate,
    read_bit_rate: media.bits,
    write_codec: media.codec,
    write_rate: media.rate,
    write_bit_rate: media.bits,
    secure: '',
    hostname: channel.core.hostname,
    presence_id: channel.presenceId,
    presence_data: channel.get('presence_data') ?? '',
    accountcode: channel.get('accountcode') ?? '',
    callstate: channel.callState,
    callee_name: profile?.calleeName ?? '',
    callee_num: profile?.calleeNumber ?? '',
    callee_direction: session.bridge ? 'SEND' : '',
    call_uuid: channel.callUuid,
    sent_callee_name: channel.get('last_sent_callee_id_name') ?? '',
    sent_callee_num: channel.get('last_sent_callee_id_number') ?? '',
    initial_cid_name: profile?.originalName ?? '',
    initial_cid_num: profile?.originalNumber ?? '',
    initial_ip_addr: profile?.networkAddress ?? '',
    initial_dest: profile?.destination ?? '',
    initial_dialplan: profile?.dialplan ?? '',
    initial_context: profile?.context ?? '',
  };
}

const callColumns = [
  'uuid',
  'direction',
  'created',
  'created_epoch',
  'name',
  'state',
  'cid_name',
  'cid_num',
  'ip_addr',
  'dest',
  'presence_id',
  'presence_data',
  'accountcode',
  'callstate',
  'callee_name',
  'callee_num',
  'callee_direction',
  'call_uuid',
  'hostname',
  'sent_callee_name',
  'sent_callee_num',
] as const;

/** One row a call: the leg that runs the bridge with its partner as `b_*`, lone legs with empty ones. */
function callRows(core: SwitchCore, bridgedOnly: boolean): readonly Row[] {
  const rows: Row[] = [];
  for (const session of listed(core)) {
    const { bridge } = session;
    if (bridge ? bridge.a !== session : bridgedOnly) continue;
    const own = channelRow(session);
    const other = bridge ? channelRow(bridge.b) : undefined;
    const row: Record<string, string> = {};
    for (const column of callColumns) row[column] = own[column] ?? '';
    for (const column of callColumns) {
      if (column !== 'call_uuid' && column !== 'hostname') row[`b_${column}`] = other?.[column] ?? '';
    }
    row['call_created_epoch'] = bridge ? String(Math.floor(session.channel.times.bridged / 1_000_000)) : '';
    rows.push(row);
  }
  return rows;
}

function registrationRows(core: SwitchCore): readonly Row[] {
  return core.sofia.registrations.map((each) => ({
    reg_user: each.user,
    realm: each.domain,
    token: each.callId,
    url: `sofia/${each.profile}/${each.contact}`,
    expires: String(each.expires),
    network_ip: each.host,
    network_port: String(each.port),
    network_proto: 'udp',
    hostname: core.hostname,
    metadata: '',
  }));
}

function asJson(rows: readonly Row[], count: boolean): string {
  if (count) return JSON.stringify({ row_count: rows.length, rows: [] });
  // The shape differs when there is nothing to show: no `rows`, a blank and a line end.
  return rows.length === 0 ? '{"row_count": 0}\n' : JSON.stringify({ row_count: rows.length, rows });
}

function asXml(rows: readonly Row[], count: boolean): string {
  if (rows.length === 0 || count) return `<result row_count="${rows.length}"/>\n`;
  const lines = rows.map((row, index) => {
    const columns = Object.entries(row).map(
      ([name, value]) => `    <${name}>${escapeXml(value)}</${name}>\n`,
    );
    return `  <row row_id="${index + 1}">\n${columns.join('')}  </row>\n`;
  });
  return `<result row_count="${rows.length}">\n${lines.join('')}</result>\n`;
}

function asText(rows: readonly Row[], count: boolean): string {
  const [first] = rows;
  if (!first || count) return `\n${rows.length} total.\n`;
  return `${Object.keys(first).join(',')}\n${rows.map((row) => Object.values(row).join(',')).join('\n')}\n\n${rows.length} total.\n`;
}
