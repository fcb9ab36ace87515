import { useState } from 'react';
import type { DeskAct, DeskCall, DeskView, OutsideTarget, TransferTarget } from '@branchline/shared';
import { KeyButton } from './key-button.tsx';
import { dayTime, stopwatch } from './times.ts';
import { VipMark } from './vip-mark.tsx';
import { useWords } from './words/words.ts';

type Act = (act: DeskAct) => void;

/** Whom a choice of the list means: `queue:<id>`, `agent:<extension>` or `phone:<extension>`. */
function targetOf(choice: string, view: DeskView): TransferTarget | undefined {
  const [kind, id = ''] = choice.split(/:(.*)/s);
  if (kind === 'queue') return { queue: id };
  return view.colleagues.some(({ extension }) => extension === id) ? { phone: id } : undefined;
}

/** Gives the customer to somebody else, asks somebody first, or parks them. */
export function HandOver(props: { readonly call: DeskCall; readonly view: DeskView; readonly act: Act }) {
  const { t } = useWords();
  const { call, view, act } = props;
  const [choice, setChoice] = useState('');
  const [dialed, setDialed] = useState('');
  const about = { call: call.id };
  if (call.consult) return <Consult call={call} view={view} act={act} />;
  const number = dialed.replaceAll(/[^0-9+*#]/g, '');
  const outside: OutsideTarget | undefined = number === '' ? undefined : { number };
  const target = outside ?? targetOf(choice, view);
  const asked = outside ?? (target && 'phone' in target ? { extension: target.phone } : undefined);
  return (
    <fieldset className="hand-over" aria-label={t('handOver.title')}>
      <select
        id="hand-over"
        value={choice}
        aria-label={t('handOver.to')}
        aria-keyshortcuts="t"
        onChange={(event) => {
          setChoice(event.target.value);
          setDialed('');
        }}
      >
        <option value="">{t('handOver.to')} … (T)</option>
        <optgroup label={t('colleagues')}>
          {view.colleagues.map(({ extension: each, name, state }) => (
            <option key={each} value={`phone:${each}`} disabled={state !== 'ready' && state !== 'offline'}>
              {name} · {each} · {t(`state.${state}`)}
            </option>
          ))}
        </optgroup>
        <optgroup label={t('handOver.queues')}>
          {view.queues.map(({ id, name }) => (
            <option key={id} value={`queue:${id}`}>
              {name}
            </option>
          ))}
        </optgroup>
      </select>
      {view.agent.outside && (
        <input
          id="hand-over-outside"
          type="tel"
          autoComplete="off"
          maxLength={32}
          aria-label={t('handOver.outside')}
          placeholder={t('handOver.outside')}
          value={dialed}
          onChange={(event) => {
            setDialed(event.target.value);
            setChoice('');
          }}
        />
      )}
      <KeyButton
        letter="g"
        disabled={target === undefined}
        onPress={() => target && act({ act: 'transfer', ...about, to: target })}
      >
        {t('act.transfer')}
      </KeyButton>
      <KeyButton
        letter="a"
        disabled={asked === undefined || call.held}
        onPress={() => asked && act({ act: 'consult', ...about, ...asked })}
      >
        {t('act.consult')}
      </KeyButton>
      <KeyButton letter="k" onPress={() => act({ act: 'park', ...about })}>
        {t('act.park')}
      </KeyButton>
    </fieldset>
  );
}

/** A second person: who, and what becomes of the customer. */
function Consult(props: { readonly call: DeskCall; readonly view: DeskView; readonly act: Act }) {
  const { t } = useWords();
  const { call, act } = props;
  const consult = call.consult!;
  const about = { call: call.id };
  const { name, state, mine } = consult;
  return (
    <div className="consult">
      <output>
        <strong>{t(mine ? 'consult.by' : 'consult.with', { name })}</strong>{' '}
        {t(`consult.${mine && state === 'private' ? 'waits' : state}`)}
      </output>
      <div className="buttons">
        {!mine && (
          <KeyButton letter="c" tone="main" onPress={() => act({ act: 'complete', ...about })}>
            {t('act.complete', { name })}
          </KeyButton>
        )}
        {!mine && state === 'private' && (
          <KeyButton letter="w" onPress={() => act({ act: 'three-way', ...about })}>
            {t('act.three-way')}
          </KeyButton>
        )}
        <KeyButton letter="b" onPress={() => act({ act: 'consult-over', ...about })}>
          {t(mine ? 'act.leave' : 'act.consult-over')}
        </KeyButton>
      </div>
    </div>
  );
}

/** What supervisors have written; each stays until it is put away. */
export function MessageList(props: { readonly view: DeskView; readonly act: Act }) {
  const { t, language } = useWords();
  const { view, act } = props;
  if (view.messages.length === 0) return null;
  return (
    <section className="messages" aria-label={t('message.title')} aria-live="polite">
      <h2>{t('message.title')}</h2>
      <ul>
        {view.messages.map(({ id, at, from, text }) => (
          <li key={id} className="row">
            <span>
              {text}
              <br />
              <small>
                {from} · <time>{dayTime(at, language)}</time>
              </small>
            </span>
            <button type="button" onClick={() => act({ act: 'seen', message: id })}>
              {t('message.seen')}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Customers who are parked: anybody takes them. */
export function Parked(props: { readonly view: DeskView; readonly now: number; readonly act: Act }) {
  const { t } = useWords();
  const { view, now, act } = props;
  if (view.parked.length === 0) return null;
  return (
    <section className="parked" aria-label={t('parked.title')}>
      <h2>{t('parked.title')}</h2>
      <ul>
        {view.parked.map(({ call, number, since, by, vip }) => (
          <li key={call} className="row">
            <span>
              {number || t('call.unknown')}
              {vip !== undefined && <VipMark level={vip} />}
              <br />
              <small>
                <time>{stopwatch((now - since) / view.speed)}</time>
                {by !== undefined && ` · ${by}`}
              </small>
            </span>
            <button
              type="button"
              disabled={view.agent.state !== 'ready'}
              onClick={() => act({ act: 'pick-up', call })}
            >
              {t('act.pick-up')}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
