import { expect, it } from 'vitest';
import { idSource, ManualClock, type Guest } from '@branchline/shared';
import { Guests, type Shown } from './guests.ts';

const guest: Guest = {
  ticket: 'a'.repeat(32),
  site: 'a',
  address: '10.99.0.1:5070',
  queue: 'inbound',
  conversation: idSource()(),
  callerId: '02088888888',
  since: 0,
  ttlMs: 5000,
};
const shown: Shown = { ticket: guest.ticket, conversation: guest.conversation, address: '10.99.0.1' };

it('a ticket lets in one call', async () => {
  const clock = new ManualClock();
  const guests = new Guests(clock);
  guests.expect(guest);
  expect(await guests.admit(shown)).toEqual(guest);
  const replayed = guests.admit(shown);
  clock.advance(2000);
  expect(await replayed).toBeUndefined();
});

it('a call that is quicker than its announcement is let in when that comes', async () => {
  const guests = new Guests(new ManualClock());
  const both = [guests.admit(shown), guests.admit(shown)];
  guests.expect(guest);
  expect((await Promise.all(both)).filter((admitted) => admitted !== undefined)).toEqual([guest]);
});

it('nobody is let in from another address, for another conversation, with another ticket, or too late', async () => {
  const wrong: Partial<Shown>[] = [
    { address: '10.99.0.2' },
    { conversation: idSource()() },
    { ticket: 'b'.repeat(32) },
    { ticket: '' },
  ];
  for (const change of wrong) {
    const clock = new ManualClock();
    const guests = new Guests(clock);
    guests.expect(guest);
    const admitted = guests.admit({ ...shown, ...change });
    clock.advance(2000);
    expect(await admitted).toBeUndefined();
  }
  const clock = new ManualClock();
  const guests = new Guests(clock);
  guests.expect(guest);
  clock.advance(guest.ttlMs);
  const late = guests.admit(shown);
  clock.advance(2000);
  expect(await late).toBeUndefined();
});
