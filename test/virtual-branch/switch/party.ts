/** What the switch offers a party it calls. */
export interface Invitation {
  /** The switch's channel. */
  readonly channel: string;
  /** The number or user in the request. */
  readonly to: string;
  readonly callerNumber: string;
  readonly callerName: string;
  /** The gateway the call went out on; absent for desk phones. */
  readonly gateway: string | undefined;
  /** SIP headers set with `sip_h_*`. */
  readonly headers: ReadonlyMap<string, string>;
  /** Whether the call asks the phone to answer by itself. */
  readonly autoAnswer: boolean;
}

/** How a party acts on its side of a call. Acts that come too late are ignored, as a SIP stack would. */
export interface PartyLink {
  /** 180. */
  ring(): void;
  /** 183 with audio. */
  earlyMedia(): void;
  /** 200. */
  answer(): void;
  /** A final failure, 300–699. */
  reject(status: number): void;
  /** BYE or CANCEL. */
  hangUp(): void;
  sendDtmf(digits: string): void;
}

/** The other end of a leg: a phone, a customer. Every reaction is optional but the last. */
export interface Party {
  /** The user agent text the switch sees. */
  readonly userAgent?: string;
  /** The tone it says into recordings, Hz; 440 when absent. An echo of a tone says that tone. */
  readonly voice?: number;
  /** What is heard of it instead, 8 kHz: by the network before the answer, by itself from the answer on; then silence. */
  readonly says?: { readonly early?: Int16Array; readonly answer?: Int16Array };
  /** The call it placed is ringing. */
  ringing?(): void;
  /** The call it placed has audio before the answer. */
  early?(): void;
  /** The call is up. */
  answered?(): void;
  /** It now hears another leg. */
  bridged?(otherChannel: string): void;
  unbridged?(): void;
  /** The switch plays a file or tone to it. */
  heard?(what: string): void;
  dtmf?(digit: string): void;
  held?(held: boolean): void;
  /** The call is over. */
  released(cause: string): void;
}

/** Decides who answers an invitation: called once a leg is created, returns the party and drives the link. */
export type Answerer = (invitation: Invitation, link: PartyLink) => Party;
