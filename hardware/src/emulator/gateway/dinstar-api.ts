import type { StatusReport } from '../../sms/index.ts';
import { isNumber, type GatewayChannel } from './gateway-channel.ts';

/** What an HTTP request asks for. */
export interface ApiCall {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

interface Task {
  readonly user: unknown;
  readonly port: number;
  readonly number: string;
  readonly time: string;
  status: 'SENDING' | 'SENT_OK' | 'FAILED' | 'DELIVERED';
  reference: number;
  deliveryStatus?: number;
}

/** Sending and USSD take so long, ms. */
const sendMs = 2_000;
const ussdMs = 1_500;

type Answer = Readonly<Record<string, unknown>>;
type Call = (call: ApiCall) => Answer;

/** The API of a Dinstar over its ports: asynchronous everywhere, as the real one. */
export class DinstarApi {
  readonly #ports: readonly GatewayChannel[];
  readonly #tasks: Task[] = [];
  readonly #inbox: Answer[] = [];
  readonly #ussd = new Map<number, string>();

  constructor(ports: readonly GatewayChannel[]) {
    this.#ports = ports;
    ports.forEach((channel, port) => {
      channel.events = {
        call: () => undefined,
        message: ({ from, text, serviceCentre }) => this.#received(port, from, text, serviceCentre ?? ''),
        report: (report) => this.#delivered(port, report),
      };
    });
  }

