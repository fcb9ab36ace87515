export * from './at/index.ts';
export * from './port/index.ts';
export * from './sms/index.ts';
