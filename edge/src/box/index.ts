/** A box as somebody who stands before it sees it: through the door of the running edge, or with the edge stopped. */
export { askDoor, DoorPhones, DoorStatus, isHeld, TestCallResult } from '../door/index.ts';
export { factsOf, type BoxFacts } from './facts.ts';
export { lookAtBox, type LookOptions } from './look.ts';
