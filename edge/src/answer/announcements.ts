import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import Type from 'typebox';
import { BranchlineError, causeOfAnnouncement, check, problemOf } from '@branchline/shared';
import { readWav } from '@branchline/hardware';
import { learn, type Fingerprint } from './fingerprint.ts';
import { lines } from './spectrum.ts';
import { sound } from './sound.ts';

const File = Type.Object(
  {
    says: Type.String({ minLength: 1, maxLength: 500 }),
    points: Type.Array(
      Type.Tuple([
        Type.Integer({ minimum: 0, maximum: 4000 }),
        Type.Integer({ minimum: 0, maximum: lines - 1 }),
      ]),
      { minItems: 50, maxItems: 10_000 },
    ),
  },
  { additionalProperties: false },
);

/**
 * Learns an announcement of a network from a recording of it.
 * @param wav 16-bit PCM at 8 kHz; its first channel
 * @param says its words, which have to say what became of the call
 * @returns the content of the file that makes an edge recognise it
 * @throws BranchlineError `BL_ANNOUNCEMENT_INVALID` when the words or the sound tell nothing
 */
export function announcementFile(wav: Uint8Array, says: string): string {
  const problem = (text: string): BranchlineError =>
    new BranchlineError('BL_ANNOUNCEMENT_INVALID', { problem: text });
  if (!causeOfAnnouncement(says)) throw problem(`"${says}" does not say what became of a call`);
  const read = readWav(wav);
  if (read?.rate !== sound.rate) throw problem('the recording is not a 16-bit WAV at 8 kHz');
  const { points } = learn('', says, read.channels[0]!);
  check(File, { says, points }, 'BL_ANNOUNCEMENT_INVALID', {});
  return `${JSON.stringify({ says, points })}\n`;
}

/**
 * Reads the announcements that a box recognises: `NAME.json` in a folder that need not be there.
 * @param onProblem a file that is left out, and why
 */
export async function readAnnouncements(
  folder: string,
  onProblem: (error: BranchlineError, file: string) => void,
): Promise<Fingerprint[]> {
  const names = await readdir(folder).catch(() => []);
  const found: Fingerprint[] = [];
  for (const name of names.filter((each) => each.endsWith('.json')).toSorted()) {
    try {
      const content: unknown = JSON.parse(await readFile(join(folder, name), 'utf8'));
      const { says, points } = check(File, content, 'BL_ANNOUNCEMENT_INVALID', {});
      found.push({ name: basename(name, '.json'), says, points });
    } catch (error) {
      onProblem(
        error instanceof BranchlineError
          ? error
          : new BranchlineError('BL_ANNOUNCEMENT_INVALID', { problem: problemOf(error) }, error),
        name,
      );
    }
  }
  return found;
}
