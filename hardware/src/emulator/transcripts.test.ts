import { expect, test } from 'vitest';
import { ManualClock } from '@branchline/shared';
import { transcripts } from '../../testing/transcript.ts';
import { memoryDevice } from '../port/index.ts';
import { EmulatedModem, makeSim, personality, withCheckDigit, World, type FarEnd } from './index.ts';

/** `alert 4.7 answer 9.5 release 39.5 16`, seconds and a cause. */
function farEnd(text: string): FarEnd {
  const seconds = (name: string): number | undefined => {
    const found = new RegExp(`${name} ([\\d.]+)`).exec(text)?.[1];
    return found === undefined ? undefined : Number(found) * 1000;
  };
  const [alertAfterMs, answerAfterMs, afterMs] = [seconds('alert'), seconds('answer'), seconds('release')];
  const cause = Number(/(\d+)$/.exec(text)?.[1]);
  return {
    ...(alertAfterMs !== undefined && { alertAfterMs }),
    ...(answerAfterMs !== undefined && { answerAfterMs }),
    ...(afterMs !== undefined && { release: { afterMs, cause } }),
  };
}

/** Firmware puts blanks after commas as it likes. */
const plain = (line: string): string => line.replaceAll(/([:,]) +/g, '$1');

const known = transcripts().filter(({ farEnd: given }) => given !== undefined);

test.each(known.map((transcript) => [transcript.name, transcript] as const))(
  'the emulator says what the real modem said in %s, when it said it',
  (_, transcript) => {
    const clock = new ManualClock();
    const world = new World({ clock, seed: 1 });
    let text = '';
    const said: { readonly atMs: number; readonly line: string }[] = [];
    let start = Number.POSITIVE_INFINITY;
    const device = memoryDevice('emulated', (bytes) => modem.receive(bytes));
    void device.open({
      closed: () => undefined,
      data: (bytes) => {
        text += Buffer.from(bytes).toString('latin1');
        const lines = text.split(/[\r\n]+/);
        text = lines.pop() ?? '';
        for (const line of lines.filter(Boolean)) said.push({ atMs: clock.monotonic() - start, line });
      },
    });
    const speaks = personality(transcript.profile);
    const modem: EmulatedModem = new EmulatedModem({
      id: 'm1',
      world,
      cable: device,
      personality: speaks,
      sim: makeSim(1),
      imei: withCheckDigit(`${speaks.tac}100000`),
      seed: 1,
    });
    const send = (command: string): void => modem.receive(Buffer.from(`${command}\r`));
    modem.powerOn();
    clock.advance(30_000);
    for (const command of ['ATE0', 'AT+CLCC=1', 'AT+MORING=1', 'AT^DSCI=1']) {
      send(command);
      clock.advance(100);
    }
    const dialed = /ATD(\d+);/.exec(transcript.lines[0]!.text)![1]!;
    world.plan.set(dialed, farEnd(transcript.farEnd!));
    said.length = 0;
    start = clock.monotonic();
    for (const { atMs, from, text: command } of transcript.lines) {
      if (from !== 'program') continue;
      clock.advance(start + atMs - clock.monotonic());
      send(command);
    }
    clock.advance(200_000);
    const expected = transcript.lines.filter(({ from }) => from === 'modem');
    expect(said.map(({ line }) => plain(line))).toEqual(expected.map(({ text: line }) => plain(line)));
    expected.forEach(({ atMs }, i) => expect(Math.abs(said[i]!.atMs - atMs)).toBeLessThan(300));
  },
);

test('enough transcripts tell what the far side did', () => {
  expect(known.length).toBeGreaterThanOrEqual(15);
});
