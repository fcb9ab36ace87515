import type { Channel } from './channel.ts';
import { userAgentText } from './core.ts';

/** The SIP side of a leg: addresses the variables are made of. */
export interface SipLeg {
  /** The profile of the switch the leg runs over. */
  readonly profile: string;
  readonly profileUrl: string;
  readonly gateway: string | undefined;
  readonly contactUri: string;
  /** user@host:port of the far end. */
  readonly remote: string;
  readonly userAgent: string;
}

const host = (address: string): string => (address.split('@').at(-1) ?? address).split(':')[0] ?? '';
const port = (address: string): string => (address.split('@').at(-1) ?? address).split(':')[1] ?? '5060';
const user = (address: string): string => address.split('@')[0] ?? '';

function sdp(mediaPort: number): string {
  return `v=0\r\no=FreeSWITCH ${mediaPort} ${mediaPort} IN IP4 127.0.0.1\r\ns=FreeSWITCH\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio ${mediaPort} RTP/AVP 8 0 101 13\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:20\r\na=sendrecv\r\n`;
}

const mediaPort = (channel: Channel): number => 20_000 + ((channel.sessionNumber * 2) % 10_000);

/** What is known when the INVITE goes out. */
export function setOutgoingVariables(channel: Channel, leg: SipLeg): void {
  const set = (name: string, value: string): void => channel.set(name, value);
  if (leg.gateway !== undefined) set('sip_gateway_name', leg.gateway);
  set('sip_local_network_addr', '127.0.0.1');
  set('sip_profile_name', leg.gateway === undefined ? leg.profile : 'gateway');
  set('video_media_flow', 'disabled');
  set('text_media_flow', 'disabled');
  set('channel_name', channel.name);
  set('sip_destination_url', `sip:${leg.remote}`);
}

/** What mod_sofia adds between the variables of the dial string and the INVITE. */
export function setInviteVariables(channel: Channel, leg: SipLeg): void {
  const set = (name: string, value: string): void => channel.set(name, value);
  set('rtp_use_codec_string', 'PCMA,PCMU');
  set('local_media_ip', '127.0.0.1');
  set('local_media_port', String(mediaPort(channel)));
  set('advertised_media_ip', '127.0.0.1');
  set('audio_media_flow', 'sendrecv');
  set('rtp_local_sdp_str', sdp(mediaPort(channel)));
  set('sip_outgoing_contact_uri', leg.contactUri);
  set('sip_req_uri', leg.remote);
  set('sip_to_host', leg.remote.split('@').at(-1) ?? '');
  set('sip_from_host', '127.0.0.1');
  set('sofia_profile_name', leg.profile);
  set('recovery_profile_name', leg.profile);
  set('sofia_profile_url', leg.profileUrl);
}

/** What the first reply of the far end tells. */
export function setReplyVariables(channel: Channel, leg: SipLeg): void {
  const set = (name: string, value: string): void => channel.set(name, value);
  const token = channel.uuid.replaceAll('-', '');
  const from = channel.profile?.originalNumber ?? '';
  const display = channel.profile?.originalName ?? '';
  const address = `${host(leg.remote)}:${port(leg.remote)}`;
  set('sip_reply_host', host(leg.remote));
  set('sip_reply_port', port(leg.remote));
  set('sip_network_ip', host(leg.remote));
  set('sip_network_port', port(leg.remote));
  if (leg.userAgent !== '') set('sip_user_agent', leg.userAgent);
  set('sip_recover_contact', `<sip:${leg.remote};transport=udp>`);
  set('sip_full_via', `SIP/2.0/UDP 127.0.0.1;rport;branch=z9hG4bK${token.slice(0, 13)}`);
  set('sip_recover_via', `SIP/2.0/UDP 127.0.0.1;rport;branch=z9hG4bK${token.slice(0, 13)}`);
  if (display !== '') set('sip_from_display', display);
  set(
    'sip_full_from',
    `${display === '' ? '' : `"${display}" `}<sip:${from}@127.0.0.1>;tag=${token.slice(13, 26)}`,
  );
  set('sip_full_to', `<sip:${leg.remote}>;tag=${token.slice(16, 29)}`);
  set('sip_from_user', from);
  set('sip_from_uri', `${from}@127.0.0.1`);
  set('sip_to_user', user(leg.remote));
  set('sip_to_port', port(leg.remote));
  set('sip_to_uri', `${user(leg.remote)}@${address}`);
  set('sip_to_host', host(leg.remote));
  set('sip_contact_params', 'transport=udp');
  set('sip_contact_user', user(leg.remote));
  set('sip_contact_port', port(leg.remote));
  set('sip_contact_uri', leg.remote);
  set('sip_contact_host', host(leg.remote));
  set('sip_to_tag', token.slice(16, 29));
  set('sip_from_tag', token.slice(13, 26));
  set('sip_cseq', String(123_000_000 + channel.sessionNumber));
  set('sip_call_id', channel.uuid);
  if (channel.profile && channel.profile.networkAddress === '')
    channel.profile.networkAddress = host(leg.remote);
}

