export { askDoor } from './ask.ts';
export { isHeld, openDoor, type Door, type DoorOptions } from './door.ts';
export { doorPath, DoorPhones, DoorStatus, TestCallResult } from './status.ts';
