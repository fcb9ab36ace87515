import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Folder of a business day (UTC) below the recordings, e.g. `2026/11/21`. */
export function dayFolder(root: string, at: number): string {
  return join(root, new Date(at).toISOString().slice(0, 10).replaceAll('-', '/'));
}

/** Path of a call's recording: stereo WAV, left the customer, right the agent. */
export function recordingPath(root: string, call: string, at: number): string {
  return join(dayFolder(root, at), `${call}.wav`);
}

/** Makes today's and tomorrow's folder: FreeSWITCH does not make them, and midnight must not cost a recording. */
export async function makeDayFolders(root: string, at: number): Promise<void> {
  for (const day of [at, at + 86_400_000]) await mkdir(dayFolder(root, day), { recursive: true });
}
