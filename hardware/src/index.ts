/** What is plugged into the box. Emulators have a door of their own, `@branchline/hardware/emulator`. */
export * from './at/index.ts';
export * from './audio/index.ts';
export * from './gateway/index.ts';
export * from './modem/index.ts';
export * from './port/index.ts';
export * from './sms/index.ts';
export * from './span/index.ts';
