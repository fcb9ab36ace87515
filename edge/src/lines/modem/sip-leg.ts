import { EventEmitter } from 'node:events';
import { answerTo, headerOf, keyIn, needed, uriOf, type SipMessage } from './sip-message.ts';

/** How a leg is ended from our side: a status while it is not answered, Q.850's cause either way. */
export interface LegEnding {
  readonly status: number;
  readonly reason: string;
  readonly q850: number;
}

/** What a leg needs from whoever carries its messages. */
export interface LegTransport {
  send(message: SipMessage): void;
  /** Unforeseeable, for tags and branches. */
  token(): string;
  contact(): string;
  via(): string;
}

interface LegEvents {
  /** FreeSWITCH took our call; the body is its answer. */
  answered: [sdp: string];
  /** A key for the far end; FreeSWITCH sends INFO to whoever offers no telephone events. */
  key: [key: string];
  /** FreeSWITCH ended the leg, or its connection did. */
  ended: [];
  /** In any case, last. */
  over: [];
}

interface Dialog {
  readonly callId: string;
  readonly local: string;
  remote: string;
  /** Where requests within the dialog go. */
  target: string;
  sequence: number;
}

type Phase = 'inviting' | 'cancelling' | 'invited' | 'up' | 'over';

/** One call between FreeSWITCH and us: an INVITE from either side and what follows from it. */
export class SipLeg extends EventEmitter<LegEvents> {
  readonly line: string;
  /** The number that FreeSWITCH dials; of a call from us, the caller. */
  readonly number: string;
  /** FreeSWITCH's offer. */
  readonly offer: string;
  readonly #transport: LegTransport;
  readonly #dialog: Dialog;
  readonly #invite: SipMessage;
  readonly #tag: string;
  #phase: Phase;
  #sdp = '';

  private constructor(
    facts: { line: string; number: string; offer: string; tag: string; phase: 'inviting' | 'invited' },
    dialog: Dialog,
    invite: SipMessage,
    transport: LegTransport,
  ) {
    super();
    ({ line: this.line, number: this.number, offer: this.offer } = facts);
    this.#tag = facts.tag;
    this.#phase = facts.phase;
    this.#dialog = dialog;
    this.#invite = invite;
    this.#transport = transport;
  }

  /** A call that FreeSWITCH makes: the line stands in the host of `From`. */
  static incoming(invite: SipMessage, uri: string, transport: LegTransport): SipLeg {
    const tag = transport.token();
    const from = needed(invite, 'from');
    const contact = headerOf(invite, 'contact') ?? from;
    const dialog: Dialog = {
      callId: needed(invite, 'call-id'),
      local: `${needed(invite, 'to')};tag=${tag}`,
      remote: from,
      target: /<([^>]+)>/.exec(contact)?.[1] ?? contact,
      sequence: 0,
    };
    const facts = { line: uriOf(from).host, number: uriOf(uri).user, offer: invite.body, tag };
    return new SipLeg({ ...facts, phase: 'invited' }, dialog, invite, transport);
  }

  /** A call to FreeSWITCH: it knows the line by the name of its gateway. */
  static outgoing(
    call: { line: string; from: string; to: string; host: string; port: number; sdp: string },
    transport: LegTransport,
  ): SipLeg {
    const { line, from, to, host, port } = call;
    const tag = transport.token();
    const target = `sip:gw+${line}@${host}:${port};transport=tcp`;
    const dialog: Dialog = {
      callId: transport.token(),
      local: `<sip:${encodeURIComponent(from)}@127.0.0.1>;tag=${tag}`,
      remote: `<sip:${encodeURIComponent(to)}@${host}>`,
      target,
      sequence: 1,
    };
    const invite: SipMessage = {
      start: { method: 'INVITE', uri: target },
      headers: [
        ['via', `${transport.via()};branch=z9hG4bK${transport.token()}`],
        ['max-forwards', '10'],
        ['from', dialog.local],
        ['to', dialog.remote],
        ['call-id', dialog.callId],
        ['cseq', '1 INVITE'],
        ['contact', transport.contact()],
      ],
      body: call.sdp,
    };
    return new SipLeg({ line, number: from, offer: '', tag, phase: 'inviting' }, dialog, invite, transport);
  }

  get id(): string {
    return this.#dialog.callId;
  }

  invite(): void {
    this.#transport.send(this.#invite);
  }

  trying(): void {
    this.#answer(100, 'Trying');
  }

