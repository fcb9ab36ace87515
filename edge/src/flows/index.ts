export { FlowRunner } from './flow-runner.ts';
export { PromptSounds } from './prompt-sounds.ts';
export { Recogniser, type RecogniserSettings } from './recogniser.ts';
export { RecordingStore } from './recording-store.ts';
