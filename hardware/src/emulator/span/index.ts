export * from './emulated-span.ts';
export { answerFtdm } from './ftdm-console.ts';
export * from './ftdm-socket.ts';
export type { SeizedChannel, SpanDial } from './hunting.ts';
export * from './span-box.ts';
export type { SpanChannel } from './span-channel.ts';
export { SpanDirectory } from './span-directory.ts';
