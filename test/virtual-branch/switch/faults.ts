/** What goes wrong on command; every field may be changed while the switch runs. */
export interface Faults {
  /** Accept connections and never say a word. */
  mute: boolean;
  /** Refuse every connection as an ACL would. */
  refuse: boolean;
  /** Every password is wrong. */
  wrongPassword: boolean;
  /** Write to the socket in pieces of this many bytes; 0 = whole frames. */
  chunkBytes: number;
  /** Hold frames back this long (real ms) so that several arrive in one read. */
  coalesceMs: number;
  /** Delay of every reply to `api` and `bgapi`, real ms. */
  replyDelayMs: number;
  /** When the result of an originate is announced: by nature, before the failed leg is reported, or after it is gone. */
  jobOrder: 'natural' | 'before-hangup' | 'after-destroy';
  /** DETECTED_TONE comes once without and once with the channel, as the real one does. */
  duplicateTones: boolean;
  /** Text of `sip_user_agent` of far ends instead of their own. */
  userAgent: string | undefined;
  /** Frames a listener may leave unread before it loses events; after 500 lost ones it is dropped. */
  listenerQueue: number;
  /** How long mod_json_cdr needs to write, real ms. */
  cdrDelayMs: number;
}

export function noFaults(): Faults {
  return {
    mute: false,
    refuse: false,
    wrongPassword: false,
    chunkBytes: 0,
    coalesceMs: 0,
    replyDelayMs: 0,
    jobOrder: 'natural',
    duplicateTones: true,
    userAgent: undefined,
    listenerQueue: 100_000,
    cdrDelayMs: 0,
  };
}
