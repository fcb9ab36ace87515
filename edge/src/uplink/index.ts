export { ArtifactStore } from './artifacts.ts';
export { clockTrust, ClockWatch } from './clock-trust.ts';
export { CommandDesk, type CommandHandlers } from './commands.ts';
export { LiveFeed } from './live-feed.ts';
export { UplinkLink } from './link.ts';
export { OutboxSender } from './outbox-sender.ts';
export { Questions } from './questions.ts';
