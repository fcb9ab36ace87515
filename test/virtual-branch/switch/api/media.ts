import { setHold, startRecording } from '../applications.ts';
import type { ApiCommand, SwitchCore } from '../core.ts';
import type { Session } from '../session.ts';
import { locate } from '../session.ts';

const words = (text: string): string[] =>
  text
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '');
const recordUsage = '-USAGE: <uuid> [start|stop|mask|unmask] <path> [<limit>] [<recording_vars>]\n';

const record: ApiCommand = (core, argument) => {
  const [uuid, verb, path, limit] = words(argument);
  if (uuid === undefined || verb === undefined || path === undefined) return recordUsage;
  if (!['start', 'stop', 'mask', 'unmask'].includes(verb)) return recordUsage;
  const session = locate(core, uuid);
  if (!session) return '-ERR Cannot locate session!\n';
  switch (verb) {
    case 'start':
      return startRecording(session, path, Number(limit) || 0)
        ? '+OK Success\n'
        : '-ERR Cannot record session!\n';
    case 'stop':
      return stopRecording(session, path) ? '+OK Success\n' : '-ERR Cannot stop record session!\n';
    default: {
      const recorder = session.recordings.get(path);
      if (!recorder) return `-ERR Cannot ${verb} recording session!\n`;
      recorder.setMask(verb === 'mask');
      return '+OK Success\n';
    }
  }
};

function stopRecording(session: Session, path: string): boolean {
  const recorders = path === 'all' ? [...session.recordings.values()] : [session.recordings.get(path)];
  for (const recorder of recorders) {
    if (!recorder) return false;
    session.recordings.delete(recorder.path);
    recorder.stop();
  }
  return true;
}

const broadcast: ApiCommand = (core, argument) => {
  const [uuid, ...rest] = argument.trim().split(' ');
  const legs = ['aleg', 'bleg', 'holdb', 'both'];
  const leg = legs.includes(rest.at(-1) ?? '') ? rest.pop() : 'aleg';
  const path = rest.join(' ').trim();
  if (uuid === undefined || path === '') return '-USAGE: <uuid> <path> [aleg|bleg|holdb|both]\n';
  const session = locate(core, uuid);
  if (!session) return '-ERR invalid uuid\n';
  const call = /^([\w.-]+)::(.*)$/s.exec(path);
  const application = call?.[1] ?? 'playback';
  const data = call?.[2] ?? path;
  const targets = leg === 'aleg' ? [session] : leg === 'both' ? [session.peer, session] : [session.peer];
  for (const target of targets) if (target) enqueue(target, application, data);
  return '+OK Message sent\n';
};

function enqueue(session: Session, application: string, data: string): void {
  session.enqueue({
    headers: [
      ['call-command', 'execute'],
      ['execute-app-name', application],
      ['execute-app-arg', data],
      ['event-lock', 'true'],
      ['lead-frames', '5'],
    ],
    application,
    data,
    loops: 1,
    applicationUuid: undefined,
  });
}

const hold: ApiCommand = (core, argument) => {
  const list = words(argument);
  if (list.length === 0) return '-USAGE: [off|toggle] <uuid> [<display>]\n-ERR Operation failed\n';
  const verb = list[0] === 'off' || list[0] === 'toggle' ? list.shift() : 'on';
  const session = locate(core, list[0]);
  // Success is claimed for a channel that does not exist, too.
  if (session) setHold(session, verb === 'toggle' ? !session.held : verb === 'on');
  return '+OK Success\n';
};

function dtmf(direction: 'sent' | 'received'): ApiCommand {
  return (core, argument) => {
    const [uuid, data] = words(argument);
    if (uuid === undefined || data === undefined) return '-USAGE: <uuid> <dtmf_data>\n';
    const session = locate(core, uuid);
    if (!session) return '-ERR Cannot locate session!\n';
    const [digits = '', duration] = data.split('@');
    for (const digit of digits) {
      if (!/[0-9A-Da-d*#wW]/.test(digit)) continue;
      if (direction === 'sent') session.party?.dtmf?.(digit);
      else session.digit(digit, 'APP', duration === undefined ? 2000 : Number(duration) * 8);
    }
    if (direction === 'sent') session.channel.set('last_dtmf_duration', duration ?? '2000');
    return `+OK ${uuid} ${direction} DTMF ${data}.\n`;
  };
}

function buglist(core: SwitchCore, uuid: string): string {
  const session = locate(core, uuid);
  if (!session) return '';
  const bugs = [...session.recordings.keys()].map(
    (path) =>
      ` <media-bug>\n  <function>session_record</function>\n  <target>${path}</target>\n  <thread-locked>0</thread-locked>\n </media-bug>\n`,
  );
  return `<media-bugs>\n${bugs.join('')}</media-bugs>\n`;
}

/** Commands about what is heard: recording, playing, holding, digits. */
export const mediaCommands: Readonly<Record<string, ApiCommand>> = {
  uuid_record: record,
  uuid_broadcast: broadcast,
  uuid_hold: hold,
  uuid_send_dtmf: dtmf('sent'),
  uuid_recv_dtmf: dtmf('received'),
  uuid_break: (core, argument) => {
    const [uuid, all] = words(argument);
    if (uuid === undefined) return '-USAGE: <uuid> [all]\n';
    const session = locate(core, uuid);
    if (!session) return '-ERR No such channel!\n';
    session.breakOff(all === 'all');
    return '+OK\n';
  },
  uuid_displace: (core, argument) =>
    locate(core, words(argument)[0]) ? '+OK Success\n' : '-ERR Cannot locate session!\n',
  uuid_buglist: (core, argument) => buglist(core, argument.trim()),
};
