export { speaksByBrowser } from './softphone.ts';
export { Desk } from './desk.ts';
export { DeskFloor } from './desk-floor.ts';
export { Forms } from './forms.ts';
export { Training } from './training/training.ts';
