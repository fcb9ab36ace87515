export { noErrors, readProcSpan } from './proc-span.ts';
export * from './span-source.ts';
