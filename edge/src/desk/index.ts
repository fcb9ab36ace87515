export { Desk } from './desk.ts';
export { DeskFloor } from './desk-floor.ts';
