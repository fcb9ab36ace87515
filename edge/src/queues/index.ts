export { Queues, rememberedCustomers } from './queues.ts';
