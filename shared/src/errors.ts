/** One entry of the error catalogue: what happened, what to do next, and how HTTP says it. */
export interface ErrorEntry {
  /** HTTP status the API answers with. */
  readonly status: number;
  /** What happened, in one sentence; `{name}` is filled from the details. */
  readonly message: string;
  /** What the reader should do next. */
  readonly advice: string;
  /** The same action may succeed later without a change. */
  readonly retryable?: true;
}

/** The error catalogue. `docs/errors.md` is generated from it and a test holds the two together. */
export const errorCatalogue = {
  BL_BACKUP_INVALID: {
    status: 400,
    message: 'The backup in {folder} cannot be used: {problem}.',
    advice: 'Take another backup, or copy this one again from where it was made. Nothing was written.',
  },
  BL_BACKUP_TARGET: {
    status: 409,
    message: 'Nothing was written to {target}: {problem}.',
    advice:
      'A backup needs a folder that does not exist yet. A restore needs an empty home, and an empty database wherever DATABASE_URL or CLICKHOUSE_URL names one.',
  },
  BL_CONFIG_ADDRESS: {
    status: 409,
    message: 'Nothing can listen at {address}: {problem}.',
    advice:
      'Another program has this port, or the address is not one of this machine. Choose another one, or stop that program.',
  },
  BL_CONFIG_ALONE: {
    status: 409,
    message: 'Another controller with a broker of its own already serves this database.',
    advice:
      'Stop it, or give all controllers of this database one external broker (MQTT_URL); then they stand by for each other.',
  },
  BL_CONFIG_FOREIGN_KEYS: {
    status: 409,
    message: 'The keys in {file} are not those of this installation.',
    advice:
      'Copy "ca" and "secrets.agekey" from the home of the first controller, or from a backup, and start again. Boxes trust only those.',
  },
  BL_CONFIG_INVALID: {
    status: 400,
    message: 'The configuration at {place} is not valid: {problem}.',
    advice: 'Correct the named setting; the last good configuration stays in force until then.',
  },
  BL_CONFIG_PATH: {
    status: 500,
    message: 'The path {path} cannot be used: {problem}.',
    advice:
      'Check that it is spelled right, and that the account this program runs as may read and write it.',
  },
  BL_CONFIG_REVERTED: {
    status: 409,
    message: 'Version {version} of the configuration was taken back: {problem}.',
    advice:
      'The version before is in force again. Correct the line that does not work and save the plan anew; the same version is not tried twice.',
  },
  BL_CONFIG_UNREADABLE: {
    status: 500,
    message: 'The file {file} cannot be read: {problem}.',
    advice:
      'Check that the file exists and that this process may read it. A `.prev` file beside it holds the previous version.',
  },
  BL_DESK_ELSEWHERE: {
    status: 401,
    message: 'This session of {agent} began on another machine than {address}.',
    advice: 'Sign in here with the PIN. If nobody moved, somebody has copied a session: set a new PIN.',
  },
  BL_DESK_REFUSED: {
    status: 409,
    message: 'This cannot be done now: {problem}.',
    advice: 'Look at the state of the call and try again.',
  },
  BL_EDGE_RUNNING: {
    status: 409,
    message: 'Another program drives the devices of {home}.',
    advice: 'Only one may: an edge that runs, or "branchline doctor". Wait for it or stop it.',
  },
  BL_EDGE_SILENT: {
    status: 503,
    message: 'The edge of {home} runs and does not answer: {problem}.',
    advice: 'Look into its log and restart it. Devices are not opened beside a running edge.',
    retryable: true,
  },
  BL_CONTRACT_PAYLOAD: {
    status: 400,
    message: 'A message on {topic} does not fit its schema at {place}: {problem}.',
    advice:
      'Sender and receiver run different contract versions, or something else publishes here. The message was set aside.',
  },
  BL_CONTRACT_TOPIC: {
    status: 400,
    message: 'The topic {topic} is not part of the contract.',
    advice: 'Use a topic of the table in shared/src/contract/topics.ts.',
  },
  BL_CONTRACT_TOO_LARGE: {
    status: 413,
    message: 'A message on {topic} has {bytes} bytes; at most {limit} are allowed.',
    advice: 'Send big things over HTTPS as an artifact, or split the batch.',
  },
  BL_FLOW_STEP_UNKNOWN: {
    status: 400,
    message: 'The step "{step}" of the flow leads to "{detail}", which is not there.',
    advice: 'Add the step, or lead to one that exists.',
  },
  BL_FLOW_STEP_TWICE: {
    status: 400,
    message: 'The flow has two steps named "{step}".',
    advice: 'Rename one of them.',
  },
  BL_FLOW_STEP_UNREACHABLE: {
    status: 400,
    message: 'No way through the flow leads to the step "{step}".',
    advice: 'Lead to it from another step, or remove it.',
  },
  BL_FLOW_STEP_INVALID: {
    status: 400,
    message: 'The step "{step}" of the flow contradicts itself: {detail}.',
    advice: 'Correct the step.',
  },
  BL_FLOW_PROMPT_MISSING: {
    status: 400,
    message:
      'The step "{step}" of the flow says "{detail}", and no prompt of that name has a text or a recording.',
    advice: 'Write the prompt in Chinese, English or both, upload a recording of it, or choose another one.',
  },
  BL_FLOW_LOOP: {
    status: 400,
    message: 'A caller who does nothing comes back to the step "{step}" of the flow for ever (by {detail}).',
    advice: 'Let the way without an answer end: in a queue, a voicemail or a hang-up.',
  },
  BL_PROMPT_FORMAT: {
    status: 400,
    message: 'The recording cannot be used: {problem}.',
    advice:
      'Send a WAV file with PCM samples of 8 to 32 bits, 8000 to 96000 a second; the console converts what the browser can play.',
  },
  BL_PROMPT_LENGTH: {
    status: 400,
    message: 'The recording lasts {seconds} s; from {least} to {most} s can be used.',
    advice: 'Record it anew or cut it.',
  },
  BL_PROMPT_SILENT: {
    status: 400,
    message: 'Nothing is to be heard in the recording: its loudest part is at {level} dB.',
    advice: 'Check the microphone and record it anew.',
  },
  BL_PHONE_INVALID: {
    status: 400,
    message: '"{input}" is not a phone number in region {region}: {problem}.',
    advice: 'Give the number in international form (+86 139 …) or set the right default region.',
  },
  BL_SWITCH_UNREACHABLE: {
    status: 503,
    message: 'FreeSWITCH does not answer on its event socket at {address}: {problem}.',
    advice: 'Check that FreeSWITCH runs and listens on loopback; the edge keeps trying.',
    retryable: true,
  },
  BL_SWITCH_AUTH: {
    status: 503,
    message: 'FreeSWITCH refused the event socket password at {address}.',
    advice:
      'The rendered configuration and the running FreeSWITCH differ: restart FreeSWITCH so that it reads the rendered one.',
    retryable: true,
  },
  BL_SWITCH_ACL: {
    status: 503,
    message: 'FreeSWITCH refused the event socket connection from this address ({address}).',
    advice: 'The event socket must listen on 127.0.0.1 and its ACL must allow loopback.',
    retryable: true,
  },
  BL_SWITCH_TIMEOUT: {
    status: 504,
    message: 'FreeSWITCH did not answer "{command}" within {ms} ms.',
    advice: 'The connection was dropped because later replies can no longer be matched; it is being rebuilt.',
    retryable: true,
  },
  BL_SWITCH_DISCONNECTED: {
    status: 503,
    message: 'The event socket closed while "{command}" was waiting for its reply.',
    advice: 'Whether the command took effect is decided by the channel audit after the reconnect.',
    retryable: true,
  },
  BL_SWITCH_REFUSED: {
    status: 409,
    message: 'FreeSWITCH refused "{command}": {reply}.',
    advice: 'The reply names the reason; the call it was for is closed or no longer exists.',
  },
  BL_SWITCH_ARGUMENT: {
    status: 400,
    message: 'A value for "{name}" cannot be sent to FreeSWITCH: {problem}.',
    advice:
      'Line ends, NUL and dial string syntax are refused because they would become commands of their own.',
  },
  BL_SWITCH_FRAME: {
    status: 502,
    message: 'FreeSWITCH sent something that is not an event socket frame: {problem}.',
    advice:
      'The connection was dropped and is being rebuilt. Check that nothing else listens on the event socket port.',
    retryable: true,
  },
  BL_PORT_MOVING_NAME: {
    status: 400,
    message: 'The port {path} may be another device after the next reset.',
    advice: 'Name the socket it is plugged into: a path below /dev/serial/by-path.',
  },
  BL_PORT_UNAVAILABLE: {
    status: 503,
    message: 'The port {port} cannot be opened: {problem}.',
    advice: 'Check that the device is plugged in and that no other program (ModemManager, for one) holds it.',
    retryable: true,
  },
  BL_PORT_CLOSED: {
    status: 503,
    message: 'The port {port} closed: {problem}.',
    advice: 'It is opened again as soon as the device is back; check plug and power when that lasts.',
    retryable: true,
  },
  BL_AT_ARGUMENT: {
    status: 400,
    message: 'A value for "{name}" cannot be sent to a modem: {problem}.',
    advice: 'Anything that could end the command or become another one is refused.',
  },
  BL_AT_REFUSED: {
    status: 409,
    message: 'The modem answered "{command}" with {answer}.',
    advice: 'The answer names the reason; the state of the modem says what is wrong with SIM or network.',
  },
  BL_AT_TIMEOUT: {
    status: 504,
    message: 'The modem did not answer "{command}" within {ms} ms.',
    advice: 'The port is being brought back into step; the modem is restarted when that fails.',
    retryable: true,
  },
  BL_AT_CLOSED: {
    status: 503,
    message: 'The port closed before "{command}" was answered.',
    advice: 'Whether the command took effect shows when the modem is back.',
    retryable: true,
  },
  BL_AT_HUNG: {
    status: 503,
    message: 'The modem answers nothing any more ({tries} tries).',
    advice: 'It is opened anew; when that does not help, take its power away for ten seconds.',
    retryable: true,
  },
  BL_AT_GARBAGE: {
    status: 503,
    message: 'The modem sends bytes that mean nothing ({tries} tries to get back into step).',
    advice: 'Check speed, cable and power of the modem; it is opened anew.',
    retryable: true,
  },
  BL_MODEM_STATE: {
    status: 409,
    message: 'The modem {modem} is {state} and cannot {action}.',
    advice: 'Wait until it is in service, or choose another line.',
    retryable: true,
  },
  BL_ANNOUNCEMENT_INVALID: {
    status: 400,
    message: 'An announcement of a network cannot be recognised by this: {problem}.',
    advice:
      'Learn it again from a WAV of the announcement (16-bit, 8 kHz) and its words (docs/answer.md); all others are in use.',
  },
  BL_SOUND_BRIDGE: {
    status: 503,
    message: 'The process that moves the sound of modem calls is gone: {problem}.',
    advice:
      'Calls over modems have ended, all others go on; it is started again by itself. When that repeats, look at the log before this line.',
    retryable: true,
  },
  BL_SOUND_REFUSED: {
    status: 503,
    message: 'The sound of a call cannot be opened: {problem}.',
    advice: 'Check the name of the sound port of this modem, and that no other program holds it.',
    retryable: true,
  },
  BL_SOUND_LOST: {
    status: 503,
    message: 'The sound of a call was lost: {problem}.',
    advice: 'The call was ended. Check plug and power of the modem when that repeats.',
    retryable: true,
  },
  BL_SIP_MESSAGE: {
    status: 400,
    message: 'A SIP message from FreeSWITCH cannot be understood: {problem}.',
    advice: 'Its connection was closed and is made anew; the calls on it are ended.',
  },
  BL_GATEWAY_CHANNEL: {
    status: 404,
    message: 'The gateway {gateway} has no channel {channel}.',
    advice: 'Name a channel of its configuration.',
  },
  BL_GATEWAY_STATE: {
    status: 409,
    message: 'Channel {channel} of the gateway {gateway} is {state} and cannot {action}.',
    advice: 'Wait until it is in service, or choose another line.',
    retryable: true,
  },
  BL_GATEWAY_REFUSED: {
    status: 409,
    message: 'The gateway {gateway} answered "{request}" with {answer}.',
    advice: 'The answer names the reason; the state of the channel says what is wrong with SIM or network.',
  },
  BL_GATEWAY_TIMEOUT: {
    status: 504,
    message: 'The gateway {gateway} did not answer "{request}" within {ms} ms.',
    advice: 'Check its power and its network. What was asked may have been done all the same.',
    retryable: true,
  },
  BL_GATEWAY_UNREACHABLE: {
    status: 503,
    message: 'The gateway {gateway} cannot be reached for "{request}": {problem}.',
    advice: 'Check its power, its network and the address set for it; it is tried again by itself.',
    retryable: true,
  },
  BL_GATEWAY_LOGIN: {
    status: 502,
    message: 'The gateway {gateway} refuses the login.',
    advice: 'Set the same user and password on the gateway and here.',
  },
  BL_GATEWAY_GARBAGE: {
    status: 502,
    message: 'A gateway sent what cannot be read: {problem}.',
    advice: 'It was counted and set aside. When that goes on, check firmware and settings of the gateway.',
  },
  BL_SPAN_GARBAGE: {
    status: 502,
    message: 'What {source} says of a span cannot be read: {problem}.',
    advice:
      'The last reading stays. When that goes on, check driver and card, and the release of DAHDI or FreeTDM.',
  },
  BL_SPAN_REFUSED: {
    status: 409,
    message: 'FreeTDM answered "{command}" with {answer}.',
    advice: 'Check that mod_freetdm is loaded and that the span has the same name in freetdm.conf and here.',
  },
  BL_SPAN_TIMEOUT: {
    status: 504,
    message: '{source} did not answer within {ms} ms.',
    advice: 'It is asked again by itself; check FreeSWITCH and the load of the box when that lasts.',
    retryable: true,
  },
  BL_SPAN_ARGUMENT: {
    status: 400,
    message: '"{value}" cannot be used as {what}.',
    advice:
      'Names have letters, digits, "_" and "-", and not digits alone; numbers to dial have digits, "*" and "#".',
  },
  BL_SPAN_PLAN: {
    status: 400,
    message: 'The plan of span {span} is not valid: {problem}.',
    advice: 'Correct the plan; nothing was written.',
  },
  BL_SMS_PDU: {
    status: 400,
    message: 'This is no short message: {problem}.',
    advice: 'The message was set aside as it came.',
  },
  BL_SMS_INVALID: {
    status: 400,
    message: 'The short message cannot be sent: {problem}.',
    advice: 'Correct the recipient or shorten the text; nothing was sent.',
  },
  BL_USSD_CODE: {
    status: 400,
    message: 'The code "{code}" is not sent: {problem}.',
    advice:
      'Only codes that ask something of the operator are sent; none that changes how this line shows itself.',
  },
  BL_USSD_FAILED: {
    status: 502,
    message: 'The network did not answer {code}: {problem}.',
    advice: 'Check the code with the operator; many answer by short message only.',
    retryable: true,
  },
  BL_EMULATOR_COMMAND: {
    status: 400,
    message: 'The emulator does not know what to do: {problem}.',
    advice: '"--help" lists what can be emulated, the command "help" what can be done with it.',
  },
  BL_LEDGER_FAILED: {
    status: 500,
    message: 'The ledger could not store "{operation}": {problem}.',
    advice:
      'No new calls are started until the ledger can write again. Check free space and the health of the disk.',
    retryable: true,
  },
  BL_LEDGER_CORRUPT: {
    status: 500,
    message: 'The ledger at {file} is damaged: {problem}.',
    advice:
      'It was moved aside with the ending .damaged and a new one was begun; send the damaged file to support.',
  },
  BL_LEASE_UNKNOWN: {
    status: 404,
    message: 'Lease {lease} is not held here.',
    advice: 'It was returned, has expired or belongs to another edge.',
  },
  BL_COMMAND_EXPIRED: {
    status: 410,
    message: 'The command {id} ({verb}) expired before it arrived.',
    advice: 'Send it again if it is still wanted.',
  },
  BL_COMMAND_FAILED: {
    status: 500,
    message: 'The command {verb} failed: {problem}.',
    advice: 'Read the reason; the command was not repeated.',
  },
  BL_ARTIFACT_HASH: {
    status: 502,
    message: 'The artifact {name} version {version} arrived damaged (its SHA-256 differs).',
    advice: 'It is fetched again; the previous version stays in use.',
    retryable: true,
  },
  BL_UPLINK_REFUSED: {
    status: 403,
    message: 'The controller refused the connection of edge {edge}: {problem}.',
    advice: 'Check that the certificate of this edge is valid and not revoked.',
    retryable: true,
  },
  BL_DB_FOLDER: {
    status: 500,
    message: 'The database user "{user}" cannot enter {folder}.',
    advice:
      'Give the folder and its parents the x permission for others, choose another --home, or set DATABASE_URL.',
  },
  BL_DB_UNREACHABLE: {
    status: 503,
    message: 'PostgreSQL does not answer: {problem}.',
    advice: 'It is restarted or reconnected automatically; check its log when this lasts.',
    retryable: true,
  },
  BL_DB_START: {
    status: 500,
    message: 'The private PostgreSQL could not be started in {folder}: {problem}.',
    advice: 'Read postgres.log in that folder.',
  },
  BL_CLICKHOUSE_UNREACHABLE: {
    status: 503,
    message: 'ClickHouse does not answer: {problem}.',
    advice: 'Calls go on and records wait in the inbox; they are written when it is back.',
    retryable: true,
  },
  BL_CLICKHOUSE_SLOW: {
    status: 503,
    message: 'There is too much to search: ClickHouse was not done within {seconds} s.',
    advice: 'Narrow the time, or name a site or a number. Nothing is wrong with the records.',
  },
  BL_CLICKHOUSE_REFUSED: {
    status: 503,
    message: 'ClickHouse does not do what it is asked: {problem}.',
    advice:
      'Calls go on and records are kept. Somebody has changed its tables, or its version is another one: the log of the controller says more.',
  },
  BL_API_INVALID: {
    status: 400,
    message: 'The request does not fit at {place}: {problem}.',
    advice: 'Correct the named field; nothing was changed.',
  },
  BL_API_NOT_FOUND: {
    status: 404,
    message: 'There is no {what} "{id}".',
    advice: 'Check the address; it may have been removed or belong to a site you may not see.',
  },
  BL_API_CONFLICT: {
    status: 409,
    message: '{problem}.',
    advice: 'Reload to see the present state and decide again.',
  },
  BL_API_TOO_LARGE: {
    status: 413,
    message: 'The request is larger than this address takes.',
    advice: 'Send less at a time; lists of numbers belong into an import.',
  },
  BL_API_BUSY: {
    status: 429,
    message: 'Too many requests from this address.',
    advice: 'Wait for a minute; use the live feed instead of asking again and again.',
    retryable: true,
  },
  BL_API_FAILED: {
    status: 500,
    message: 'The request could not be finished.',
    advice: 'Try again; when it stays, look for the request id in the log of the controller.',
    retryable: true,
  },
  BL_AUTH_REQUIRED: {
    status: 401,
    message: 'Nobody is signed in, or the session has ended.',
    advice: 'Sign in again.',
  },
  BL_AUTH_WRONG: {
    status: 401,
    message: 'User name or password is wrong.',
    advice: 'Check both. After several wrong attempts the account waits for a minute.',
  },
  BL_AUTH_CODE_NEEDED: {
    status: 401,
    message: 'The password is right; a code of the authenticator app is needed too.',
    advice: 'Enter the six digits that the app shows now, or one of the recovery codes.',
  },
  BL_AUTH_CODE_WRONG: {
    status: 401,
    message: 'The code is wrong, or it was used before.',
    advice:
      'Wait for the next code and check that the phone has the right time; a recovery code works once. After several wrong attempts the account waits for a minute.',
  },
  BL_AUTH_ENROL_NEEDED: {
    status: 403,
    message: 'This account may do nothing before it is protected by an authenticator app.',
    advice: 'Sign in to the console and enrol one; it takes a minute.',
  },
  BL_AUTH_FORBIDDEN: {
    status: 403,
    message: 'This account may not {action} here.',
    advice: 'Ask an administrator for the role or the site.',
  },
  BL_AUTH_THROTTLED: {
    status: 429,
    message: 'Too many attempts.',
    advice: 'Wait for a minute and try again.',
    retryable: true,
  },
  BL_ENROL_TOKEN: {
    status: 403,
    message: 'The enrolment token is not valid: {problem}.',
    advice: 'Issue a new token for this edge in the console; each works once.',
  },
  BL_ENROL_REFUSED: {
    status: 403,
    message: 'The center refused to enrol {edge}: {problem}.',
    advice: 'Issue a new enrolment for this edge in the console, put it into edge.json and start again.',
  },
  BL_ENROL_UNREACHABLE: {
    status: 503,
    message: 'The center could not be asked at {url} to enrol this box: {problem}.',
    advice:
      'Check that the controller runs, the network of this box, and "url" and "ca" of the enrolment in edge.json; then start again.',
    retryable: true,
  },
  BL_ENROL_CSR: {
    status: 400,
    message: 'The certificate request is not acceptable: {problem}.',
    advice: 'Make a new key pair (EC P-256, P-384 or Ed25519) on the box and sign the request with it.',
  },
  BL_BROKER_UNREACHABLE: {
    status: 503,
    message: 'The MQTT broker at {address} does not answer: {problem}.',
    advice: 'The connection is being rebuilt; sites go on working by themselves until then.',
    retryable: true,
  },
  BL_BROKER_BUSY: {
    status: 503,
    message: 'Edge {edge} sends faster than its messages can be stored; a message on {topic} was not taken.',
    advice: 'Nothing is lost: the edge sends it again. Check PostgreSQL when this lasts.',
    retryable: true,
  },
  BL_BROKER_FORBIDDEN: {
    status: 403,
    message: 'Edge {edge} may not {action} {topic}.',
    advice: 'The edge runs another contract version, or the box was tampered with: look at its log.',
  },
  BL_IMPORT_INTERRUPTED: {
    status: 503,
    message: 'The import was interrupted: {problem}.',
    advice: 'Upload the list again; nothing was imported.',
    retryable: true,
  },
  BL_IMPORT_CANCELLED: {
    status: 409,
    message: 'The import was cancelled.',
    advice: 'Nothing was imported. Upload the list again when it is wanted after all.',
  },
  BL_IMPORT_STATE: {
    status: 409,
    message: 'The import is {state} and cannot be {action}.',
    advice: 'Reload to see its present state.',
  },
  BL_LEASING_BLOCKED: {
    status: 503,
    message: 'No leads are lent until every edge has reported what it holds: {problem}.',
    advice: 'Wait for the named edges, or for the longest lease term to pass.',
    retryable: true,
  },
  BL_IMPORT_ENCODING: {
    status: 400,
    message: 'The file is not UTF-8 text (first wrong byte at position {position}).',
    advice: 'Save the list as "CSV UTF-8" and upload it again; nothing was imported.',
  },
  BL_IMPORT_COLUMNS: {
    status: 400,
    message: 'The list has no column "{column}"; it has: {columns}.',
    advice: 'Rename the column or choose the mapping; nothing was imported.',
  },
  BL_IMPORT_SYNTAX: {
    status: 400,
    message: 'Line {line} of the list is not CSV: {problem}.',
    advice: 'Check the quotes around that line; the rows before it were not imported either.',
  },
  BL_IMPORT_ROW: {
    status: 400,
    message: 'Row {row} was left out: {problem}.',
    advice: 'Correct the row and import the error file again.',
  },
  BL_IMPORT_TOO_LARGE: {
    status: 413,
    message: '{what} is larger than {limit}.',
    advice: 'Split the list into smaller files.',
  },
  BL_CAMPAIGN_STATE: {
    status: 409,
    message: 'The campaign is {status} and cannot be {action}.',
    advice: 'Reload to see its present state.',
  },
  BL_AGENT_STATE: {
    status: 409,
    message: 'The agent is {state} and cannot {action}.',
    advice: 'Wait for the present state to end.',
  },
  BL_CLOCK_UNTRUSTED: {
    status: 503,
    message: 'The clock of this edge is not trusted: {problem}.',
    advice:
      'Dialing stopped because leases and calling hours depend on the time. Restore NTP or wait for the controller.',
    retryable: true,
  },
} as const satisfies Record<string, ErrorEntry>;

/** Code of a catalogue entry, `BL_<AREA>_<WHAT>`. */
export type ErrorCode = keyof typeof errorCatalogue;

/** Values that fill the `{name}` places of a message; shown to people, so never secrets. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | undefined>>;

/** An error of the catalogue: everything Branchline throws on purpose. */
export class BranchlineError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, details: ErrorDetails = {}, cause?: unknown) {
    super(fill(errorCatalogue[code].message, details), cause === undefined ? undefined : { cause });
    this.name = 'BranchlineError';
    this.code = code;
    this.details = details;
  }

  get status(): number {
    return errorCatalogue[this.code].status;
  }

  get advice(): string {
    return errorCatalogue[this.code].advice;
  }
}

function fill(message: string, details: ErrorDetails): string {
  return message.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(details[name] ?? '?'));
}

/** Whether the same action may succeed later without a change. */
export function isRetryable(error: unknown): boolean {
  if (!(error instanceof BranchlineError)) return false;
  const entry: ErrorEntry = errorCatalogue[error.code];
  return entry.retryable === true;
}

/** The text of whatever was thrown. */
export function problemOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
