/** What can be said of the phone in the page. */
export interface SoftphoneState {
  /** `refused`: by the person or their browser; `missing`: there is none, or another program has it. */
  readonly microphone: 'asking' | 'ready' | 'refused' | 'missing';
  /** `elsewhere`: another tab of this browser is the phone; `refused`: the box does not take the account. */
  readonly link: 'elsewhere' | 'connecting' | 'registered' | 'refused';
  readonly call: 'none' | 'ringing' | 'talking';
  /** Who calls, as the box says it. */
  readonly caller: string;
}

export type SoftphoneInput =
  | { readonly type: 'microphone'; readonly is: SoftphoneState['microphone'] }
  | { readonly type: 'link'; readonly is: SoftphoneState['link'] }
  | { readonly type: 'invited'; readonly caller: string }
  | { readonly type: 'answered' | 'ended' };

export const newSoftphone: SoftphoneState = {
  microphone: 'asking',
  link: 'connecting',
  call: 'none',
  caller: '',
};

/** The next state; an input that means nothing now changes nothing. */
export function nextSoftphone(state: SoftphoneState, input: SoftphoneInput): SoftphoneState {
  switch (input.type) {
    case 'microphone':
      return { ...state, microphone: input.is };
    case 'link':
      // A call outlives its signalling: the sound takes a way of its own.
      return { ...state, link: input.is };
    case 'invited':
      return state.call === 'none' ? { ...state, call: 'ringing', caller: input.caller } : state;
    case 'answered':
      return state.call === 'ringing' ? { ...state, call: 'talking' } : state;
    case 'ended':
      return { ...state, call: 'none', caller: '' };
  }
}

/** The one thing an agent has to know now. A call comes first, then what keeps calls from coming. */
export function shownSoftphone({ microphone, link, call }: SoftphoneState) {
  if (call !== 'none') return call;
  if (link === 'elsewhere') return 'elsewhere';
  if (microphone === 'refused' || microphone === 'missing' || microphone === 'asking')
    return `microphone-${microphone}` as const;
  return link;
}
