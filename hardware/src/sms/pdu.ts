import { BranchlineError } from '@branchline/shared';
import { decodeAddress, decodeServiceCentre, encodeAddress, encodeServiceCentre } from './address.ts';
import { hexOfOctets, OctetReader, unreadable } from './octets.ts';
import { decodeTimestamp, encodeTimestamp, type MessageTime } from './timestamp.ts';
import {
  alphabetOf,
  decodeUserData,
  encodeUserData,
  split,
  type Alphabet,
  type UserData,
} from './user-data.ts';

/** A message from the network to the SIM (3GPP TS 23.040 9.2.2.1). */
export interface Deliver extends UserData {
  readonly type: 'deliver';
  readonly serviceCentre?: string;
  readonly from: string;
  readonly alphabet: Alphabet;
  readonly time: MessageTime;
}

/** What became of a message we sent (23.040 9.2.2.3). */
export interface StatusReport {
  readonly type: 'status-report';
  readonly serviceCentre?: string;
  /** The reference the modem gave on sending, 0–255. */
  readonly reference: number;
  readonly to: string;
  readonly time: MessageTime;
  readonly doneTime: MessageTime;
  /** TP-Status as it came. */
  readonly status: number;
}

/** A message on its way to the network (23.040 9.2.2.2). */
export interface Submit extends UserData {
  readonly type: 'submit';
  readonly to: string;
  readonly reference: number;
  readonly alphabet: Alphabet;
  readonly report: boolean;
}

/** One PDU for `AT+CMGS`. */
export interface Outgoing {
  readonly pdu: string;
  /** Octets without the service centre: the command's parameter. */
  readonly octets: number;
}

export interface SubmitOptions {
  /** Asks for a delivery report of each part. Default false. */
  readonly report?: boolean;
  /** Relative validity as TP-VP codes it (23.040 9.2.3.12.1), 0–255. Default 0xAA, four days. */
  readonly validity?: number;
  /** Of a message in several parts, 0–255. Default 0. */
  readonly reference?: number;
}

const messageType = { deliver: 0, submit: 1, statusReport: 2 } as const;
const moreToSend = 0x04;
const relativeValidity = 0x10;
const reportFlag = 0x20;
const headerFlag = 0x40;
const dcsOf = { gsm7: 0, ucs2: 8 } as const;

/**
 * The PDUs that carry a text, through the service centre of the SIM.
 * @param to digits, `+` in front for the international form
 * @throws BranchlineError `BL_SMS_INVALID`
 */
export function submitPdus(to: string, text: string, options: SubmitOptions = {}): Outgoing[] {
  if (!/^\+?\d{3,20}$/.test(to))
    throw new BranchlineError('BL_SMS_INVALID', { problem: `"${to.slice(0, 30)}" is not a number` });
  const { alphabet, parts } = split(text, options.reference ?? 0);
  return parts.map((part) => {
    const first =
      messageType.submit |
      relativeValidity |
      (options.report ? reportFlag : 0) |
      (part.part ? headerFlag : 0);
    const octets = [
      first,
      0,
      ...encodeAddress(to),
      0,
      dcsOf[alphabet],
      options.validity ?? 0xaa,
      ...encodeUserData(part, alphabet),
    ];
    return { pdu: hexOfOctets([0, ...octets]), octets: octets.length };
  });
}

/**
 * Reads a PDU as `+CMGR`, `+CMGL`, `+CMT` or `+CDS` give it.
 * @throws BranchlineError `BL_SMS_PDU`
 */
export function readIncoming(pdu: string): Deliver | StatusReport {
  const reader = new OctetReader(pdu);
  const serviceCentre = decodeServiceCentre(reader);
  const centre = serviceCentre === undefined ? {} : { serviceCentre };
  const first = reader.next('first octet');
  switch (first & 3) {
    case messageType.deliver:
      return { type: 'deliver', ...centre, ...readDeliver(reader, first) };
    case messageType.statusReport:
      return { type: 'status-report', ...centre, ...readReport(reader) };
    default:
      throw unreadable('it is neither a message to this SIM nor a delivery report');
  }
}

