import { UA, WebSocketInterface } from 'jssip';
import type { RTCSession } from 'jssip/lib/RTCSession';
import type { IncomingRequest } from 'jssip/lib/SIPMessage';
import type { IncomingRTCSessionEvent } from 'jssip/lib/UA';
import type { DeskSoftphone } from '@branchline/shared';
import { levelOf, openMicrophone, rememberChoice, rememberedChoice, type AudioChoice } from './microphone.ts';
import { ringTone } from './ring-tone.ts';
import { newSoftphone, nextSoftphone, type SoftphoneInput, type SoftphoneState } from './softphone-state.ts';

/** One tab of a browser is the phone; the others wait for it to go. */
const lockName = 'branchline-softphone';
/** The box forgets a browser that has vanished after so long, seconds. */
const registerSeconds = 60;
/** A refused account is asked for again after so long: the plan may have changed, ms. */
const againMs = 10_000;
/** A call without a microphone lasts no longer, ms. */
const replugMs = 10_000;

/**
 * The agent's phone in the page: SIP over a secure WebSocket of the box, sound by WebRTC. It is registered while there is a microphone, and comes
 * back by itself. Calls that the box marks as to be answered (nailed-up agents) answer themselves.
 */
export class BrowserPhone {
  readonly #account: () => Promise<DeskSoftphone>;
  readonly #context = new AudioContext();
  readonly #speaker = new Audio();
  readonly #listeners = new Set<() => void>();
  readonly #closed = new AbortController();
  #state = newSoftphone;
  #choice = rememberedChoice();
  #stream: MediaStream | undefined;
  #meter: ReturnType<typeof levelOf> | undefined;
  #agent: UA | undefined;
  #session: RTCSession | undefined;
  #ring: ReturnType<typeof ringTone> | undefined;
  #again: ReturnType<typeof setTimeout> | undefined;
  /** Runs while a call has lost its microphone. */
  #signOff: ReturnType<typeof setTimeout> | undefined;

