export { FlowRunner } from './flow-runner.ts';
export { playable, PromptSounds } from './prompt-sounds.ts';
