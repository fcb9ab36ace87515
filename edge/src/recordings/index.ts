export { makeDayFolders, recordingPath } from './paths.ts';
