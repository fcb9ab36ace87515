export { openDoor, type Door, type DoorOptions } from './door.ts';
export { doorPath, DoorStatus, type TestCallResult } from './status.ts';
