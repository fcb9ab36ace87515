import { checkUssdCode } from '../../modem/ussd-code.ts';

declare const made: unique symbol;

/** A request to a Dinstar. Only this file makes any: there is none that sets a number, an identity or a forwarding. */
export interface DinstarRequest {
  /** For logs and errors. */
  readonly name: string;
  readonly method: 'GET' | 'POST';
  /** With its query. */
  readonly path: string;
  readonly body?: string;
  readonly [made]: true;
}

const get = (name: string, path: string, query: Readonly<Record<string, string>>): DinstarRequest =>
  ({
    name,
    method: 'GET',
    path: `/api/${path}?${new URLSearchParams(query).toString()}`,
  }) as DinstarRequest;

const post = (name: string, path: string, body: unknown): DinstarRequest =>
  ({ name, method: 'POST', path: `/api/${path}`, body: JSON.stringify(body) }) as DinstarRequest;

/** What is asked of a port. The identity of radio and SIM is read only. */
const asked = 'imei,imsi,iccid,reg,callstate,signal,remain_credit,remain_daily_call_time';

/** @param ports from 0 to 31 */
export const portInfo = (ports: readonly number[]): DinstarRequest =>
  get('port state', 'get_port_info', { port: ports.join(','), info_type: asked });

export const resetPort = (port: number): DinstarRequest =>
  get('restart', 'set_port_info', { port: String(port), action: 'reset' });

export const blockPort = (port: number, blocked: boolean): DinstarRequest =>
  get(blocked ? 'switch off' : 'switch on', 'set_port_info', {
    port: String(port),
    action: blocked ? 'block' : 'unblock',
  });

/** @param user our own number of the message, by which its result is found */
export const sendMessage = (port: number, to: string, text: string, user: number): DinstarRequest =>
  post('message', 'send_sms', {
    text: '#param#',
    param: [{ number: to, text_param: [text], user_id: user }],
    port: [port],
    // Everything but ASCII may be outside the GSM alphabet.
    encoding: /^[\x20-\x5A\x61-\x7A\n]*$/.test(text) ? 'gsm-7bit' : 'unicode',
    request_status_report: true,
  });

export const messageResult = (port: number, to: string, user: number): DinstarRequest =>
  post('message', 'query_sms_result', { number: [to], port: [port], user_id: [user] });

export const deliveryStatus = (port: number, to: readonly string[]): DinstarRequest =>
  post('delivery reports', 'query_sms_deliver_status', { number: to, port: [port] });

/** Messages that came in after one. */
export const incoming = (after: number): DinstarRequest =>
  get('incoming messages', 'query_incoming_sms', { incoming_sms_id: String(after), flag: 'all' });

/** @throws BranchlineError `BL_USSD_CODE` */
export const sendUssd = (port: number, code: string): DinstarRequest => {
  checkUssdCode(code);
  return post('USSD', 'send_ussd', { text: code, port: [port], command: 'send' });
};
export const cancelUssd = (port: number): DinstarRequest =>
  post('end of USSD', 'send_ussd', { text: '', port: [port], command: 'cancel' });
export const ussdReply = (port: number): DinstarRequest =>
  get('USSD', 'query_ussd_reply', { port: String(port) });
