/** How often music is played in one order: longer than anybody waits. */
const repeats = 100;

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
 * What somebody who waits hears, as FreeSWITCH takes it: announcements first, then music until the leg is bridged or broken off.
 * @param music name of a prompt; absent: a tone
 * @param filesOf the files of a prompt
 */
export function waitingSound(
  music: string | undefined,
  announcements: readonly string[],
  filesOf: (prompt: string) => readonly string[],
): string {
  const parts = [
    ...announcements.flatMap(filesOf),
    ...(music === undefined ? [tone] : Array.from({ length: repeats }, () => filesOf(music)).flat()),
  ];
  return parts.length === 1 ? tone : `file_string://${parts.join('!')}`;
}
