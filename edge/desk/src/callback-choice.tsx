import { useState } from 'react';
import { dayTime, instantOf, localText, theirZone } from './times.ts';
import { useWords } from './words/words.ts';

/** When and by whom somebody is called again; said together with the outcome. */
export interface CallbackChoice {
  readonly callbackAt: number;
  readonly callbackFor: 'own' | 'anyone';
}

const hour = 3_600_000;

/**
 * A time to call again, by the customer's clock where it is known: it is they who say it.
 * @param props.now business time of the box
 * @param props.zones that the customer may live in
 */
export function CallAgain(props: {
  readonly zones: readonly string[];
  readonly now: number;
  readonly choice: CallbackChoice | undefined;
  readonly choose: (choice: CallbackChoice | undefined) => void;
}) {
  const { t, language } = useWords();
  const { zones, now, choice, choose } = props;
  const zone = theirZone(zones, choice?.callbackAt ?? now);
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
          aria-label={zone === undefined ? t('again.at') : t('again.atTheirs', { zone })}
          min={localText(now, zone)}
          value={choice === undefined ? '' : localText(choice.callbackAt, zone)}
          onChange={(event) => {
            const time = instantOf(event.target.value, zone);
            if (Number.isFinite(time)) at(time);
          }}
        />
      </div>
      {zone !== undefined && (
        <p className="quiet">
          {t('again.theirs', {
            zone,
            there: dayTime(choice?.callbackAt ?? now, language, zone),
            here: dayTime(choice?.callbackAt ?? now, language),
          })}
        </p>
      )}
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
