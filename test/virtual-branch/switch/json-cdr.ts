import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CallerProfile, Channel, ChannelTimes } from './channel.ts';
import { urlEncode } from './event.ts';
import type { Session } from './session.ts';

/** mod_json_cdr: one document per leg, `<log-dir>/<uuid>.cdr.json`, written to a temporary name and renamed. */
export function writeCallRecord(session: Session): void {
  const { core, channel } = session;
  const { directory, bLegs, encodeValues } = core.configuration.cdr;
  if (directory === undefined || channel.get('process_cdr') === 'false') return;
  if (!bLegs && channel.get('originating_leg_uuid') !== undefined) return;
  const text = JSON.stringify(callRecord(session, encodeValues ? urlEncode : (value) => value));
  const write = (): void => {
    if (core.dead) return;
    mkdirSync(directory, { recursive: true });
    const path = join(directory, `${channel.uuid}.cdr.json`);
    writeFileSync(`${path}.tmp`, text);
    renameSync(`${path}.tmp`, path);
  };
  const delay = core.options.faults.cdrDelayMs;
  if (delay > 0) core.options.real.schedule(delay, write);
  else write();
}

/** The document of one leg; values of variables pass through `encode`. */
export function callRecord(session: Session, encode: (value: string) => string): object {
  const { core, channel, applicationLog, extensionLog } = session;
  const variables: Record<string, string> = {};
  for (const [name, value] of channel.variables) variables[name] = encode(value);
  return {
    'core-uuid': core.uuid,
    switchname: core.switchName,
    channel_data: {
      state: channel.state,
      direction: channel.direction,
      state_number: '11',
      flags: '0=1;1=1;3=1;22=1;40=1',
      caps: '1=1;2=1;3=1;4=1;5=1;6=1;8=1;9=1;10=1',
    },
    callStats: channel.codec ? statistics(channel) : {},
    variables,
    ...(applicationLog.length > 0 && {
      app_log: {
        applications: applicationLog.map(({ name, data, at }) => ({
          app_name: name,
          app_data: encode(data),
          app_stamp: String(at),
        })),
      },
    }),
    callflow: callflow(channel, extensionLog, encode),
  };
}

function callflow(
  channel: Channel,
  log: Session['extensionLog'],
  encode: (value: string) => string,
): object[] {
  const { profile } = channel;
  if (!profile) return [];
  const flow = (each: Session['extensionLog'][number] | undefined, shown: CallerProfile): object => ({
    dialplan: shown.dialplan,
    profile_index: String(shown.index),
    ...(each && {
      extension: {
        name: each.name,
        number: each.number,
        applications: each.applications.map(({ application, data }) => ({
          app_name: application,
          app_data: encode(data),
        })),
      },
    }),
    caller_profile: { ...profileObject(shown, channel.uuid, channel.name), ...relatives(channel) },
    times: timesObject(channel.times),
  });
  return log.length === 0
    ? [flow(undefined, profile)]
    : log.toReversed().map((each) => flow(each, each.profile));
}

function relatives(channel: Channel): object {
  const { other } = channel;
  if (!other?.channel.profile) return {};
  const theirs = profileObject(other.channel.profile, other.channel.uuid, other.channel.name);
  return other.type === 'originator'
    ? { originator: { originator_caller_profiles: [theirs] } }
    : { originatee: { originatee_caller_profiles: [theirs] } };
}

function profileObject(profile: CallerProfile, uuid: string, name: string): object {
  return {
    username: profile.username,
    dialplan: profile.dialplan,
    caller_id_name: profile.callerName,
    ani: profile.ani,
    aniii: '',
    caller_id_number: profile.callerNumber,
    network_addr: profile.networkAddress,
    rdnis: profile.rdnis,
    destination_number: profile.destination,
    uuid,
    source: profile.source,
    context: profile.context,
    chan_name: name,
  };
}

function timesObject(times: ChannelTimes): object {
  const text = (micros: number): string => String(micros);
  return {
    created_time: text(times.created),
    profile_created_time: text(times.profileCreated),
    progress_time: text(times.progress),
    progress_media_time: text(times.progressMedia),
    answered_time: text(times.answered),
    bridged_time: text(times.bridged),
    last_hold_time: text(times.lastHold),
    hold_accum_time: text(times.holdAccum),
    hangup_time: text(times.hangup),
    resurrect_time: '0',
    transfer_time: text(times.transfer),
  };
}

function statistics(channel: Channel): object {
  const figure = (name: string): number => Number(channel.get(`rtp_audio_${name}`) ?? 0);
  const counts = (side: 'in' | 'out', names: readonly string[]): Record<string, number> =>
    Object.fromEntries(names.map((name) => [name, figure(`${side}_${name}`)]));
  const both = ['raw_bytes', 'media_bytes', 'packet_count', 'media_packet_count', 'skip_packet_count'];
  return {
    audio: {
      inbound: counts('in', [
        ...both,
        'jitter_packet_count',
        'dtmf_packet_count',
        'cng_packet_count',
        'flush_packet_count',
        'largest_jb_size',
        'jitter_min_variance',
        'jitter_max_variance',
        'jitter_loss_rate',
        'jitter_burst_rate',
        'mean_interval',
        'flaw_total',
        'quality_percentage',
        'mos',
      ]),
      outbound: counts('out', [...both, 'dtmf_packet_count', 'cng_packet_count']),
    },
  };
}
