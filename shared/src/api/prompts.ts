import Type, { type Static } from 'typebox';
import { closed, Count, Instant, Label, Millis } from '../contract/primitives.ts';
import { PromptRecording } from '../flow/flow.ts';

/** One version of a prompt's recording in one language: who stored it, when and why. */
export const PromptVersion = closed({
  ...PromptRecording.properties,
  version: Count,
  at: Instant,
  by: Label,
  why: Type.Optional(Label),
  ms: Millis,
  /** Of its loudest tenth of a second, dB of full scale. */
  levelDb: Type.Number(),
});
export type PromptVersion = Static<typeof PromptVersion>;

/** Prompts that every branch has from the start, and that a recording may take the place of. */
export const shippedPrompts = [
  'safe-harbour',
  'closed',
  'offline',
  'after-the-tone',
  'call-back',
  'voicemail',
  ...['1', '2', '3', '4', '5', 'more'].map((place) => `position-${place}`),
  ...['1', '2', '3', '5', '10', 'more'].map((minutes) => `wait-${minutes}`),
] as const;
