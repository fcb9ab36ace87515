export { FlowRunner } from './flow-runner.ts';
export { PromptSounds } from './prompt-sounds.ts';
