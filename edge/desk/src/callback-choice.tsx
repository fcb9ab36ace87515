import { useState } from 'react';
import { dayTime, localText } from './times.ts';
import { useWords } from './words/words.ts';

/** When and by whom somebody is called again; said together with the outcome. */
export interface CallbackChoice {
  readonly callbackAt: number;
  readonly callbackFor: 'own' | 'anyone';
}

const hour = 3_600_000;

/** @param now business time of the box */
export function CallAgain(props: {
  readonly now: number;
  readonly choice: CallbackChoice | undefined;
  readonly choose: (choice: CallbackChoice | undefined) => void;
}) {
  const { t, language } = useWords();
  const { now, choice, choose } = props;
  const [own, setOwn] = useState(false);
  const at = (callbackAt: number): void =>
    choose({ callbackAt: Math.round(callbackAt), callbackFor: own ? 'own' : 'anyone' });
  return (
    <details className="again" open={choice !== undefined}>
      <summary>
        {choice === undefined
          ? t('again.title')
          : t('again.chosen', { at: dayTime(choice.callbackAt, language) })}
      </summary>
      <div className="buttons">
        <button type="button" onClick={() => at(now + hour)}>
          {t('again.hour')}
        </button>
        <button type="button" onClick={() => at(now + 24 * hour)}>
          {t('again.tomorrow')}
        </button>
        <input
          type="datetime-local"
          aria-label={t('again.at')}
          min={localText(now)}
          value={choice === undefined ? '' : localText(choice.callbackAt)}
          onChange={(event) => {
            const time = new Date(event.target.value).getTime();
            if (Number.isFinite(time)) at(time);
          }}
        />
      </div>
      <div className="row">
        <label>
          <input
            type="checkbox"
            checked={own}
            onChange={(event) => {
              setOwn(event.target.checked);
              if (choice) choose({ ...choice, callbackFor: event.target.checked ? 'own' : 'anyone' });
            }}
          />{' '}
          {t('again.own')}
        </label>
        {choice && (
          <button type="button" className="quiet-button" onClick={() => choose(undefined)}>
            {t('again.forget')}
          </button>
        )}
      </div>
    </details>
  );
}
