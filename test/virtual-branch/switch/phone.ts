import { EventEmitter } from 'node:events';
import type { Timer } from '@branchline/shared';
import { placeCall } from './inbound.ts';
import type { Invitation, Party, PartyLink } from './party.ts';
import { partyLink } from './sip-link.ts';
import type { VirtualSwitch } from './virtual-switch.ts';

/** What a phone does when it rings; calls that ask for it are answered at once whatever the policy. */
export type AnswerPolicy =
  | { readonly kind: 'answer'; readonly afterMs: number }
  | { readonly kind: 'decline' }
  | { readonly kind: 'ignore' };

/** One call on a phone. */
export interface PhoneCall {
  readonly channel: string;
  readonly direction: 'in' | 'out';
  /** The other number: who calls, or what was dialed. */
  readonly number: string;
  readonly invitation: Invitation | undefined;
  state: 'ringing' | 'up' | 'over';
  bridgedTo: string | undefined;
}

export interface PhoneEvents {
  ringing: [call: PhoneCall];
  answered: [call: PhoneCall];
  bridged: [call: PhoneCall, other: string];
  unbridged: [call: PhoneCall];
  /** A file or tone is played to the phone. */
  heard: [call: PhoneCall, what: string];
  dtmf: [call: PhoneCall, digit: string];
  held: [call: PhoneCall, held: boolean];
  hungup: [call: PhoneCall, cause: string];
  registered: [];
  unregistered: [];
}

const expirySeconds = 300;
/** A phone that the registrar does not know tries again, ms. */
const refusedRetryMs = 10_000;

/** A desk phone with one line: registers, dials, answers by its policy, presses keys. */
export class VirtualPhone extends EventEmitter<PhoneEvents> {
  readonly extension: string;
  readonly userAgent = 'Yealink SIP-T46S 66.85.0.5';
  policy: AnswerPolicy = { kind: 'answer', afterMs: 1500 };
  call: PhoneCall | undefined;
  readonly #switch: VirtualSwitch;
  readonly #domain: string | undefined;
  readonly #port: number;
  #link: PartyLink | undefined;
  /** Whether its owner wants it registered: it comes back by itself after the switch restarts. */
  #wanted = false;
  #registered = false;
  #refresh: Timer | undefined;

  constructor(owner: VirtualSwitch, extension: string, domain: string | undefined, port: number) {
    super();
    this.#switch = owner;
    this.extension = extension;
    this.#domain = domain;
    this.#port = port;
  }

  get registered(): boolean {
    return this.#registered;
  }

  /** Registers to the profile that serves desk phones; false when the directory does not know the extension. */
  register(): boolean {
    this.#wanted = true;
    if (!this.#switch.running) return false;
    const { core } = this.#switch;
    const user = core.configuration.users.find(
      (each) => each.id === this.extension && (this.#domain === undefined || each.domain === this.#domain),
    );
    if (!user) {
      this.#refresh?.cancel();
      this.#refresh = core.options.business.schedule(refusedRetryMs, () => {
        if (this.#wanted) this.register();
      });
      return false;
    }
    const profile = core.sofia.profiles.has('internal')
      ? 'internal'
      : ([...core.sofia.profiles.keys()][0] ?? 'internal');
    const known = core.sofia.find(user.id, user.domain);
    core.sofia.register({
      user: user.id,
      domain: user.domain,
      profile,
      contact: `sip:${user.id}@127.0.0.1:${this.#port}`,
      callId: known?.callId ?? core.newUuid(),
      userAgent: core.options.faults.userAgent ?? this.userAgent,
      host: '127.0.0.1',
      port: this.#port,
      expires: Math.floor(core.options.business.now() / 1000) + expirySeconds,
      answer: (invitation, link) => this.#invited(invitation, link),
    });
    this.#refresh?.cancel();
    this.#refresh = core.options.business.schedule(expirySeconds * 500, () => {
      if (this.#wanted) this.register();
    });
    if (!this.#registered) {
      this.#registered = true;
      this.emit('registered');
    }
    return true;
  }

