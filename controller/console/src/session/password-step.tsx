import { useId, useRef, useState, type FormEvent } from 'react';
import type { SignIn } from '@branchline/shared';
import { refusalOf } from '../api/request.ts';
import { useWords } from '../words/use-words.ts';
import { FaultNote, fieldText, type Fault } from './fault-note.tsx';
import { signIn } from './session.ts';

/** The first step: name and password. */
export function PasswordStep(props: {
  /** The session ended somewhere else than on the first page. */
  readonly returning: boolean;
  readonly codeNeeded: (credentials: SignIn) => void;
}) {
  const { t, error } = useWords();
  const [refusal, setRefusal] = useState<ReturnType<typeof refusalOf>>();
  const [missing, setMissing] = useState(false);
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const ids = { name: useId(), password: useId(), fault: useId() };

  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const name = fieldText(form, 'name');
    // Blanks may be part of a password.
    const password = field.current?.value ?? '';
    setRefusal(undefined);
    setMissing(name === '' || password === '');
    if (name === '' || password === '') return;
    setBusy(true);
    try {
      await signIn({ name, password });
    } catch (problem) {
      const refused = refusalOf(problem);
      if (refused.code === 'BL_AUTH_CODE_NEEDED') {
        props.codeNeeded({ name, password });
        return;
      }
      setRefusal(refused);
      field.current?.focus();
      field.current?.select();
    } finally {
      setBusy(false);
    }
  };

  const fault: Fault | undefined = refusal
    ? { code: refusal.code, ...error(refusal) }
    : missing
      ? { message: t('signIn.missing') }
      : undefined;
  return (
    <form onSubmit={(event) => void submit(event)} noValidate aria-describedby={ids.fault}>
      <h1>{t('signIn.title')}</h1>
      {props.returning && !fault && <p className="sign-in-note">{t('signIn.again')}</p>}
      <label htmlFor={ids.name}>{t('signIn.name')}</label>
      <input
        id={ids.name}
        name="name"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        // The one thing to do on this page.
        // eslint-disable-next-line jsx-a11y/no-autofocus
        autoFocus
      />
      <label htmlFor={ids.password}>{t('signIn.password')}</label>
      <input
        id={ids.password}
        ref={field}
        name="password"
        type="password"
        autoComplete="current-password"
        aria-invalid={fault !== undefined}
      />
      <FaultNote id={ids.fault} fault={fault} />
      <button type="submit" className="sign-in-submit" disabled={busy}>
        {busy ? t('signIn.busy') : t('signIn.submit')}
      </button>
    </form>
  );
}
