import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { spanFixture } from '../../../testing/span-laboratory.ts';
import {
  checkSpanFiles,
  readFreetdmConf,
  readFreetdmXml,
  readSystemConf,
  type ConfigFinding,
} from './index.ts';

const told = (findings: readonly ConfigFinding[]): string[] =>
  findings.map(({ line, severity, problem }) => `${line} ${severity} ${problem}`);

describe('the files of the reference have no mistakes', () => {
  test.each(['system-e1.conf', 'system-t1.conf'])('%s', (name) => {
    expect(readSystemConf(spanFixture(name)).findings).toEqual([]);
  });

  test('all three together', () => {
    const files = {
      systemConf: spanFixture('system-e1.conf'),
      freetdmConf: spanFixture('freetdm.conf'),
      freetdmXml: spanFixture('freetdm.conf.xml'),
    };
    expect(checkSpanFiles(files)).toEqual([]);
  });
});

describe('every mistake in system.conf has its line', () => {
  const tones = 'loadzone=cn\ndefaultzone=cn';
  const good = 'span=1,1,0,ccs,hdb3,crc4\nbchan=1-15,17-31\ndchan=16';
  test.each<readonly [string, string, readonly string[]]>([
    [
      'a channel twice',
      `${good}\nbchan=16-17\n${tones}`,
      ['4 error channels 16-17 have a use already (dchan, line 3)'],
    ],
    [
      'a second span that counts its channels from 1',
      `${good}\nspan=2,2,0,ccs,hdb3\nbchan=1-15,17-31\ndchan=16\n${tones}`,
      [
        '4 error span 2 has no channels',
        '5 error channels 1-15,17-31 have a use already (bchan, line 2)',
        '6 error channels 16 have a use already (dchan, line 3)',
      ],
    ],
    ['no dchan', `span=1,1,0,ccs,hdb3\nbchan=1-31\n${tones}`, ['1 error span 1 has no dchan']],
    [
      'a D-channel in the timeslot of the other kind',
      `span=1,1,0,ccs,hdb3\nbchan=1-23,25-31\ndchan=24\n${tones}`,
      ['3 error the D-channel of span 1 is channel 24, not 16'],
    ],
    ['an unknown keyword', `${good}\nbchannel=1\n${tones}`, ['4 error there is no keyword "bchannel"']],
    ['no setting at all', `${good}\nhello\n${tones}`, ['4 error "hello" is no setting']],
    [
      'two spans that both are the first choice for the clock',
      `${good}\nspan=2,1,0,ccs,hdb3\nbchan=32-46,48-62\ndchan=47\n${tones}`,
      ['4 error spans 1 and 2 are both choice 1 for the clock'],
    ],
    [
      'nobody who gives the clock',
      `span=1,0,0,ccs,hdb3\nbchan=1-15,17-31\ndchan=16\n${tones}`,
      ['1 warning no span takes its clock from a line: we give the clock on all'],
    ],
    [
      'framing of an E1 with the coding of a T1',
      `span=1,1,0,ccs,b8zs\nbchan=1-15,17-31\ndchan=16\n${tones}`,
      ['1 error the coding "b8zs" does not go with ccs'],
    ],
    [
      'CRC4 on a T1',
      `span=1,1,0,esf,b8zs,crc4\nbchan=1-23\ndchan=24\n${tones}`,
      ['1 error a T1 has no CRC4'],
    ],
    [
      'a word that every object knows',
      `span=1,1,0,constructor,hdb3\n${tones}`,
      ['1 error "constructor" is no framing', '1 error there is no span'],
    ],
    [
      'an unknown framing',
      `span=1,1,0,css,hdb3\n${tones}`,
      ['1 error "css" is no framing', '1 error there is no span'],
    ],
    [
      'a span without its numbers',
      `span=1,1,9,ccs,hdb3\n${tones}`,
      ['1 error "1,1,9,ccs,hdb3" is no span', '1 error there is no span'],
    ],
    ['an unknown flag', good.replace('crc4', 'crc') + `\n${tones}`, ['1 error "crc" is no flag of a span']],
    ['channels beyond the spans', `${good}\nbchan=32\n${tones}`, ['4 error channels 32 belong to no span']],
    [
      'a span number left out',
      `span=2,1,0,ccs,hdb3\nbchan=1-15,17-31\ndchan=16\n${tones}`,
      ['1 error there is no span 1 before span 2'],
    ],
    [
      'channels without a use',
      `span=1,1,0,ccs,hdb3\nbchan=1-15\ndchan=16\n${tones}`,
      ['1 warning channels 17-31 of span 1 have no use'],
    ],
    [
      'an echo canceller on the D-channel',
      `${good}\nechocanceller=mg2,1-31\n${tones}`,
      ['4 error channels 16 carry no voice'],
    ],
    [
      'an unknown echo canceller',
      `${good}\nechocanceller=mg3,1-15\n${tones}`,
      ['4 error "mg3" is no echo canceller'],
    ],
    ['µ-law on an E1', `${good}\nmulaw=1-15\n${tones}`, ['4 warning µ-law on an E1']],
    ['no tones', good, ['1 warning there is no defaultzone']],
    [
      'a zone that is not loaded',
      `${good}\nloadzone=cn\ndefaultzone=us`,
      ['5 error the zone "us" is not loaded'],
    ],
    [
      'a zone that does not exist',
      `${good}\nloadzone=prc\ndefaultzone=prc`,
      ['4 error there is no tone zone "prc"'],
    ],
    ['a list that is none', `${good}\nbchan=one\n${tones}`, ['4 error "one" is no list of channels']],
    ['a span twice', `${good}\nspan=1,1,0,ccs,hdb3\n${tones}`, ['4 error span 1 is there twice']],
  ])('%s', (_, text, findings) => {
    const found = readSystemConf(text).findings;
    expect(told(found)).toEqual(findings);
    for (const { advice } of found) expect(advice).toMatch(/\S.*\.$/);
  });

  test('channel-associated signalling needs no D-channel', () => {
    expect(readSystemConf(`span=1,1,0,cas,hdb3\ncas=1-15,17-31:1101\n${tones}`).findings).toEqual([]);
  });
});

