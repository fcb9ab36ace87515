import { expect, test } from 'vitest';
import { BranchlineError, ManualClock } from '@branchline/shared';
import { ScriptedModem } from '../../testing/scripted-modem.ts';
import { transcripts, type Transcript } from '../../testing/transcript.ts';
import { pass, passUntil, settled } from '../../testing/virtual-time.ts';
import { AtRefusal } from '../at/index.ts';
import { GsmModem, type CallEvent, type ModemCondition, type Received } from './index.ts';

/** A modem under test and everything it told. */
interface Observed {
  readonly modem: GsmModem;
  readonly clock: ManualClock;
  readonly scripted: ScriptedModem;
  readonly calls: CallEvent[];
  readonly received: Received[];
  readonly conditions: ModemCondition[];
  readonly warnings: string[];
}

function observe(transcript: Transcript): Observed {
  const clock = new ManualClock(Date.UTC(2026, 10, 21));
  const scripted = new ScriptedModem(transcript.profile);
  const calls: CallEvent[] = [];
  const received: Received[] = [];
  const conditions: ModemCondition[] = [];
  const warnings: string[] = [];
  const modem = new GsmModem({
    id: transcript.name,
    clock,
    open: scripted.device.open,
    // The transcripts are shorter than this: no look at the network falls into them.
    lookEveryMs: 600_000,
    listener: {
      call: (event) => void calls.push(event),
      received: async (each) => void received.push(each),
      changed: ({ condition }) => void conditions.push(condition),
      warning: (text) => void warnings.push(text),
    },
  });
  modem.start();
  return { modem, clock, scripted, calls, received, conditions, warnings };
}

/** What the program does itself: the transcript's lines come from these. */
function act({ modem }: Observed, command: string): void {
  const dialed = /^ATD(\d+);$/.exec(command)?.[1];
  if (dialed !== undefined) modem.dial(dialed, 45_000);
  else if (command === 'AT+CHUP' && modem.snapshot.call.at !== 'releasing') modem.hangUp();
  else if (command === 'ATA') modem.answer();
}

/** Carries out the `do:` line; gives what came of it as the `expect:` line says it. */
async function work({ modem }: Observed, task: string): Promise<string> {
  const [what, subject = '', ...rest] = task.split(' ');
  try {
    if (what === 'ussd') return `text ${(await modem.ussd(subject)).text}`;
    return `sent ${(await modem.sendMessage(subject, rest.join(' '), false)).join(' ')}`;
  } catch (error) {
    if (error instanceof AtRefusal) return `refused ${error.kind.toUpperCase()} ${error.errorCode}`;
    return `failed ${error instanceof BranchlineError ? error.code : String(error)}`;
  }
}

async function play(transcript: Transcript, observed: Observed): Promise<string> {
  const { clock, scripted, modem } = observed;
  await passUntil(clock, 'service', () => modem.snapshot.condition.phase === 'in-service');
  await pass(clock, 500);
  observed.conditions.length = 0;
  for (const { from, text } of transcript.lines) if (from === 'program') scripted.silent.add(text);
  let result = '';
  if (transcript.task) void work(observed, transcript.task).then((each) => (result = each));
  let now = 0;
  for (const { atMs, from, text } of transcript.lines) {
    await pass(clock, atMs - now);
    now = Math.max(now, atMs);
    if (from === 'program') act(observed, text);
    else if (from === 'prompt') scripted.raw('\r\n> ');
    else scripted.say(text);
    await settled();
  }
  scripted.silent.clear();
  await pass(clock, 90_000, 50);
  return result;
}

/** Answers each command with the lines that follow it; what comes after the last answer is unsolicited. */
async function initialise(transcript: Transcript, { clock, scripted }: Observed): Promise<void> {
  const lastCommand = transcript.lines.findLastIndex(({ from }) => from === 'program');
  const lastResult = transcript.lines.findIndex(({ text }, i) => i > lastCommand && text === 'OK');
  let command = '';
  for (const { from, text } of transcript.lines.slice(0, lastResult + 1)) {
    if (from === 'program') scripted.answers.set((command = text), []);
    else scripted.answers.set(command, [...(scripted.answers.get(command) ?? []), text]);
  }
  let now = 0;
  for (const { atMs, text } of transcript.lines.slice(lastResult + 1)) {
    await pass(clock, atMs - now);
    now = atMs;
    scripted.say(text);
  }
  await pass(clock, 2_000);
}

function check(line: string, result: string, observed: Observed): void {
  const [what = '', ...words] = line.split(' ');
  const { modem, calls, received, conditions, warnings } = observed;
  const { condition, identity, sim, signalDbm } = modem.snapshot;
  const last = calls.at(-1);
  const end = last?.what === 'ended' ? last.end : undefined;
  switch (what) {
    case 'call':
      return expect(calls.map((event) => event.what)).toEqual(words);
    case 'outcome':
      expect(end?.outcome).toBe(words[0]);
      return words[1] === undefined
        ? undefined
        : expect(end?.confidence).toBeGreaterThanOrEqual(Number(words[1]));
    case 'cause':
      return expect(end?.evidence.cause).toBe(Number(words[0]));
    case 'number':
      return expect(last?.call.number).toBe(words[0]);
    case 'phase':
      return expect([condition.phase, ...('fault' in condition ? [condition.fault] : [])]).toEqual(words);
    case 'phases':
      return expect(changesOf(conditions)).toEqual(words);
    case 'signal':
      return expect(signalDbm).toBe(Number(words[0]));
    case 'imei':
      return expect(identity?.imei).toBe(words[0]);
    case 'imsi':
      return expect(sim?.imsi).toBe(words[0]);
    case 'warning':
      return expect(warnings.join()).toContain(words[0]);
    case 'message':
      return expect(received).toMatchObject([{ type: 'message', from: words[0], text: words[1] }]);
    case 'report':
      return expect(received).toMatchObject([
        { type: 'report', reference: Number(words[0]), delivery: words[1] },
      ]);
    case 'sent':
    case 'refused':
    case 'failed':
    case 'text':
      return expect(result).toBe(line);
    default:
      throw new Error(`nothing is known about "${line}"`);
  }
}

function changesOf(conditions: readonly ModemCondition[]): string[] {
  return conditions.map(({ phase }) => phase).filter((phase, i, all) => phase !== all[i - 1]);
}

const all = transcripts();

test('the transcripts of the reference are there', () => {
  expect(all.length).toBeGreaterThanOrEqual(46);
});

test.each(all.map((transcript) => [transcript.name, transcript] as const))(
  'the transcript %s leads to what it must',
  async (_, transcript) => {
    const observed = observe(transcript);
    let result = '';
    if (transcript.mode === 'init') await initialise(transcript, observed);
    else result = await play(transcript, observed);
    expect(transcript.expected.length).toBeGreaterThan(0);
    for (const line of transcript.expected) check(line, result, observed);
    // What the transcript's program sent, ours sent too, except what only one family's old driver needs.
    const ours = transcript.lines.filter(({ from, text }) => from === 'program' && text !== 'AT+CSSN=1,1');
    expect(observed.scripted.heard).toEqual(expect.arrayContaining(ours.map(({ text }) => text)));
    await observed.modem.stop();
  },
);
