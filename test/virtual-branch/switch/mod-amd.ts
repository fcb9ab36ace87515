import type { Session } from './session.ts';

const rate = 8000;
const frameMs = 20;
const frame = (rate * frameMs) / 1000;

/** As its authors set it, ms but for words and level. */
const settings = {
  initialSilence: 2500,
  greeting: 1500,
  afterGreetingSilence: 800,
  totalAnalysisTime: 5000,
  minWordLength: 100,
  betweenWordsSilence: 50,
  maximumNumberOfWords: 3,
  maximumWordLength: 5000,
  silenceThreshold: 256,
} as const;

/** What mod_amd makes of what it hears, and when. */
interface Verdict {
  readonly result: 'MACHINE' | 'HUMAN' | 'NOTSURE';
  readonly cause: string;
  readonly ms: number;
}

/** The application `amd`: blocks the leg until the module has made up its mind, which it leaves in two variables. */
export async function amd(session: Session): Promise<undefined> {
  const { channel, core } = session;
  const { real } = core.options;
  const before = (core.micros() - channel.times.answered) / 1000;
  const { result, cause, ms } = judge(session.party?.says?.answer, Math.max(0, before));
  if ((await session.pause({ ms, clock: real })) === 'left') return;
  channel.set('amd_result', result);
  channel.set('amd_cause', cause);
  return;
}

/**
 * Counts words and silences by the mean level of each frame.
 * @param said what the party says from its answer on; absent: a tone
 * @param fromMs where in it the listening begins
 */
function judge(said: Int16Array | undefined, fromMs: number): Verdict {
  let [silence, voice, words] = [0, 0, 0];
  let [initial, greeting, inWord] = [true, false, true];
  for (let ms = frameMs; ms <= settings.totalAnalysisTime; ms += frameMs) {
    const machine = (cause: string): Verdict => ({ result: 'MACHINE', cause, ms });
    if (level(said, fromMs + ms - frameMs) < settings.silenceThreshold) {
      silence += frameMs;
      if (silence >= settings.betweenWordsSilence) [inWord, voice] = [false, 0];
      if (initial && silence >= settings.initialSilence) return machine('INITIALSILENCE');
      if (greeting && silence >= settings.afterGreetingSilence)
        return { result: 'HUMAN', cause: 'HUMAN', ms };
      continue;
    }
    voice += frameMs;
    if (voice < settings.minWordLength) continue;
    if (!inWord) [inWord, words] = [true, words + 1];
    if (voice >= settings.maximumWordLength) return machine('MAXWORDLENGTH');
    if (words >= settings.maximumNumberOfWords) return machine('MAXWORDS');
    if (greeting && voice >= settings.greeting) return machine('LONGGREETING');
    [silence, initial, greeting] = [0, false, true];
  }
  return { result: 'NOTSURE', cause: 'TOOLONG', ms: settings.totalAnalysisTime };
}

function level(said: Int16Array | undefined, ms: number): number {
  if (!said) return 6000;
  const from = Math.round((ms * rate) / 1000);
  return said.subarray(from, from + frame).reduce((sum, sample) => sum + Math.abs(sample), 0) / frame;
}
