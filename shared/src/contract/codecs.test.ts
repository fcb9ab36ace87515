import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CodecPolicy, defaultCodecs, findCodecProblem, type Codec } from './codecs.ts';
import { findProblem } from './validate.ts';

const codecs = fc.uniqueArray(fc.constantFrom<Codec>('PCMA', 'PCMU', 'OPUS', 'G722', 'G729'), {
  minLength: 1,
});

test('what is accepted can always be translated: G.729 stands alone or not at all, modems hear A-law', () => {
  fc.assert(
    fc.property(codecs, codecs, fc.boolean(), (phones, lines, modems) => {
      expect(findProblem(CodecPolicy, { phones, lines })).toBeUndefined();
      const all = new Set([...phones, ...lines]);
      const works = (!all.has('G729') || all.size === 1) && (!modems || lines.includes('PCMA'));
      expect(findCodecProblem({ phones, lines }, modems) === undefined).toBe(works);
    }),
  );
});

test('the default works everywhere; an empty or repeated choice is no policy', () => {
  expect(findCodecProblem(defaultCodecs, true)).toBeUndefined();
  for (const phones of [[], ['PCMA', 'PCMA'], ['GSM'], 'PCMA'])
    expect(findProblem(CodecPolicy, { ...defaultCodecs, phones })).toBeDefined();
});
