/** Devices that are not there, and the world they share. */
export type { Cable } from './cable.ts';
export * from './gateway/index.ts';
export type { Emulation, Kind, KindContext } from './kind.ts';
export * from './modem/index.ts';
export { PtyCable } from './pty.ts';
export * from './span/index.ts';
export * from './world/index.ts';
