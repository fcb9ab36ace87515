export * from './far-end.ts';
export * from './line-sound.ts';
export * from './sim.ts';
export * from './world.ts';
