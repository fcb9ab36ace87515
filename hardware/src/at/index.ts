export * from './at-channel.ts';
export * as at from './commands.ts';
export type { AtCommand, IccidForm, RegistrationDomain } from './commands.ts';
export * from './line-reader.ts';
export * from './refusal.ts';
export * from './result.ts';