describe('every mistake in freetdm.conf has its line', () => {
  const head = '[span zt e1_1]\ntrunk_type => E1\n';
  const channels = 'b-channel => 1-15\nd-channel => 16\nb-channel => 17-31\n';
  test.each<readonly [string, string, readonly string[]]>([
    [
      'trunk_type not first',
      `[span zt e1_1]\ngroup => a\ntrunk_type => E1\n${channels}`,
      ['3 error trunk_type is not the first setting'],
    ],
    ['no trunk_type', `[span zt e1_1]\n${channels}`, ['1 error e1_1 has no trunk_type']],
    [
      'an unknown trunk_type',
      `[span zt e1_1]\ntrunk_type => E3\n${channels}`,
      ['2 error there is no trunk_type "E3"'],
    ],
    [
      'a setting below all channels',
      `${head}${channels}group => a\n`,
      ['6 error group stands below the channels and has no effect'],
    ],
    [
      'a setting between the channels',
      `${head}b-channel => 1-15\nrxgain => 2.0\nd-channel => 16\nb-channel => 17-31\n`,
      ['4 warning rxgain holds only for the channels below it'],
    ],
    ['no D-channel', `${head}b-channel => 1-15\nb-channel => 17-31`, ['1 error e1_1 has no d-channel']],
    [
      'the D-channel of a T1',
      `${head}b-channel => 1-23\nd-channel => 24\nb-channel => 25-31`,
      ['4 error the D-channel of e1_1 is 24, not 16'],
    ],
    [
      'a second span that begins with channel 1 again',
      `${head}${channels}[span zt e1_2]\ntrunk_type => E1\n${channels}`,
      [
        '8 error channels 1-15 have a use already (line 3)',
        '9 error channels 16 have a use already (line 4)',
        '10 error channels 17-31 have a use already (line 5)',
      ],
    ],
    [
      'a T1 with 31 channels',
      `[span zt t]\ntrunk_type => T1\nb-channel => 1-23,25-31\nd-channel => 24`,
      ['1 error t has channels that are not its own (25-31)'],
    ],
    [
      'a word that every object knows',
      `${head}constructor => 1\n${channels}`,
      ['3 error there is no setting "constructor"'],
    ],
    [
      'an unknown setting',
      `${head}switch => euroisdn\n${channels}`,
      ['3 error there is no setting "switch"'],
    ],
    ['a setting in no section', `group => a\n${head}${channels}`, ['1 error "group" stands in no section']],
    [
      'an unknown I/O',
      `[span dahdi e1_1]\ntrunk_type => E1\n${channels}`,
      ['1 error there is no I/O "dahdi"'],
    ],
    ['a name of digits', `[span zt 1]\ntrunk_type => E1\n${channels}`, ['1 error "1" cannot be dialed over']],
    ['a section that is none', `[spans]\n${head}${channels}`, ['1 error "[spans]" is no section']],
    ['a span without channels', head, ['1 error e1_1 has no channels']],
  ])('%s', (_, text, findings) => {
    expect(told(readFreetdmConf(text).findings)).toEqual(findings);
  });

  test('Wanpipe names its channels by span, and a D-channel may be done in hardware', () => {
    const text =
      '[span wanpipe w]\ntrunk_type => E1\nb-channel => 1:1-15\nd-channel => lapd:16\nb-channel => 1:17-31';
    expect(readFreetdmConf(text).findings).toEqual([]);
  });
});

