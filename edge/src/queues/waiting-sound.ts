/** FreeSWITCH plays at most 128 files in one order. */
const mostParts = 120;

const tone = 'tone_stream://%(1000,4000,450);loops=-1';

/** Minutes of waiting that there is a prompt for. */
const announcedMinutes = [1, 2, 3, 5, 10];

/** The highest place in line that there is a prompt for. */
const lastAnnouncedPlace = 5;

/**
 * Prompts that say a place in line, 1 for who is next, and how long it will take.
 * @param waitMs absent: it is not known
 */
export function announcement(position: number, waitMs?: number): readonly string[] {
  const place = `position-${position > lastAnnouncedPlace ? 'more' : position}`;
  if (waitMs === undefined) return [place];
  const minutes = announcedMinutes.find((each) => each * 60_000 >= waitMs);
  return [place, `wait-${minutes ?? 'more'}`];
}

/**
 * What somebody who waits hears, as FreeSWITCH takes it, until the leg is bridged or broken off: announcements first, then music over and
 * over. A tone follows, for good: nobody waits in silence, however short the music is and however late the next announcement.
 * @param music name of a prompt; absent: a tone
 * @param filesOf the files of a prompt
 */
export function waitingSound(
  music: string | undefined,
  announcements: readonly string[],
  filesOf: (prompt: string) => readonly string[],
): string {
  const first = announcements.flatMap(filesOf);
  const files = music === undefined ? [] : filesOf(music);
  const repeats = files.length === 0 ? 0 : Math.floor((mostParts - 1 - first.length) / files.length);
  const parts = [...first, ...Array.from({ length: repeats }, () => files).flat(), tone];
  return parts.length === 1 ? tone : `file_string://${parts.join('!')}`;
}
