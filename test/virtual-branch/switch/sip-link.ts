import { causeFrom, fromStatus } from './causes.ts';
import type { PartyLink } from './party.ts';
import type { Session } from './session.ts';

/** The party's side of a leg: what it does becomes SIP that reaches the session, in the order it was done. */
export function partyLink(session: Session): PartyLink {
  const outbound = session.channel.direction === 'outbound';
  const waiting = (): boolean => outbound && session.channel.answerState !== 'answered' && !session.hungUp;
  return {
    ring: () => {
      if (waiting()) session.ringing();
    },
    earlyMedia: () => {
      if (waiting()) session.earlyMedia();
    },
    answer: () => {
      if (waiting()) session.answer();
    },
    reject: (status) => {
      if (!waiting()) return;
      session.hangup(fromStatus(status).cause, 'party', status);
    },
    hangUp: () => {
      if (outbound && session.channel.answerState !== 'answered') {
        session.hangup(fromStatus(480).cause, 'party', 480);
        return;
      }
      session.hangup(
        causeFrom(session.channel.answerState === 'answered' ? 'NORMAL_CLEARING' : 'ORIGINATOR_CANCEL'),
        'party',
      );
    },
    sendDtmf: (digits) => {
      for (const digit of digits) session.digit(digit, 'RTP');
    },
  };
}
