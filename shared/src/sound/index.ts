/** Recordings of prompts: read, checked, made into what is played. */
export * from './recording.ts';
export * from './resample.ts';
export * from './wav.ts';
