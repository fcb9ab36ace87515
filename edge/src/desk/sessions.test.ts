import { beforeEach, expect, test } from 'vitest';
import { ManualClock } from '@branchline/shared';
import { DeskSessions, sessionMs } from './sessions.ts';

let pins: Record<string, string>;
let clock: ManualClock;
const open = (secret = 's'.repeat(32)) => new DeskSessions({ secret, clock, pinOf: (agent) => pins[agent] });
beforeEach(() => {
  pins = { li: '2468', wu: '1357' };
  clock = new ManualClock(1_000_000);
});
const code = (action: () => unknown): string => {
  try {
    action();
    return 'none';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

test('a session outlives a restart, and belongs to the machine that it began on', () => {
  const note = open().signIn('li', '2468', '10.0.0.5');
  const later = open();
  expect(later.sessionOf(note, '10.0.0.5').agent).toBe('li');
  expect(code(() => later.sessionOf(note, '10.0.0.6'))).toBe('BL_DESK_ELSEWHERE');
});

test('it ends with the day, with the PIN, with the agent and with signing out', () => {
  const sessions = open();
  const note = sessions.signIn('li', '2468', 'a');
  pins['li'] = '9999';
  expect(code(() => sessions.sessionOf(note, 'a'))).toBe('BL_AUTH_REQUIRED');
  pins['li'] = '2468';
  expect(sessions.sessionOf(note, 'a').agent).toBe('li');
  clock.advance(sessionMs + 1);
  expect(code(() => sessions.sessionOf(note, 'a'))).toBe('BL_AUTH_REQUIRED');
  const next = sessions.signIn('li', '2468', 'a');
  sessions.signOut(next);
  expect(code(() => sessions.sessionOf(next, 'a'))).toBe('BL_AUTH_REQUIRED');
  const last = sessions.signIn('li', '2468', 'a');
  delete pins['li'];
  expect(code(() => sessions.sessionOf(last, 'a'))).toBe('BL_AUTH_REQUIRED');
});

test('who has signed out stays so over a restart; of a note that was made up nothing is kept', () => {
  let kept: Readonly<Record<string, number>> = {};
  const keeping = () =>
    new DeskSessions({
      secret: 's'.repeat(32),
      clock,
      pinOf: (agent) => pins[agent],
      ended: kept,
      onEnded: (ended) => (kept = ended),
    });
  const sessions = keeping();
  const note = sessions.signIn('li', '2468', 'a');
  sessions.signOut(`${note}x`);
  expect(kept).toEqual({});
  sessions.signOut(note);
  expect(Object.values(kept)).toEqual([clock.now() + sessionMs]);
  expect(code(() => keeping().sessionOf(note, 'a'))).toBe('BL_AUTH_REQUIRED');
  clock.advance(sessionMs + 1);
  const later = keeping();
  later.signOut(later.signIn('li', '2468', 'a'));
  expect(Object.keys(kept)).toHaveLength(1);
});

test('a note that was made up or changed is none', () => {
  const sessions = open();
  const note = sessions.signIn('li', '2468', 'a');
  const [text, signature] = note.split('.');
  const other = Buffer.from(
    JSON.stringify({ agent: 'wu', address: 'a', at: clock.now(), nonce: '' }),
  ).toString('base64url');
  for (const bad of [
    undefined,
    '',
    '.',
    'x',
    text,
    `${text}.`,
    `${other}.${signature}`,
    `e30.${signature}`,
    open('t'.repeat(32)).signIn('li', '2468', 'a'),
  ])
    expect(code(() => sessions.sessionOf(bad, 'a'))).toBe('BL_AUTH_REQUIRED');
});

test('who guesses waits: the agent and the machine, and nobody else', () => {
  const sessions = open();
  for (let i = 0; i < 5; i++)
    expect(code(() => sessions.signIn('li', `000${i}`, 'thief'))).toBe('BL_AUTH_WRONG');
  expect(code(() => sessions.signIn('li', '2468', 'thief'))).toBe('BL_AUTH_THROTTLED');
  expect(code(() => sessions.signIn('wu', '1357', 'thief'))).toBe('BL_AUTH_THROTTLED');
  expect(code(() => sessions.signIn('wu', '1357', 'desk'))).toBe('none');
  clock.advance(60_001);
  expect(code(() => sessions.signIn('li', '2468', 'thief'))).toBe('none');
  expect(code(() => sessions.signIn('nobody', '2468', 'desk'))).toBe('BL_AUTH_WRONG');
});

test('a session of the training stays one', () => {
  const note = open().signIn('li', '2468', 'a', true);
  expect(open().sessionOf(note, 'a')).toMatchObject({ agent: 'li', training: true });
  const [text, signature] = note.split('.') as [string, string];
  const { training: _forged, ...claim } = JSON.parse(Buffer.from(text, 'base64url').toString()) as object & {
    training: true;
  };
  const forged = `${Buffer.from(JSON.stringify(claim)).toString('base64url')}.${signature}`;
  expect(code(() => open().sessionOf(forged, 'a'))).toBe('BL_AUTH_REQUIRED');
});
