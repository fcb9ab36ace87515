import { isNumber, type GatewayChannel } from './gateway-channel.ts';

/** What a channel needs to answer its server. */
export interface GoipDesk {
  readonly channel: GatewayChannel;
  isPassword(password: string): boolean;
  say(text: string): void;
  /** Messages that are being sent, and were. */
  readonly sessions: Map<string, MessageSession>;
  /** The network's reference → the gateway's number of the message, as `DELIVER` tells it. */
  readonly numbers: Map<number, number>;
}

interface MessageSession {
  readonly text: string;
  /** The last line said: it is said again to whoever repeats himself. */
  answer: string;
  at: 'text' | 'password' | 'sending' | 'sent' | 'done';
}

/** A message is on its way for so long, an operator thinks for so long, ms. */
const sendMs = 1_500;
const ussdMs = 1_200;

type Command = (desk: GoipDesk, session: string, rest: string) => void;

/** Does what the server says, or nothing when it makes no sense. */
export function answerGoip(desk: GoipDesk, text: string): void {
  const [, verb = '', session = '', rest = ''] = /^(\w+) (\d+) ?(.*?)\n?$/s.exec(text) ?? [];
  if (Object.hasOwn(commands, verb)) commands[verb]!(desk, session, rest);
}

const commands: Readonly<Record<string, Command>> = {
  MSG(desk, session, rest) {
    const [, length, text = ''] = /^(\d+) (.*)$/s.exec(rest) ?? [];
    if (Number(length) !== Buffer.byteLength(text)) return;
    if (!desk.sessions.has(session)) desk.sessions.set(session, { text, answer: '', at: 'text' });
    step(desk, session, ['text'], `PASSWORD ${session}`, 'password');
  },
  PASSWORD(desk, session, password) {
    if (desk.isPassword(password)) step(desk, session, ['password'], `SEND ${session}`, 'password');
    else desk.say(`ERROR ${session} password`);
  },
  SEND(desk, session, rest) {
    const [recipient = '', to = ''] = rest.split(' ');
    const message = desk.sessions.get(session);
    if (!message || message.at === 'text') return;
    if (message.at !== 'password') return desk.say(message.answer);
    const refusal = isNumber(to) ? refusalOf(desk.channel) : 38;
    if (refusal !== undefined) return desk.say(`ERROR ${session} ${recipient} errorstatus:${refusal}`);
    step(desk, session, ['password'], `WAIT ${session} ${recipient}`, 'sending');
    desk.channel.later(sendMs, () => {
      const reference = desk.channel.send(to, message.text);
      const number = desk.numbers.size + 1;
      desk.numbers.set(reference, number);
      step(desk, session, ['sending'], `OK ${session} ${recipient} ${number}`, 'sent');
    });
  },
  DONE(desk, session) {
    step(desk, session, ['sent', 'done'], `DONE ${session}`, 'done');
  },
  USSD(desk, session, rest) {
    const [password = '', code = ''] = rest.split(' ');
    if (!desk.isPassword(password)) return desk.say(`USSDERROR ${session} password`);
    const refusal = refusalOf(desk.channel);
    if (refusal !== undefined) return desk.say(`USSDERROR ${session} errorstatus:${refusal}`);
    desk.channel.later(ussdMs, () => {
      const text = desk.channel.ussd(code);
      desk.say(text === undefined ? `USSDERROR ${session} no answer` : `USSD ${session} ${text}`);
    });
  },
  USSDEXIT: (desk, session, password) => signed(desk, password, 'USSDEXIT', session, () => 'OK'),
  svr_reboot_module: (desk, session, password) =>
    signed(desk, password, 'svr_reboot_module', session, () => {
      desk.channel.restart();
      return 'OK';
    }),
  module_ctl_i(desk, session, rest) {
    const [value, password = ''] = rest.split(' ');
    signed(desk, password, 'module_ctl_i', session, () => {
      desk.channel.setEnabled(value === '1');
      return 'OK';
    });
  },
  get_gsm_state: (desk, session, password) =>
    signed(desk, password, 'get_gsm_state', session, () => (desk.channel.reachable ? 'LOGIN' : 'LOGOUT')),
  get_remain_time: (desk, session, password) =>
    signed(desk, password, 'get_remain_time', session, () => String(desk.channel.remaining)),
};

function signed(desk: GoipDesk, password: string, verb: string, session: string, act: () => string): void {
  desk.say(`${verb} ${session} ${desk.isPassword(password) ? act() : 'ERROR password'}`);
}

/** Goes on, or says the last line again. */
function step(
  desk: GoipDesk,
  session: string,
  from: readonly MessageSession['at'][],
  answer: string,
  at: MessageSession['at'],
): void {
  const message = desk.sessions.get(session);
  if (!message) return;
  if (from.includes(message.at)) [message.at, message.answer] = [at, answer];
  desk.say(message.answer);
}

/** `+CMS ERROR` and `+CME ERROR` codes, as a GoIP passes them on. */
function refusalOf({ busy, reachable, simInserted }: GatewayChannel): number | undefined {
  if (busy) return 14;
  if (!simInserted) return 10;
  return reachable ? undefined : 30;
}
