export * from './far-end.ts';
export * from './goertzel.ts';
export * from './line-sound.ts';
export * from './sim.ts';
export * from './world.ts';
