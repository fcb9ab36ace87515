import Type, { type Static } from 'typebox';
import { closed, oneOf } from './primitives.ts';

/**
 * Ways of coding speech, by the names of their RTP formats. G.729 is passed from one end to the other and cannot be heard in between: calls in it
 * have no recording, no prompts and no detection of machines.
 */
export const Codec = oneOf(['PCMA', 'PCMU', 'OPUS', 'G722', 'G729']);
export type Codec = Static<typeof Codec>;

const Codecs = Type.Array(Codec, { minItems: 1, maxItems: 5, uniqueItems: true });

/** What is spoken, the preferred first: the order of the box decides, not that of the far end. */
export const CodecPolicy = closed({ phones: Codecs, lines: Codecs });
export type CodecPolicy = Static<typeof CodecPolicy>;

/** G.711 goes through E1 spans and carriers as it is; phones speak wideband among themselves when they know nothing else. */
export const defaultCodecs: CodecPolicy = {
  phones: ['PCMA', 'PCMU', 'OPUS', 'G722'],
  lines: ['PCMA', 'PCMU'],
};

/** Whether FreeSWITCH can hear what goes through it: recordings, prompts and whoever listens need that. */
export function canBeHeard({ phones, lines }: CodecPolicy): boolean {
  return ![...phones, ...lines].includes('G729');
}

/** What cannot work of a policy: first problem found, with its place. @param modems whether there are GSM modems in the box */
export function findCodecProblem(
  { phones, lines }: CodecPolicy,
  modems: boolean,
): { place: string; problem: string } | undefined {
  const all = [...phones, ...lines];
  if (all.includes('G729') && all.some((codec) => codec !== 'G729'))
    return {
      place: '/codecs',
      problem: 'G.729 cannot be translated: either phones and lines speak nothing else, or none of them does',
    };
  if (modems && !lines.includes('PCMA'))
    return { place: '/codecs/lines', problem: 'the GSM modems of this box speak PCMA' };
  return undefined;
}