  /** Says goodbye to the registrar; with `silently` it is unplugged and the registration just runs out. */
  unregister(silently = false): void {
    this.#wanted = false;
    this.#refresh?.cancel();
    if (this.#switch.running) {
      const { sofia } = this.#switch.core;
      const registration = sofia.find(this.extension, this.#domain);
      if (registration) sofia.unregister(registration, silently);
    }
    this.#forget();
  }

  /** Calls a number. @throws CallRefused when the switch takes no call, Error when it is not registered or busy */
  dial(number: string): PhoneCall {
    if (!this.#registered) throw new Error(`phone ${this.extension} is not registered`);
    if (this.call) throw new Error(`phone ${this.extension} is already in a call`);
    const { core } = this.#switch;
    const registration = core.sofia.find(this.extension, this.#domain);
    const user = core.configuration.users.find((each) => each.id === this.extension);
    const profile = registration?.profile ?? 'internal';
    const domain = registration?.domain ?? user?.domain ?? '127.0.0.1';
    const session = placeCall(core, {
      profile,
      context:
        user?.variables.get('user_context') ??
        core.sofia.profiles.get(profile)?.parameters.get('context') ??
        'default',
      callerNumber: user?.variables.get('effective_caller_id_number') ?? this.extension,
      callerName: user?.variables.get('effective_caller_id_name') ?? this.extension,
      destination: number,
      remote: `${this.extension}@127.0.0.1:${this.#port}`,
      userAgent: this.userAgent,
      variables: new Map([
        ['user_name', this.extension],
        ['domain_name', domain],
        ['sip_auth_username', this.extension],
        ['sip_auth_realm', domain],
        ...(user?.variables ?? []),
      ]),
      from: `${this.extension}@${domain}`,
    });
    const call: PhoneCall = {
      channel: session.uuid,
      direction: 'out',
      number,
      invitation: undefined,
      state: 'ringing',
      bridgedTo: undefined,
    };
    this.call = call;
    this.#link = partyLink(session);
    session.party = this.#partyOf(call);
    session.start({ kind: 'dialplan' });
    return call;
  }

  /** Lifts the handset of a ringing phone. */
  answer(): void {
    if (this.call?.state === 'ringing' && this.call.direction === 'in') this.#link?.answer();
  }

  hangUp(): void {
    if (this.call?.direction === 'in' && this.call.state === 'ringing') this.#link?.reject(603);
    else this.#link?.hangUp();
  }

  sendDtmf(digits: string): void {
    this.#link?.sendDtmf(digits);
  }

  /** Called by the switch: it came up again. */
  switchStarted(): void {
    if (this.#wanted) this.register();
  }

  /** Called by the switch: it is gone, and the registration with it. */
  switchDied(): void {
    this.#refresh?.cancel();
    this.#forget();
  }

  #forget(): void {
    if (!this.#registered) return;
    this.#registered = false;
    this.emit('unregistered');
  }

  #invited(invitation: Invitation, link: PartyLink): Party {
    if (this.call) {
      // One line only: the second call hears busy.
      setImmediate(() => link.reject(486));
      return { released: () => undefined };
    }
    const call: PhoneCall = {
      channel: invitation.channel,
      direction: 'in',
      number: invitation.callerNumber,
      invitation,
      state: 'ringing',
      bridgedTo: undefined,
    };
    this.call = call;
    this.#link = link;
    setImmediate(() => this.#ring(call, link, invitation.autoAnswer));
    return this.#partyOf(call);
  }

  #ring(call: PhoneCall, link: PartyLink, autoAnswer: boolean): void {
    if (this.call !== call || call.state !== 'ringing') return;
    link.ring();
    this.emit('ringing', call);
    if (autoAnswer) return link.answer();
    switch (this.policy.kind) {
      case 'answer':
        this.#switch.business.schedule(this.policy.afterMs, () => {
          if (this.call === call) link.answer();
        });
        return;
      case 'decline':
        return link.reject(603);
      case 'ignore':
        return;
    }
  }

  #partyOf(call: PhoneCall): Party {
    return {
      userAgent: this.userAgent,
      answered: () => {
        call.state = 'up';
        this.emit('answered', call);
      },
      bridged: (other) => {
        call.bridgedTo = other;
        this.emit('bridged', call, other);
      },
      unbridged: () => {
        call.bridgedTo = undefined;
        this.emit('unbridged', call);
      },
      heard: (what) => this.emit('heard', call, what),
      dtmf: (digit) => this.emit('dtmf', call, digit),
      held: (held) => this.emit('held', call, held),
      released: (cause) => {
        call.state = 'over';
        if (this.call === call) {
          this.call = undefined;
          this.#link = undefined;
        }
        this.emit('hungup', call, cause);
      },
    };
  }
}
