import { useState } from 'react';
import type { DeskAct, DeskCallback, DeskView } from '@branchline/shared';
import { dayTime, localText } from './times.ts';
import { useWords } from './words/words.ts';

type Act = (act: DeskAct) => void;

const hour = 3_600_000;

/** Calls that the agent has promised to make, and says when else, or not at all. */
export function Callbacks(props: { readonly view: DeskView; readonly now: number; readonly act: Act }) {
  const { t } = useWords();
  const { view, now, act } = props;
  if (view.callbacks.length === 0) return null;
  return (
    <section className="callbacks" aria-label={t('callback.title')}>
      <h2>{t('callback.title')}</h2>
      <ul>
        {view.callbacks.map((each, index) => (
          <Promised key={each.call ?? index} callback={each} now={now} act={act} />
        ))}
      </ul>
      <p className="quiet hint">{t(view.center === 'linked' ? 'callback.part' : 'callback.partAway')}</p>
    </section>
  );
}

function Promised(props: { readonly callback: DeskCallback; readonly now: number; readonly act: Act }) {
  const { t, language } = useWords();
  const { callback, now, act } = props;
  const { call, number, campaign, at, overdue } = callback;
  const [open, setOpen] = useState<'move' | 'drop'>();
  const move = (to: number): void => {
    if (call !== undefined) act({ act: 'callback-move', call, at: Math.round(to) });
    setOpen(undefined);
  };
  return (
    <li>
      <div className="row">
        <span>
          <strong>{number || t('call.unknown')}</strong>
          <br />
          <small>
            <time>{dayTime(at, language)}</time>
            {campaign !== undefined && ` · ${campaign}`}
          </small>
        </span>
        {overdue && <small className="new">{t('callback.overdue')}</small>}
      </div>
      {call !== undefined && (
        <div className="buttons small">
          <button
            type="button"
            aria-pressed={open === 'move'}
            onClick={() => setOpen(open === 'move' ? undefined : 'move')}
          >
            {t('callback.move')}
          </button>
          <button
            type="button"
            aria-pressed={open === 'drop'}
            onClick={() => setOpen(open === 'drop' ? undefined : 'drop')}
          >
            {t('callback.drop')}
          </button>
        </div>
      )}
      {call !== undefined && open === 'move' && <MoveTo now={now} at={at} move={move} />}
      {call !== undefined && open === 'drop' && (
        <fieldset className="row">
          <legend>{t('callback.askDrop')}</legend>
          <button
            type="button"
            className="bad"
            onClick={() => {
              act({ act: 'callback-drop', call });
              setOpen(undefined);
            }}
          >
            {t('callback.yes')}
          </button>
          <button type="button" onClick={() => setOpen(undefined)}>
            {t('outcome.no')}
          </button>
        </fieldset>
      )}
    </li>
  );
}

/** A time is taken when it is said to be the one: while it is typed it is none yet. */
function MoveTo(props: { readonly now: number; readonly at: number; readonly move: (to: number) => void }) {
  const { t } = useWords();
  const { now, at, move } = props;
  const [text, setText] = useState(() => localText(Math.max(now, at)));
  const time = new Date(text).getTime();
  return (
    <form
      className="buttons small"
      onSubmit={(event) => {
        event.preventDefault();
        move(time);
      }}
    >
      <button type="button" onClick={() => move(now + hour)}>
        {t('again.hour')}
      </button>
      <button type="button" onClick={() => move(now + 24 * hour)}>
        {t('again.tomorrow')}
      </button>
      <input
        type="datetime-local"
        aria-label={t('again.at')}
        min={localText(now)}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <button type="submit" disabled={!Number.isFinite(time) || time <= now}>
        {t('callback.moveTo')}
      </button>
    </form>
  );
}