function readDeliver(reader: OctetReader, first: number): Omit<Deliver, 'type' | 'serviceCentre'> {
  const from = decodeAddress(reader, 'sender');
  reader.next('protocol');
  const alphabet = alphabetOf(reader.next('coding'));
  const time = decodeTimestamp(reader.take(7, 'time stamp'));
  return { from, alphabet, time, ...readUserData(reader, alphabet, first) };
}

function readReport(reader: OctetReader): Omit<StatusReport, 'type' | 'serviceCentre'> {
  return {
    reference: reader.next('reference'),
    to: decodeAddress(reader, 'recipient'),
    time: decodeTimestamp(reader.take(7, 'time stamp')),
    doneTime: decodeTimestamp(reader.take(7, 'discharge time')),
    status: reader.next('status'),
  };
}

/** Reads what `AT+CMGS` was given: the network's side of it. @throws BranchlineError `BL_SMS_PDU` */
export function readSubmit(pdu: string): Submit {
  const reader = new OctetReader(pdu);
  decodeServiceCentre(reader);
  const first = reader.next('first octet');
  if ((first & 3) !== messageType.submit) throw unreadable('it is not a message to the network');
  const reference = reader.next('reference');
  const to = decodeAddress(reader, 'recipient');
  reader.next('protocol');
  const alphabet = alphabetOf(reader.next('coding'));
  // No validity, an enhanced or absolute one (7 octets), or a relative one (23.040 9.2.3.3).
  const validity = (first >> 3) & 3;
  reader.take(validity === 0 ? 0 : validity === 2 ? 1 : 7, 'validity');
  const report = (first & reportFlag) !== 0;
  return { type: 'submit', to, reference, alphabet, report, ...readUserData(reader, alphabet, first) };
}

function readUserData(reader: OctetReader, alphabet: Alphabet, first: number): UserData {
  const length = reader.next('text length');
  return decodeUserData(length, reader.take(reader.left, 'text'), alphabet, (first & headerFlag) !== 0);
}

/** What a delivered message is made of on the network's side. */
type Delivered = Pick<Deliver, 'from' | 'time' | 'serviceCentre'>;

/** The PDUs in which the network delivers a text: its side of {@link readIncoming}. */
export function deliverPdus(message: Delivered & Pick<Deliver, 'text'>, reference = 0): Outgoing[] {
  const { alphabet, parts } = split(message.text, reference);
  return parts.map((part) => deliverPdu(message, part, alphabet));
}

/** What the network makes of a submitted message, its place in a long one included. 8-bit data is not carried. */
export function relayPdu(message: Delivered, submitted: Submit): Outgoing {
  return deliverPdu(message, submitted, submitted.alphabet === 'gsm7' ? 'gsm7' : 'ucs2');
}

function deliverPdu(message: Delivered, data: UserData, alphabet: 'gsm7' | 'ucs2'): Outgoing {
  return outgoing(message.serviceCentre, [
    messageType.deliver | moreToSend | (data.part ? headerFlag : 0),
    ...encodeAddress(message.from),
    0,
    dcsOf[alphabet],
    ...encodeTimestamp(message.time),
    ...encodeUserData(data, alphabet),
  ]);
}

/** A delivery report as the network sends it. */
export function reportPdu(report: Omit<StatusReport, 'type'>): Outgoing {
  return outgoing(report.serviceCentre, [
    messageType.statusReport | moreToSend,
    report.reference,
    ...encodeAddress(report.to),
    ...encodeTimestamp(report.time),
    ...encodeTimestamp(report.doneTime),
    report.status,
  ]);
}

function outgoing(serviceCentre: string | undefined, octets: readonly number[]): Outgoing {
  return { pdu: hexOfOctets([...encodeServiceCentre(serviceCentre), ...octets]), octets: octets.length };
}

/** What a report's status means (23.040 9.2.3.15). */
export type Delivery = 'delivered' | 'trying' | 'failed';

export function deliveryOf(status: number): Delivery {
  if (status < 0x20) return 'delivered';
  return status < 0x40 ? 'trying' : 'failed';
}
