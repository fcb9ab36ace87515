import { useCallback, useEffect, useId, useRef, useState, type FormEvent } from 'react';
import type { DeskPeople, DeskView } from '@branchline/shared';
import { people as askPeople, signIn } from './api.ts';
import { faultOfCode, faultText } from './fault.ts';
import { LanguageButton } from './language-button.tsx';
import { useWords } from './words/words.ts';

const lastKey = 'branchline-desk-agent';

/** Name and PIN. It works without the center: the box knows its people. */
export function SignIn(props: { readonly why: string | undefined; readonly done: (view: DeskView) => void }) {
  const { t } = useWords();
  const [people, setPeople] = useState<DeskPeople>();
  const [fault, setFault] = useState(() => faultOfCode(props.why, t));
  const [busy, setBusy] = useState(false);
  const pin = useRef<HTMLInputElement>(null);
  const pinField = useCallback((field: HTMLInputElement | null) => {
    pin.current = field;
    field?.focus();
  }, []);
  const ids = { agent: useId(), pin: useId(), fault: useId() };
  useEffect(() => {
    let again: ReturnType<typeof setTimeout> | undefined;
    const ask = (): void =>
      void askPeople().then(setPeople, () => {
        again = setTimeout(ask, 2000);
      });
    ask();
    return () => clearTimeout(again);
  }, []);

  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string): string => {
      const value = form.get(name);
      return typeof value === 'string' ? value : '';
    };
    const agent = text('agent');
    setBusy(true);
    setFault(undefined);
    try {
      const { submitter } = event.nativeEvent as SubmitEvent;
      const training = submitter?.getAttribute('name') === 'training' && ({ training: true } as const);
      const view = await signIn({ agent, pin: text('pin'), ...training });
      localStorage.setItem(lastKey, agent);
      props.done(view);
    } catch (error) {
      setFault(faultText(error, t));
      setBusy(false);
      pin.current?.focus();
      pin.current?.select();
    }
  };

  return (
    <main className="alone">
      <form onSubmit={(event) => void submit(event)} aria-describedby={ids.fault} aria-busy={!people}>
        <h1>{people ? t('signIn.title', { site: people.site }) : t('signIn.loading')}</h1>
        {people?.agents.length === 0 && <p>{t('signIn.nobody')}</p>}
        {people && people.agents.length > 0 && (
          <>
            <label htmlFor={ids.agent}>{t('signIn.who')}</label>
            <select id={ids.agent} name="agent" required defaultValue={localStorage.getItem(lastKey) ?? ''}>
              <option value="" disabled>
                {t('signIn.choose')}
              </option>
              {people.agents.map(({ id, name, extension }) => (
                <option key={id} value={id}>
                  {name} · {extension}
                </option>
              ))}
            </select>
            <label htmlFor={ids.pin}>{t('signIn.pin')}</label>
            <input
              id={ids.pin}
              ref={pinField}
              name="pin"
              type="password"
              inputMode="numeric"
              pattern="[0-9]{4,8}"
              maxLength={8}
              required
              autoComplete="off"
            />
            <button type="submit" className="main" disabled={busy}>
              {t(busy ? 'signIn.busy' : 'signIn.submit')}
            </button>
            <button type="submit" name="training" disabled={busy}>
              {t('signIn.training')}
            </button>
            <p className="quiet hint">{t('signIn.trainingHint')}</p>
          </>
        )}
        <div id={ids.fault} role="alert" className={fault === undefined ? undefined : 'fault'}>
          {fault}
        </div>
      </form>
      <LanguageButton />
    </main>
  );
}
