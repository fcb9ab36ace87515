/** What both ends need of the operating system: durable files, logging, process plumbing. */
export * from './command-line.ts';
export * from './dnc-list.ts';
export * from './durable-file.ts';
export * from './local-host.ts';
export * from './log.ts';
export * from './number-tables.ts';
export * from './process.ts';
export * from './request-errors.ts';
