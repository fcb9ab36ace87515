/** What is looked at, in the order of the table; what stands on something comes after it. */
export type CheckName =
  | 'edge'
  | 'plan'
  | 'center'
  | 'clock'
  | 'disk'
  | 'switch'
  | 'overlay'
  | 'phones'
  | 'driver'
  | 'alarm'
  | 'clocking'
  | 'd-channel'
  | 'device'
  | 'sim'
  | 'signal'
  | 'network'
  | 'audio'
  | 'balance'
  | 'sip'
  | 'limits'
  | 'call'
  | 'voice';

/** Parts of a box, from the metal up. */
export type Layer = 'box' | 'hardware' | 'radio' | 'sip' | 'protection' | 'test-call';

/** `warn`: it works and deserves a look. `skip`: it was not looked at, and the detail says why. */
export type CheckResult = 'ok' | 'warn' | 'fail' | 'skip';

/** What was found about one thing, in the language that was asked for. */
export interface Check {
  readonly layer: Layer;
  readonly line?: string;
  readonly check: CheckName;
  readonly result: CheckResult;
  readonly detail: string;
  /** What to do; empty when there is nothing. */
  readonly advice: string;
}

export const layerOf: Readonly<Record<CheckName, Layer>> = {
  edge: 'box',
  plan: 'box',
  center: 'box',
  clock: 'box',
  disk: 'box',
  switch: 'box',
  overlay: 'box',
  phones: 'box',
  driver: 'hardware',
  alarm: 'hardware',
  clocking: 'hardware',
  'd-channel': 'hardware',
  device: 'hardware',
  sim: 'radio',
  signal: 'radio',
  network: 'radio',
  audio: 'hardware',
  balance: 'radio',
  sip: 'sip',
  limits: 'protection',
  call: 'test-call',
  voice: 'test-call',
};
