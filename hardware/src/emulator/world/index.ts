export * from './far-end.ts';
export * from './sim.ts';
export * from './world.ts';