describe('every mistake in freetdm.conf.xml has its line', () => {
  const xml = (params: Readonly<Record<string, string>>): string =>
    `<configuration>\n<libpri_spans>\n<span name="e1_1">\n${Object.entries(params)
      .map(([name, value]) => `<param name="${name}" value="${value}"/>`)
      .join('\n')}\n</span>\n</libpri_spans>\n</configuration>`;
  const good = { node: 'cpe', switch: 'euroisdn', l1: 'alaw' };
  test.each<readonly [string, string, readonly string[]]>([
    [
      'national, which silently is DMS-100',
      xml({ ...good, switch: 'national' }),
      ['5 error "national" is no dialect of libpri: the span would speak DMS-100'],
    ],
    [
      'qsig',
      xml({ ...good, switch: 'qsig' }),
      ['5 error "qsig" is no dialect of libpri: the span would speak DMS-100'],
    ],
    ['no switch', xml({ node: 'cpe', l1: 'alaw' }), ['3 error e1_1 has no switch']],
    ['an l1 that is not alaw', xml({ ...good, l1: 'ulaw' }), ['6 error e1_1 speaks µ-law']],
    ['another word for A-law', xml({ ...good, l1: 'a-law' }), ['6 error "a-law" is no l1']],
    ['no l1', xml({ node: 'cpe', switch: 'euroisdn' }), ['3 error e1_1 speaks µ-law, because l1 is not set']],
    [
      'an unknown parameter',
      xml({ ...good, npi: 'isdn' }),
      ['7 error libpri has no parameter "npi": the span is not loaded at all'],
    ],
    [
      'a word of the other stack',
      xml({ ...good, signalling: 'cpe' }),
      ['7 error libpri has no parameter "signalling": the span is not loaded at all'],
    ],
    ['a side that is none', xml({ ...good, node: 'te' }), ['4 error "te" is no node']],
    ['no side', xml({ switch: 'euroisdn', l1: 'alaw' }), ['3 warning e1_1 does not say which side it is']],
    ['one thing by two names', xml({ ...good, mode: 'net' }), ['7 warning mode is set twice']],
    ['a timer out of range', xml({ ...good, t302: '60' }), ['7 error "60" is no t302']],
    ['a type of number that is none', xml({ ...good, dp: 'isdn' }), ['7 error "isdn" is no dp']],
    ['options that are none', xml({ ...good, opts: 'aoc,fast' }), ['7 error "aoc,fast" is no opts']],
    [
      'no XML',
      '<configuration>\n<libpri_spans>\n</configuration>',
      [expect.stringMatching(/^3 error this is no XML/) as string],
    ],
    [
      'an unknown section',
      '<configuration>\n<pri/>\n</configuration>',
      ['2 error there is no section <pri>'],
    ],
    [
      'a span without a name',
      '<configuration>\n<libpri_spans>\n<span/></libpri_spans>\n</configuration>',
      ['3 error <span> is no span with a name'],
    ],
    [
      'entities that are not declared well',
      '<!DOCTYPE configuration [<!ENTITY a SYSTEM "file:///etc/passwd">]>\n<configuration>&a;</configuration>',
      [expect.stringMatching(/^1 error this is no XML/) as string],
    ],
    ['nothing', '', [expect.stringContaining('no XML') as string]],
  ])('%s', (_, text, findings) => {
    expect(told(readFreetdmXml(text, () => 'e1').findings)).toEqual(findings);
  });

  test('a name of Sangoma is answered with that of libpri', () => {
    const [finding] = readFreetdmXml(xml({ ...good, switchtype: 'national' }), () => 'e1').findings;
    expect(finding!.advice).toContain('use switch');
  });

  test('µ-law is right on a T1', () => {
    expect(readFreetdmXml(xml({ node: 'net', switch: 'ni2' }), () => 't1').findings).toEqual([]);
  });
});

test('no text makes a reader fail, and each finding is on a line that is there', () => {
  const line = fc.oneof(
    fc.string(),
    fc.constantFrom(
      'span=1,1,0,ccs,hdb3',
      'bchan=1-15',
      '[span zt a]',
      'trunk_type => E1',
      'd-channel => 16',
      '<span name="x">',
      '</span>',
    ),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
      const text = lines.join('\n');
      const count = text.split('\n').length;
      for (const { findings } of [readSystemConf(text), readFreetdmConf(text), readFreetdmXml(text)])
        for (const finding of findings) expect(finding.line >= 1 && finding.line <= count).toBe(true);
    }),
  );
});
