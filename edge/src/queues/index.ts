export { Guests } from './guests.ts';
export { rememberedCustomers } from './last-agents.ts';
export type { SoughtAway } from './other-sites.ts';
export { Queues } from './queues.ts';
export { queuesOf, servedBy } from './served.ts';
export { waitingSound } from './waiting-sound.ts';
