import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Folder of a business day (UTC) below the recordings, e.g. `2026/11/21`. */
export function dayFolder(root: string, at: number): string {
  return join(root, new Date(at).toISOString().slice(0, 10).replaceAll('-', '/'));
}

/** Path of a call's recording: stereo WAV, left the customer, right the agent. */
export function recordingPath(root: string, call: string, at: number): string {
  return join(dayFolder(root, at), `${call}.wav`);
}

/** Where what is only listened to is written, for moments. */
export function listeningFolder(root: string): string {
  return join(root, 'listening');
}

/** Makes that folder, without what an edge that died has left in it. */
export async function makeListeningFolder(root: string): Promise<void> {
  await rm(listeningFolder(root), { recursive: true, force: true });
  await mkdir(listeningFolder(root), { recursive: true });
}

/** Makes today's and tomorrow's folder: FreeSWITCH does not make them, and midnight must not cost a recording. */
export async function makeDayFolders(root: string, at: number): Promise<void> {
  for (const day of [at, at + 86_400_000]) await mkdir(dayFolder(root, day), { recursive: true });
}
