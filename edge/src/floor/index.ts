export { Floor } from './floor.ts';