  /** @param account what the box gives a signed-in agent */
  constructor(account: () => Promise<DeskSoftphone>) {
    this.#account = account;
    this.#speaker.autoplay = true;
    const { signal } = this.#closed;
    navigator.mediaDevices.addEventListener('devicechange', () => void this.#checkMicrophone(), { signal });
    addEventListener('pagehide', () => this.close(), { signal });
    // A browser may keep a page silent until somebody has touched it.
    for (const event of ['keydown', 'pointerdown'])
      addEventListener(event, () => void this.#context.resume(), { signal });
    void this.#begin();
  }

  get state(): SoftphoneState {
    return this.#state;
  }

  get choice(): AudioChoice {
    return this.#choice;
  }

  /** How loud the agent speaks, 0–1. */
  level(): number {
    return this.#meter?.level() ?? 0;
  }

  /** @returns what ends it */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  answer(): void {
    if (this.#state.call === 'ringing' && this.#stream) this.#session?.answer({ mediaStream: this.#stream });
  }

  /** Ends the call, or refuses the one that rings. */
  hangUp(): void {
    if (this.#session?.isEnded() === false) this.#session.terminate();
  }

  /** Takes the microphone, which may have been allowed or plugged in meanwhile. */
  async choose(choice: AudioChoice): Promise<void> {
    this.#choice = choice;
    rememberChoice(choice);
    await this.#openMicrophone();
    await this.#chooseSpeaker();
  }

  close(): void {
    if (this.#closed.signal.aborted) return;
    this.#closed.abort();
    clearTimeout(this.#again);
    clearTimeout(this.#signOff);
    this.#ring?.stop();
    this.#agent?.terminateSessions();
    this.#agent?.stop();
    this.#stopMicrophone();
    void this.#context.close();
  }

  async #begin(): Promise<void> {
    const { held } = await navigator.locks.query();
    if (held?.some(({ name }) => name === lockName)) this.#input({ type: 'link', is: 'elsewhere' });
    const gone = new Promise<void>((resolve) =>
      this.#closed.signal.addEventListener('abort', () => resolve()),
    );
    await navigator.locks
      .request(lockName, { signal: this.#closed.signal }, async () => {
        this.#input({ type: 'link', is: 'connecting' });
        await this.#openMicrophone();
        await this.#chooseSpeaker();
        await gone;
      })
      // Closed while it waited.
      .catch(() => undefined);
  }

  async #checkMicrophone(): Promise<void> {
    const [track] = this.#stream?.getAudioTracks() ?? [];
    if (this.#state.link !== 'elsewhere' && track?.readyState !== 'live') await this.#openMicrophone();
  }

  async #openMicrophone(): Promise<void> {
    const opened = await openMicrophone(this.#choice.microphone);
    this.#stopMicrophone();
    if (this.#closed.signal.aborted) {
      if (typeof opened !== 'string') for (const track of opened.getTracks()) track.stop();
      return;
    }
    if (typeof opened === 'string') {
      this.#input({ type: 'microphone', is: opened });
      // Without a microphone no call may come; a headset that slipped out is given time to come back.
      const soon = this.#state.call === 'talking' ? replugMs : 0;
      this.#signOff ??= setTimeout(() => this.#disconnect(), soon);
      return;
    }
    clearTimeout(this.#signOff);
    this.#signOff = undefined;
    this.#stream = opened;
    const [track] = opened.getAudioTracks();
    track?.addEventListener('ended', () => void this.#checkMicrophone());
    this.#meter = levelOf(this.#context, opened);
    this.#input({ type: 'microphone', is: 'ready' });
    const [sender] = this.#session?.connection?.getSenders() ?? [];
    if (sender && track) await sender.replaceTrack(track);
    if (!this.#agent) await this.#connect();
  }

  #stopMicrophone(): void {
    this.#meter?.close();
    this.#meter = undefined;
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = undefined;
  }

  async #chooseSpeaker(): Promise<void> {
    // One that is gone leaves the browser's choice.
    if ('setSinkId' in this.#speaker)
      await this.#speaker.setSinkId(this.#choice.speaker).catch(() => undefined);
  }

  async #connect(): Promise<void> {
    this.#input({ type: 'link', is: 'connecting' });
    const account = await this.#account().catch(() => undefined);
    if (this.#closed.signal.aborted || !this.#stream || this.#agent) return;
    if (!account) return this.#connectLater();
    const { extension, domain, ha1, port } = account;
    const agent = new UA({
      sockets: new WebSocketInterface(`wss://${location.hostname}:${port}`),
      uri: `sip:${extension}@${domain}`,
      authorization_user: extension,
      realm: domain,
      ha1,
      register_expires: registerSeconds,
      session_timers: false,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 10,
      user_agent: 'Branchline desk page',
    });
    this.#agent = agent;
    agent.on('registered', () => this.#input({ type: 'link', is: 'registered' }));
    agent.on('disconnected', () => this.#input({ type: 'link', is: 'connecting' }));
    agent.on('registrationFailed', ({ response }) => {
      // Without an answer the link is down, and JsSIP tries again.
      if (this.#agent !== agent || !response) return;
      this.#disconnect();
      this.#input({ type: 'link', is: 'refused' });
      this.#connectLater();
    });
    agent.on('newRTCSession', (event: IncomingRTCSessionEvent) =>
      this.#onSession(event.session, event.request),
    );
    agent.start();
  }

  #disconnect(): void {
    const agent = this.#agent;
    this.#agent = undefined;
    agent?.stop();
    if (this.#state.link !== 'elsewhere') this.#input({ type: 'link', is: 'connecting' });
  }

  #connectLater(): void {
    clearTimeout(this.#again);
    this.#again = setTimeout(() => void this.#connect(), againMs);
  }

  #onSession(session: RTCSession, request: Pick<IncomingRequest, 'from' | 'getHeader'>): void {
    if (this.#session && !isDead(this.#session)) return session.terminate({ status_code: 486 });
    this.#session?.terminate();
    this.#session = session;
    this.#input({ type: 'invited', caller: request.from.display_name || request.from.uri.user });
    session.on('peerconnection', ({ peerconnection }) => {
      peerconnection.addEventListener('connectionstatechange', () => {
        if (peerconnection.connectionState === 'failed' && !session.isEnded()) session.terminate();
      });
      peerconnection.addEventListener('track', ({ streams, track }) => {
        this.#speaker.srcObject = streams[0] ?? new MediaStream([track]);
        void this.#speaker.play().catch(() => undefined);
      });
    });
    session.on('accepted', () => this.#input({ type: 'answered' }));
    const over = (): void => {
      if (this.#session !== session) return;
      this.#session = undefined;
      this.#speaker.srcObject = null;
      this.#input({ type: 'ended' });
    };
    session.on('ended', over);
    session.on('failed', over);
    if (/answer-after=0/.test(request.getHeader('Call-Info') ?? '')) this.answer();
  }

  #input(input: SoftphoneInput): void {
    const before = this.#state;
    this.#state = nextSoftphone(before, input);
    if (this.#state.call !== before.call) {
      this.#ring?.stop();
      this.#ring = this.#state.call === 'ringing' ? ringTone(this.#context) : undefined;
    }
    for (const listener of this.#listeners) listener();
  }
}

/** Whether the far end has vanished without a word, as after a crash of FreeSWITCH: its sound does not come any more. */
function isDead(session: RTCSession): boolean {
  const state = session.connection?.connectionState;
  return state === 'disconnected' || state === 'failed' || state === 'closed';
}