/** What is known of an incoming INVITE. */
export function setIncomingVariables(channel: Channel, leg: SipLeg, callee: string): void {
  const set = (name: string, value: string): void => channel.set(name, value);
  const from = channel.profile?.callerNumber ?? '';
  const display = channel.profile?.callerName ?? '';
  const token = channel.uuid.replaceAll('-', '');
  const local = leg.profileUrl.replace(/^sip:mod_sofia@/, '');
  set('sip_from_user', from);
  set('sip_from_uri', `${from}@${host(leg.remote)}`);
  set('sip_from_host', host(leg.remote));
  set('video_media_flow', 'disabled');
  set('audio_media_flow', 'disabled');
  set('text_media_flow', 'disabled');
  set('channel_name', channel.name);
  set('sip_call_id', channel.uuid);
  set('sip_local_network_addr', '127.0.0.1');
  set('sip_network_ip', host(leg.remote));
  set('sip_network_port', port(leg.remote));
  set('sip_invite_stamp', String(channel.times.created));
  set('sip_received_ip', host(leg.remote));
  set('sip_received_port', port(leg.remote));
  set('sip_via_protocol', 'udp');
  set('sip_from_user_stripped', from);
  set('sip_from_tag', token.slice(13, 26));
  set('sofia_profile_name', leg.profile);
  set('sofia_profile_url', leg.profileUrl);
  set('recovery_profile_name', leg.profile);
  set('sip_cid_type', 'rpid');
  set(
    'sip_full_via',
    `SIP/2.0/UDP ${host(leg.remote)};rport=${port(leg.remote)};branch=z9hG4bK${token.slice(0, 13)}`,
  );
  set('sip_from_display', display);
  set('sip_full_from', `"${display}" <sip:${from}@${host(leg.remote)}>;tag=${token.slice(13, 26)}`);
  set('sip_full_to', `<sip:${callee}@${local}>`);
  set('sip_req_user', callee);
  set('sip_req_port', port(local));
  set('sip_req_uri', `${callee}@${local}`);
  set('sip_req_host', host(local));
  set('sip_to_user', callee);
  set('sip_to_port', port(local));
  set('sip_to_uri', `${callee}@${local}`);
  set('sip_to_host', host(local));
  set('sip_contact_user', user(leg.remote));
  set('sip_contact_port', port(leg.remote));
  set('sip_contact_uri', leg.remote);
  set('sip_contact_host', host(leg.remote));
  set('rtp_use_codec_string', 'PCMA,PCMU');
  set('sip_user_agent', leg.userAgent === '' ? userAgentText : leg.userAgent);
  set('sip_via_host', host(leg.remote));
  set('sip_via_rport', port(leg.remote));
  set('max_forwards', '70');
  set('switch_r_sdp', sdp(mediaPort(channel) + 10_000));
  set('ep_codec_string', 'CORE_PCM_MODULE.PCMA@8000h@20i@64000b,CORE_PCM_MODULE.PCMU@8000h@20i@64000b');
  set('endpoint_disposition', 'DELAYED NEGOTIATION');
}

/** Media is up: early or answered. */
export function setMediaVariables(channel: Channel): void {
  const set = (name: string, value: string): void => channel.set(name, value);
  set('switch_r_sdp', sdp(mediaPort(channel) + 10_000));
  set('ep_codec_string', 'CORE_PCM_MODULE.PCMA@8000h@20i@64000b');
  set('remote_video_media_flow', 'inactive');
  set('remote_text_media_flow', 'inactive');
  set('remote_audio_media_flow', 'sendrecv');
  set('audio_media_flow', 'sendrecv');
  set('rtp_audio_recv_pt', '8');
  set('rtp_use_codec_name', 'PCMA');
  set('rtp_use_codec_rate', '8000');
  set('rtp_use_codec_ptime', '20');
  set('rtp_use_codec_channels', '1');
  set('rtp_last_audio_codec_string', 'PCMA@8000h@20i@1c');
  set('read_codec', 'PCMA');
  set('original_read_codec', 'PCMA');
  set('read_rate', '8000');
  set('original_read_rate', '8000');
  set('write_codec', 'PCMA');
  set('write_rate', '8000');
  set('dtmf_type', 'rfc2833');
  set('local_media_ip', '127.0.0.1');
  set('local_media_port', String(mediaPort(channel)));
  set('advertised_media_ip', '127.0.0.1');
  set('rtp_use_timer_name', 'soft');
  set('rtp_use_pt', '8');
  set('rtp_use_ssrc', String(1_000_000_000 + channel.sessionNumber));
  set('remote_media_ip', '127.0.0.1');
  set('remote_media_port', String(mediaPort(channel) + 10_000));
  if (channel.direction === 'inbound') {
    set('rtp_2833_send_payload', '101');
    set('rtp_2833_recv_payload', '101');
    set('rtp_local_sdp_str', sdp(mediaPort(channel)));
  }
}

/** Quality figures of a leg that had media, from its length. */
export function setQualityVariables(channel: Channel): void {
  if (!channel.codec) return;
  const since = channel.times.answered || channel.times.progressMedia;
  const packets = Math.max(0, Math.floor((channel.times.hangup - since) / 20_000));
  const set = (name: string, value: string | number): void => channel.set(name, String(value));
  for (const [side, inward] of [
    ['in', true],
    ['out', false],
  ] as const) {
    const name = (what: string): string => `rtp_audio_${side}_${what}`;
    set(name('raw_bytes'), packets * 172);
    set(name('media_bytes'), packets * 172);
    set(name('packet_count'), packets);
    set(name('media_packet_count'), packets);
    set(name('skip_packet_count'), 0);
    if (inward) set(name('jitter_packet_count'), 0);
    set(name('dtmf_packet_count'), 0);
    set(name('cng_packet_count'), 0);
    if (!inward) continue;
    set(name('flush_packet_count'), 0);
    set(name('largest_jb_size'), 0);
    for (const what of [
      'jitter_min_variance',
      'jitter_max_variance',
      'jitter_loss_rate',
      'jitter_burst_rate',
    ]) {
      set(name(what), '0.00');
    }
    set(name('mean_interval'), '20.00');
    set(name('flaw_total'), 0);
    set(name('quality_percentage'), '100.00');
    set(name('mos'), '4.50');
  }
  set('rtp_audio_rtcp_packet_count', 0);
  set('rtp_audio_rtcp_octet_count', 0);
}
