import { useState } from 'react';
import type { DeskAct, DeskView, DeskVoicemail } from '@branchline/shared';
import { dayTime, stopwatch } from './times.ts';
import { VipMark } from './vip-mark.tsx';
import { useWords } from './words/words.ts';

type Act = (act: DeskAct) => void;

/** Messages that callers left: heard, seen to, answered by a call, done. */
export function Voicemails(props: { readonly view: DeskView; readonly act: Act }) {
  const { t } = useWords();
  const { view, act } = props;
  const [played, setPlayed] = useState<string>();
  if (view.voicemails.length === 0) return null;
  return (
    <section className="voicemails" aria-label={t('voicemail.title')}>
      <h2>{t('voicemail.title')}</h2>
      <ul>
        {view.voicemails.map((each) => (
          <Message
            key={each.call}
            message={each}
            view={view}
            played={played === each.call}
            play={(on) => setPlayed(on ? each.call : undefined)}
            act={act}
          />
        ))}
      </ul>
    </section>
  );
}

function Message(props: {
  readonly message: DeskVoicemail;
  readonly view: DeskView;
  readonly played: boolean;
  readonly play: (on: boolean) => void;
  readonly act: Act;
}) {
  const { t, language } = useWords();
  const { message, view, played, play, act } = props;
  const { call, number, at, queue, ms, heard, takenBy, doneBy, vip } = message;
  const others = takenBy !== undefined && takenBy !== view.agent.name;
  return (
    <li className={doneBy === undefined ? undefined : 'done'}>
      <div className="row">
        <span>
          <strong>{number || t('call.unknown')}</strong>
          {vip !== undefined && <VipMark level={vip} />}
          <br />
          <small>
            <time>{dayTime(at, language)}</time> · {queue} · {stopwatch(ms)}
          </small>
        </span>
        <small className={heard ? undefined : 'new'}>
          {doneBy !== undefined
            ? t('voicemail.doneBy', { name: doneBy })
            : takenBy !== undefined
              ? t('voicemail.takenBy', { name: takenBy })
              : t(heard ? 'voicemail.heard' : 'voicemail.new')}
        </small>
      </div>
      {played && <Sound call={call} />}
      <div className="buttons small">
        <button type="button" aria-pressed={played} onClick={() => play(!played)}>
          {t('voicemail.listen')}
        </button>
        {doneBy === undefined && (
          <>
            {takenBy === undefined && (
              <button type="button" onClick={() => act({ act: 'voicemail-take', call })}>
                {t('voicemail.take')}
              </button>
            )}
            <button
              type="button"
              disabled={others || number === '' || view.agent.state !== 'ready'}
              title={view.agent.state === 'ready' ? undefined : t('board.readyFirst')}
              onClick={() => act({ act: 'voicemail-call', call })}
            >
              {t('voicemail.call')}
            </button>
            <button type="button" onClick={() => act({ act: 'voicemail-done', call })}>
              {t('voicemail.done')}
            </button>
          </>
        )}
        {(doneBy !== undefined || others) && (
          <button type="button" onClick={() => act({ act: 'voicemail-reopen', call })}>
            {t('voicemail.reopen')}
          </button>
        )}
      </div>
    </li>
  );
}

/** The box gives the sound; that it is heard is on record. */
function Sound({ call }: { readonly call: string }) {
  const { t } = useWords();
  const src = `/desk/v1/voicemails/${encodeURIComponent(call)}/sound`;
  // oxlint-disable-next-line jsx-a11y/media-has-caption
  return <audio controls autoPlay aria-label={t('voicemail.listen')} src={src} />;
}
