import type { SoundTarget } from '@branchline/hardware';

/** Sound as G.711 A-law, the one codec between FreeSWITCH and a modem; both ends are on this machine. */
const aLaw = 8;

/** Where an offer or an answer wants its RTP; undefined when it holds no G.711 A-law, or is not from this machine. */
export function soundTarget(sdp: string, from: readonly string[]): SoundTarget | undefined {
  const host = /^c=IN IP4 (\S+)/m.exec(sdp)?.[1];
  const media = /^m=audio (\d{1,5}) RTP\/AVP ([\d ]+)/m.exec(sdp);
  if (!media || host === undefined || !from.includes(host)) return undefined;
  const port = Number(media[1]);
  const fits = media[2]!.split(' ').includes(String(aLaw)) && port > 0 && port < 65_536;
  return fits ? { host, port } : undefined;
}

/** An offer or an answer (RFC 4566, RFC 3264): our sound is on `port` of 127.0.0.1. */
export function describeSound(port: number, session: number): string {
  return [
    'v=0',
    `o=- ${session} 1 IN IP4 127.0.0.1`,
    's=-',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    `m=audio ${port} RTP/AVP ${aLaw}`,
    `a=rtpmap:${aLaw} PCMA/8000`,
    'a=ptime:20',
    '',
  ].join('\r\n');
}
