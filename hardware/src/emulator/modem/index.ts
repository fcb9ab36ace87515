export * from './emulated-modem.ts';
export { personality, type Personality } from './personality.ts';
