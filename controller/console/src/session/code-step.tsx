import { useId, useRef, useState, type FormEvent } from 'react';
import type { SignIn } from '@branchline/shared';
import { refusalOf } from '../api/request.ts';
import { useWords } from '../words/use-words.ts';
import { FaultNote, fieldText, type Fault } from './fault-note.tsx';
import { signIn } from './session.ts';

/** The second step: a code of the authenticator app, or a recovery code. There is no session before it. */
export function CodeStep(props: { readonly credentials: SignIn; readonly again: () => void }) {
  const { t, error } = useWords();
  const [recovery, setRecovery] = useState(false);
  const [refusal, setRefusal] = useState<ReturnType<typeof refusalOf>>();
  const [missing, setMissing] = useState(false);
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const ids = { code: useId(), fault: useId() };

  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const code = fieldText(new FormData(event.currentTarget), 'code');
    setRefusal(undefined);
    setMissing(code.length < 6);
    if (code.length < 6) return;
    setBusy(true);
    try {
      await signIn({ ...props.credentials, code });
    } catch (problem) {
      setRefusal(refusalOf(problem));
      field.current?.focus();
      field.current?.select();
    } finally {
      setBusy(false);
    }
  };

  const hint = t(recovery ? 'signIn.recoveryHint' : 'signIn.codeHint');
  const fault: Fault | undefined = refusal
    ? { code: refusal.code, ...error(refusal) }
    : missing
      ? { message: hint }
      : undefined;
  return (
    <form onSubmit={(event) => void submit(event)} noValidate aria-describedby={ids.fault}>
      <h1>{t('signIn.second')}</h1>
      {!fault && <p className="sign-in-note">{hint}</p>}
      <label htmlFor={ids.code}>{t(recovery ? 'signIn.recoveryCode' : 'signIn.code')}</label>
      <input
        key={String(recovery)}
        id={ids.code}
        ref={field}
        name="code"
        className="sign-in-code"
        autoComplete="one-time-code"
        inputMode={recovery ? 'text' : 'numeric'}
        maxLength={recovery ? 40 : 7}
        autoCapitalize="none"
        spellCheck={false}
        aria-invalid={fault !== undefined}
        // The one thing to do on this page.
        // eslint-disable-next-line jsx-a11y/no-autofocus
        autoFocus
      />
      <FaultNote id={ids.fault} fault={fault} />
      <button type="submit" className="sign-in-submit" disabled={busy}>
        {busy ? t('signIn.busy') : t('signIn.submit')}
      </button>
      <div className="sign-in-ways">
        <button
          type="button"
          onClick={() => {
            setRecovery(!recovery);
            setRefusal(undefined);
            setMissing(false);
          }}
        >
          {t(recovery ? 'signIn.useApp' : 'signIn.useRecovery')}
        </button>
        <button type="button" onClick={props.again}>
          {t('signIn.other')}
        </button>
      </div>
    </form>
  );
}