  /** It rings at the far end, and what is heard there may be listened to. @param sdp our side of the sound */
  ringing(sdp: string): void {
    if (this.#phase === 'invited') this.#answer(183, 'Session Progress', sdp);
  }

  answer(sdp: string): void {
    if (this.#phase !== 'invited') return;
    this.#phase = 'up';
    this.#answer(200, 'OK', sdp);
  }

  /** Ends or refuses the call from our side. Idempotent. */
  end(ending: LegEnding): void {
    const reason = ['reason', `Q.850;cause=${ending.q850}`] as const;
    switch (this.#phase) {
      case 'over':
      case 'cancelling':
        return;
      case 'invited':
        this.#answer(ending.status, ending.reason, '', [reason]);
        break;
      case 'inviting':
        // Its answer may be on the way already, and wants to be acknowledged.
        this.#phase = 'cancelling';
        return this.#transport.send(this.#within('CANCEL', this.#invite.headers[0]![1], 1));
      case 'up':
        this.#transport.send(this.#within('BYE', undefined, ++this.#dialog.sequence, [reason]));
    }
    this.#over();
  }

  onRequest(request: SipMessage, method: string): void {
    const reply = (status: number, reason: string, body = ''): void =>
      this.#transport.send(answerTo(request, status, reason, this.#tag, this.#ours, body));
    switch (method) {
      case 'ACK':
        return;
      case 'BYE':
      case 'CANCEL':
        reply(200, 'OK');
        if (method === 'CANCEL' && this.#phase === 'invited') this.#answer(487, 'Request Terminated');
        else if (method === 'CANCEL') return;
        return this.#endedByOther();
      case 'INVITE':
        // Hold, or a new beginning of the same sound: our side of it stays.
        return reply(200, 'OK', this.#sdp);
      case 'INFO': {
        const key = this.#phase === 'up' ? keyIn(request) : undefined;
        reply(200, 'OK');
        if (key !== undefined) this.emit('key', key);
        return;
      }
      default:
        return reply(200, 'OK');
    }
  }

  onResponse(response: SipMessage, status: number): void {
    const cancelled = this.#phase === 'cancelling';
    if (this.#phase !== 'inviting' && !cancelled) return;
    if (!needed(response, 'cseq').endsWith(' INVITE') || status < 200) return;
    const to = needed(response, 'to');
    if (status >= 300) {
      this.#transport.send(this.#within('ACK', this.#invite.headers[0]![1], 1, [], to));
      return cancelled ? this.#over() : this.#endedByOther();
    }
    this.#phase = 'up';
    this.#dialog.remote = to;
    const contact = headerOf(response, 'contact');
    if (contact !== undefined) this.#dialog.target = /<([^>]+)>/.exec(contact)?.[1] ?? contact;
    this.#transport.send(this.#within('ACK', undefined, 1));
    if (cancelled) this.end({ status: 487, reason: 'Cancelled', q850: 16 });
    else this.emit('answered', response.body);
  }

  /** @param outgoing it was the connection that we opened */
  connectionLost(outgoing: boolean): void {
    if (outgoing && this.#phase === 'inviting') this.#endedByOther();
    if (outgoing && this.#phase === 'cancelling') this.#over();
  }

  get #ours(): SipMessage['headers'] {
    return [['contact', this.#transport.contact()]];
  }

  #answer(status: number, reason: string, sdp = '', more: SipMessage['headers'] = []): void {
    if (sdp !== '') this.#sdp = sdp;
    this.#transport.send(answerTo(this.#invite, status, reason, this.#tag, [...this.#ours, ...more], sdp));
  }

  #within(
    method: string,
    via: string | undefined,
    sequence: number,
    more: SipMessage['headers'] = [],
    to = this.#dialog.remote,
  ): SipMessage {
    const { callId, local, target } = this.#dialog;
    return {
      start: { method, uri: target },
      headers: [
        ['via', via ?? `${this.#transport.via()};branch=z9hG4bK${this.#transport.token()}`],
        ['max-forwards', '10'],
        ['from', local],
        ['to', to],
        ['call-id', callId],
        ['cseq', `${sequence} ${method}`],
        ...more,
      ],
      body: '',
    };
  }

  #endedByOther(): void {
    if (this.#phase === 'over') return;
    this.#over(() => this.emit('ended'));
  }

  #over(tell: () => void = () => undefined): void {
    this.#phase = 'over';
    tell();
    this.emit('over');
  }
}
