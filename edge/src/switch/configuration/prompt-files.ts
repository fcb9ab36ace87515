import { join } from 'node:path';
import { promptLanguages, type PromptRecording } from '@branchline/shared';
import type { SwitchSettings } from './settings.ts';

type Folders = Pick<SwitchSettings, 'promptsFolder' | 'ownPromptsFolder'>;

/** Samples a second that a recording is kept in: FreeSWITCH takes the file of a call's own rate from the folder of its name. */
export const recordingRates = [8000, 16_000] as const;

/** Folder of the recordings that the center delivers. */
export function recordingsHome({ ownPromptsFolder }: Pick<Folders, 'ownPromptsFolder'>): string {
  return join(ownPromptsFolder, 'recorded');
}

/** Name of a recording's file: a new version never takes the place of one that is being played. */
export function recordingFile({ sha256 }: Pick<PromptRecording, 'sha256'>): string {
  return `${sha256.slice(0, 32)}.wav`;
}

/** The recordings of a prompt, in the order in which it is said. */
export function recordingsOf(recordings: readonly PromptRecording[], prompt: string): PromptRecording[] {
  return promptLanguages.flatMap(
    (language) => recordings.find((each) => each.prompt === prompt && each.language === language) ?? [],
  );
}

/** What is played for a prompt that is no text: its recordings, or what the box was shipped with. */
export function promptFiles(
  folders: Folders,
  recordings: readonly PromptRecording[] | undefined,
  prompt: string,
): string[] {
  const own = recordingsOf(recordings ?? [], prompt).map((each) =>
    join(recordingsHome(folders), recordingFile(each)),
  );
  return own.length > 0 ? own : [join(folders.promptsFolder, `${prompt}.wav`)];
}

/** What FreeSWITCH plays files with, one after the other. */
export function playable(files: readonly string[]): string {
  return files.length === 1 ? files[0]! : `file_string://${files.join('!')}`;
}
