import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import type { SwitchCore } from './core.ts';
import type { Session } from './session.ts';

/** How long a file or stream plays, in business ms; Infinity for endless ones, undefined when there is no such file. */
export function playingTime(core: SwitchCore, what: string): number | undefined {
  const [scheme, rest] = what.includes('://') ? split(what) : (['file', what] as const);
  switch (scheme) {
    case 'silence_stream': {
      const ms = Number.parseInt(rest, 10);
      return ms < 0 ? Number.POSITIVE_INFINITY : ms || 0;
    }
    case 'tone_stream':
      return toneTime(rest);
    case 'local_stream':
      return core.configuration.streams.has(rest) ? Number.POSITIVE_INFINITY : undefined;
    case 'file_string':
      return rest.split('!').reduce<number | undefined>((sum, file) => {
        const time = playingTime(core, file);
        return time === undefined ? sum : (sum ?? 0) + time;
      }, undefined);
    case 'file':
      return fileTime(rest);
    default:
      return undefined;
  }
}

function split(what: string): [string, string] {
  const at = what.indexOf('://');
  return [what.slice(0, at), what.slice(at + 3)];
}

/** `%(on,off,hz…)` teletones, repeated `;loops=n` times (-1 = for ever); `L=n` and `v=` prefixes are understood or ignored. */
function toneTime(spec: string): number {
  const [tones = '', ...options] = spec.split(/;(?=loops=)/);
  const loops = Number(/loops=(-?\d+)/.exec(options.join(';'))?.[1] ?? /L=(-?\d+)/.exec(tones)?.[1] ?? 1);
  if (loops < 0) return Number.POSITIVE_INFINITY;
  let ms = 0;
  for (const match of tones.matchAll(/%\(\s*(\d+)\s*,\s*(\d+)/g)) ms += Number(match[1]) + Number(match[2]);
  return ms * Math.max(1, loops);
}

function fileTime(path: string): number | undefined {
  if (!existsSync(path)) return undefined;
  const size = statSync(path).size;
  if (!path.endsWith('.wav')) return Math.max(20, size / 8);
  const header = Buffer.alloc(44);
  const file = openSync(path, 'r');
  readSync(file, header, 0, 44, 0);
  closeSync(file);
  const bytesPerSecond = header.toString('latin1', 0, 4) === 'RIFF' ? header.readUInt32LE(28) : 16_000;
  return bytesPerSecond > 0 ? (Math.max(0, size - 44) * 1000) / bytesPerSecond : 0;
}

/**
 * Plays to a leg until the end, a break, a terminating digit or the leg leaves.
 * @returns the text of `Application-Response`
 */
export async function play(session: Session, what: string): Promise<string> {
  const { core, channel } = session;
  const time = playingTime(core, what);
  if (time === undefined) {
    return setResponse(session, 'FILE NOT FOUND');
  }
  const headers = [
    ['Playback-File-Type', what.includes('://') ? (what.split('://')[0] ?? 'file') : 'file'],
    ['Playback-File-Path', what],
  ] as const;
  channel.emit('PLAYBACK_START', headers);
  session.party?.heard?.(what);
  const terminators = channel.get('playback_terminators') ?? '*';
  let digit = false;
  const digits = session.onDigit;
  session.onDigit = (pressed) => {
    digits?.(pressed);
    if (terminators === 'none' || !(terminators === 'any' || terminators.includes(pressed))) return;
    digit = true;
    channel.set('playback_terminator_used', pressed);
    session.signal();
  };
  session.clearBreak();
  const started = core.options.business.monotonic();
  const end = await session.pause({
    ...(Number.isFinite(time) && { ms: time }),
    breakable: true,
    until: () => digit,
  });
  session.onDigit = digits;
  const ms = Math.round(Math.min(time, core.options.business.monotonic() - started));
  channel.set('playback_last_offset_pos', String(ms * 8));
  channel.set('playback_seconds', String(Math.floor(ms / 1000)));
  channel.set('playback_ms', String(ms));
  channel.set('playback_samples', String(ms * 8));
  channel.emit('PLAYBACK_STOP', [...headers, ['Playback-Status', end === 'elapsed' ? 'done' : 'break']]);
  return setResponse(session, session.hungUp ? 'PLAYBACK ERROR' : 'FILE PLAYED');
}

function setResponse(session: Session, response: string): string {
  session.channel.set('current_application_response', response);
  return response;
}