  /** The answer's body; every one has an `error_code`. */
  answer(call: ApiCall): Answer {
    const path = call.path.replace(/^\/api\//, '');
    const found = Object.hasOwn(this.#calls, path) ? this.#calls[path] : undefined;
    return { sn: 'db00-0000-0000-0001', ...(found ? found(call) : { error_code: 404 }) };
  }

  readonly #calls: Readonly<Record<string, Call>> = {
    get_port_info: ({ query }) => {
      const asked = (query.get('info_type') ?? '').split(',');
      const ports = query.has('port')
        ? numbers((query.get('port') ?? '').split(','))
        : [...this.#ports.keys()];
      if (ports.some((port) => !this.#ports[port])) return { error_code: 550 };
      return { error_code: 200, info: ports.map((port) => pick(this.#info(port), asked)) };
    },
    set_port_info: ({ query }) => {
      const channel = this.#ports[Number(query.get('port'))];
      if (!channel) return { error_code: 550 };
      const action = query.get('action') ?? '';
      if (action === 'reset') channel.restart();
      else if (action === 'block' || action === 'unblock') channel.setEnabled(action === 'unblock');
      else return { error_code: 400 };
      return { error_code: 200 };
    },
    send_sms: ({ body }) => this.#send(body),
    query_sms_result: ({ body }) => {
      const users = list(body, 'user_id');
      const found = this.#tasks.filter(({ user }) => users.includes(user));
      if (found.length === 0) return { error_code: 404 };
      return {
        error_code: 200,
        result: found.map(({ user, port, number, time, status, reference }) => {
          const done = status === 'SENT_OK' || status === 'DELIVERED' ? 1 : 0;
          return {
            port,
            user_id: user,
            number,
            time,
            status,
            count: 1,
            succ_count: done,
            ref_id: reference,
            imsi: this.#ports[port]!.sim.imsi,
          };
        }),
      };
    },
    query_sms_deliver_status: ({ body }) => {
      const [wanted, ports] = [list(body, 'number'), list(body, 'port')];
      const found = this.#tasks.filter(({ number, port }) => wanted.includes(number) && ports.includes(port));
      return {
        error_code: 200,
        result: found.flatMap(({ port, number, time, reference, deliveryStatus }) =>
          deliveryStatus === undefined
            ? []
            : [{ port, number, time, ref_id: reference, status_code: deliveryStatus }],
        ),
      };
    },
    query_incoming_sms: ({ query }) => {
      const after = Number(query.get('incoming_sms_id') ?? 0);
      const sms = this.#inbox.slice(after);
      return { error_code: 200, sms, read: after, unread: sms.length };
    },
    send_ussd: ({ body }) => {
      const [port] = list(body, 'port');
      const refusal = this.#refusal(Number(port));
      if (refusal !== undefined) return { error_code: 202, result: [{ port, status: refusal }] };
      this.#ussd.delete(Number(port));
      if (field(body, 'command') !== 'cancel') this.#askOperator(Number(port), String(field(body, 'text')));
      return { error_code: 202, result: [{ port, status: 202 }] };
    },
    query_ussd_reply: ({ query }) => {
      const port = Number(query.get('port'));
      const text = this.#ussd.get(port);
      this.#ussd.delete(port);
      return { error_code: 200, reply: text === undefined ? [] : [{ port, text }] };
    },
  };

  #askOperator(port: number, code: string): void {
    const channel = this.#ports[port]!;
    channel.later(ussdMs, () => {
      const text = channel.ussd(code);
      if (text !== undefined) this.#ussd.set(port, text);
    });
  }

  #info(port: number): Answer {
    const channel = this.#ports[port]!;
    const { sim, imei, rssi, simInserted, callState, remaining } = channel;
    return {
      type: 'LTE',
      imei,
      imsi: simInserted ? sim.imsi : '',
      iccid: simInserted ? sim.iccid : '',
      number: simInserted ? sim.msisdn : '',
      reg: regOf(channel),
      slot: 0,
      callstate: callState === 'IDLE' ? 'Idle' : callState === 'CONNECTED' ? 'Active' : 'Alerting',
      signal: simInserted ? rssi : 0,
      remain_credit: remaining,
      remain_daily_call_time: -1,
      port,
    };
  }

  #send(body: unknown): Answer {
    const [param] = list(body, 'param');
    const port = Number(list(body, 'port')[0]);
    const refusal = this.#refusal(port);
    if (refusal !== undefined) return { error_code: refusal };
    const number = String(field(param, 'number'));
    if (!isNumber(number)) return { error_code: 400 };
    const text = String(field(body, 'text')).replace('#param#', String(list(param, 'text_param')[0]));
    const channel = this.#ports[port]!;
    const task: Task = {
      user: field(param, 'user_id'),
      port,
      number,
      time: this.#time(),
      status: 'SENDING',
      reference: 0,
    };
    this.#tasks.push(task);
    channel.later(sendMs, () => {
      task.reference = channel.send(number, text);
      task.status = 'SENT_OK';
    });
    return { error_code: 202, sms_in_queue: 1, task_id: this.#tasks.length };
  }

  #received(port: number, number: string, text: string, smsc: string): void {
    const id = this.#inbox.length + 1;
    this.#inbox.push({ incoming_sms_id: id, port, number, smsc, timestamp: this.#time(), text });
  }

  #delivered(port: number, { reference, status }: StatusReport): void {
    const task = this.#tasks.findLast((each) => each.port === port && each.reference === reference);
    if (!task) return;
    task.deliveryStatus = status;
    if (status === 0) task.status = 'DELIVERED';
  }

  #refusal(port: number): number | undefined {
    const channel = this.#ports[port];
    if (!channel) return 550;
    if (channel.busy) return 486;
    return channel.reachable ? undefined : 503;
  }

  /** Local time of China, as the box writes it. */
  #time(): string {
    const now = this.#ports[0]?.world.clock.now() ?? 0;
    return new Date(now + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
  }
}

function regOf({ enabled, simInserted, registration }: GatewayChannel): string {
  if (!enabled) return 'BLOCKED';
  if (!simInserted) return 'NO_SIM';
  const words = {
    none: 'UNREGISTER',
    searching: 'REGISTERING',
    registered: 'REGISTER_OK',
    denied: 'REGISTER_FAIL',
  } as const;
  return words[registration];
}

function pick(info: Answer, asked: readonly string[]): Answer {
  return Object.fromEntries(Object.entries(info).filter(([name]) => name === 'port' || asked.includes(name)));
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

function list(value: unknown, name: string): readonly unknown[] {
  const found = field(value, name);
  return Array.isArray(found) ? found : [];
}

function numbers(texts: readonly string[]): number[] {
  return texts.map(Number);
}
