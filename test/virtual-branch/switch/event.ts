/** Names mod_event_socket accepts in `event`, `nixevent` and `sendevent`, as of FreeSWITCH 1.11. */
export const eventNames: ReadonlySet<string> = new Set(
  `CUSTOM CLONE CHANNEL_CREATE CHANNEL_DESTROY CHANNEL_STATE CHANNEL_CALLSTATE CHANNEL_ANSWER CHANNEL_HANGUP
CHANNEL_HANGUP_COMPLETE CHANNEL_EXECUTE CHANNEL_EXECUTE_COMPLETE CHANNEL_HOLD CHANNEL_UNHOLD CHANNEL_BRIDGE CHANNEL_UNBRIDGE
CHANNEL_PROGRESS CHANNEL_PROGRESS_MEDIA CHANNEL_OUTGOING CHANNEL_PARK CHANNEL_UNPARK CHANNEL_APPLICATION CHANNEL_ORIGINATE
CHANNEL_UUID API LOG INBOUND_CHAN OUTBOUND_CHAN STARTUP SHUTDOWN PUBLISH UNPUBLISH TALK NOTALK SESSION_CRASH MODULE_LOAD
MODULE_UNLOAD DTMF MESSAGE PRESENCE_IN NOTIFY_IN PRESENCE_OUT PRESENCE_PROBE MESSAGE_WAITING MESSAGE_QUERY ROSTER CODEC
BACKGROUND_JOB DETECTED_SPEECH DETECTED_TONE PRIVATE_COMMAND HEARTBEAT TRAP ADD_SCHEDULE DEL_SCHEDULE EXE_SCHEDULE RE_SCHEDULE
RELOADXML NOTIFY PHONE_FEATURE PHONE_FEATURE_SUBSCRIBE SEND_MESSAGE RECV_MESSAGE REQUEST_PARAMS CHANNEL_DATA GENERAL COMMAND
SESSION_HEARTBEAT CLIENT_DISCONNECTED SERVER_DISCONNECTED SEND_INFO RECV_INFO RECV_RTCP_MESSAGE SEND_RTCP_MESSAGE CALL_SECURE NAT
RECORD_START RECORD_STOP PLAYBACK_START PLAYBACK_STOP CALL_UPDATE FAILURE SOCKET_DATA MEDIA_BUG_START MEDIA_BUG_STOP
CONFERENCE_DATA_QUERY CONFERENCE_DATA CALL_SETUP_REQ CALL_SETUP_RESULT CALL_DETAIL DEVICE_STATE TEXT SHUTDOWN_REQUESTED ALL`.split(
    /\s+/,
  ),
);

/** Channel events that carry `variable_*` headers; the others never do. */
export const eventsWithVariables: ReadonlySet<string> = new Set(
  `CHANNEL_CREATE CHANNEL_ORIGINATE CHANNEL_UUID CHANNEL_ANSWER CHANNEL_PARK CHANNEL_UNPARK CHANNEL_BRIDGE CHANNEL_UNBRIDGE
CHANNEL_PROGRESS CHANNEL_PROGRESS_MEDIA CHANNEL_HANGUP CHANNEL_HANGUP_COMPLETE CHANNEL_EXECUTE CHANNEL_EXECUTE_COMPLETE
CHANNEL_DESTROY CHANNEL_HOLD CHANNEL_UNHOLD SESSION_HEARTBEAT API RECORD_START RECORD_STOP PLAYBACK_START PLAYBACK_STOP CALL_UPDATE
MEDIA_BUG_START MEDIA_BUG_STOP TEXT CUSTOM CHANNEL_DATA`.split(/\s+/),
);

export type EventFormat = 'plain' | 'json' | 'xml';

/** One event: ordered headers (values are always texts) and an optional body. */
export class SwitchEvent {
  readonly name: string;
  readonly headers: Map<string, string>;
  readonly body: string | undefined;
  readonly #frames = new Map<EventFormat, Buffer>();

  constructor(name: string, headers: Map<string, string>, body?: string) {
    this.name = name;
    this.headers = headers;
    this.body = body;
  }

  /** The whole frame as it goes over the socket, built once for all listeners. */
  frame(format: EventFormat): Buffer {
    let frame = this.#frames.get(format);
    if (!frame) {
      const content = Buffer.from(serialise(this, format));
      frame = Buffer.concat([
        Buffer.from(`Content-Length: ${content.length}\nContent-Type: text/event-${format}\n\n`),
        content,
      ]);
      this.#frames.set(format, frame);
    }
    return frame;
  }
}

/** Headers in the plain form: URL-encoded lines, `_undef_` for empty values, an inner body after its length. */
export function plainText(event: SwitchEvent): string {
  let text = '';
  for (const [name, value] of event.headers)
    text += `${name}: ${value === '' ? '_undef_' : urlEncode(value)}\n`;
  return event.body === undefined
    ? `${text}\n`
    : `${text}Content-Length: ${Buffer.byteLength(event.body)}\n\n${event.body}`;
}

/** One flat object of texts; a value in array notation becomes an array, the body is `_body`. */
export function jsonText(event: SwitchEvent): string {
  const object: Record<string, string | string[]> = {};
  for (const [name, value] of event.headers) {
    object[name] = value.startsWith('ARRAY::') ? value.slice(7).split('|:') : value;
  }
  if (event.body !== undefined) {
    object['Content-Length'] = String(Buffer.byteLength(event.body));
    object['_body'] = event.body;
  }
  return JSON.stringify(object);
}

export function xmlText(event: SwitchEvent): string {
  let text = '<event>\n  <headers>\n';
  for (const [name, value] of event.headers)
    text += `    <${name}>${escapeXml(urlEncode(value))}</${name}>\n`;
  text += '  </headers>\n';
  if (event.body !== undefined) {
    text += `  <Content-Length>${Buffer.byteLength(event.body)}</Content-Length>\n  <body>${escapeXml(event.body)}</body>\n`;
  }
  return `${text}</event>`;
}

function serialise(event: SwitchEvent, format: EventFormat): string {
  if (format === 'json') return jsonText(event);
  return format === 'xml' ? xmlText(event) : plainText(event);
}

const unsafe = /[^!$'()*,\-./0-9A-Z_a-z~]/;
const escapes = new Map<string, string>();

/** The encoder of switch_url_encode: everything outside printable ASCII and a fixed set of signs; `,` and `/` stay. */
export function urlEncode(text: string): string {
  if (!unsafe.test(text)) return text;
  let out = '';
  for (const character of text) {
    if (!unsafe.test(character)) {
      out += character;
      continue;
    }
    let escaped = escapes.get(character);
    if (escaped === undefined) {
      escaped = '';
      for (const byte of Buffer.from(character))
        escaped += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
      escapes.set(character, escaped);
    }
    out += escaped;
  }
  return out;
}

export function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
