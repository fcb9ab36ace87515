/** The way to and from the branches: a broker of our own or somebody else's, behind one interface. */
export * from './embedded-broker.ts';
export * from './external-broker.ts';
export * from './fleet-bus.ts';
export { ForbiddenTopics } from './forbidden-topics.ts';
