export * from './commands.ts';
export * from './replies.ts';
export * from './trap.ts';
