export { Guests } from './guests.ts';
export { Queues, rememberedCustomers, type SoughtAway } from './queues.ts';
