export { listeningFolder, makeDayFolders, makeListeningFolder, recordingPath } from './paths.ts';
