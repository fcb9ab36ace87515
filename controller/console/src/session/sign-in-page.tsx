import { useEffect, useId, useRef, useState, type FormEvent } from 'react';
import { Navigate, useSearchParams } from 'react-router';
import { refusalOf } from '../api/request.ts';
import { rememberLanguage } from '../preferences/language.ts';
import { switchLanguage } from '../words/i18n.ts';
import { useWords } from '../words/use-words.ts';
import { Mark } from '../frame/mark.tsx';
import { signIn, useSession } from './session.ts';
import { backAddress } from './back-address.ts';

interface Fault {
  readonly code?: string;
  readonly message: string;
  readonly advice?: string;
}

/** Name and password. Written without the component library, so that the first page is small. */
export function SignInPage() {
  const { t, language, error } = useWords();
  const session = useSession();
  const [search] = useSearchParams();
  const [refusal, setRefusal] = useState<ReturnType<typeof refusalOf>>();
  const [missing, setMissing] = useState(false);
  const [busy, setBusy] = useState(false);
  const password = useRef<HTMLInputElement>(null);
  const ids = { name: useId(), password: useId(), fault: useId() };
  const back = backAddress(search.get('back'));
  useEffect(() => {
    document.title = `${t('signIn.submit')} · Branchline`;
    // The rest of the console travels while the person types.
    void import('../frame/frame.tsx');
  }, [t]);

  if (session.state === 'in') return <Navigate to={back} replace />;

  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [name, secret] = [text(form, 'name').trim(), text(form, 'password')];
    setRefusal(undefined);
    setMissing(name === '' || secret === '');
    if (name === '' || secret === '') return;
    setBusy(true);
    try {
      await signIn(name, secret);
    } catch (problem) {
      setRefusal(refusalOf(problem));
      password.current?.focus();
      password.current?.select();
    } finally {
      setBusy(false);
    }
  };

  const fault: Fault | undefined = refusal
    ? { code: refusal.code, ...error(refusal) }
    : missing
      ? { message: t('signIn.missing') }
      : undefined;
  const next = language === 'en' ? 'zh-CN' : 'en';
  return (
    <div className="sign-in">
      <aside className="sign-in-side" aria-hidden>
        <Mark size={44} />
        <strong>{t('signIn.claim')}</strong>
        <p>{t('signIn.facts')}</p>
        <Branches />
      </aside>
      <main>
        <button
          type="button"
          className="sign-in-language"
          lang={next}
          onClick={() => {
            rememberLanguage(next);
            void switchLanguage(next);
          }}
        >
          {next === 'en' ? 'English' : '中文'}
        </button>
        <form onSubmit={(event) => void submit(event)} noValidate aria-describedby={ids.fault}>
          <h1>{t('signIn.title')}</h1>
          {back !== '/' && !fault && <p className="sign-in-note">{t('signIn.again')}</p>}
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
            ref={password}
            name="password"
            type="password"
            autoComplete="current-password"
            aria-invalid={fault !== undefined}
          />
          <div id={ids.fault} role="alert" className={fault ? 'sign-in-fault' : undefined}>
            {fault && (
              <>
                <strong>{fault.message}</strong>
                {fault.advice && <span>{fault.advice}</span>}
                {fault.code && <code>{fault.code}</code>}
              </>
            )}
          </div>
          <button type="submit" className="sign-in-submit" disabled={busy}>
            {busy ? t('signIn.busy') : t('signIn.submit')}
          </button>
        </form>
      </main>
    </div>
  );
}

function text(form: FormData, field: string): string {
  const value = form.get(field);
  return typeof value === 'string' ? value : '';
}

/** A center with its branches. */
function Branches() {
  const spots = [
    [60, 60, 1],
    [250, 40, 2],
    [300, 150, 3],
    [210, 215, 4],
    [70, 190, 5],
  ] as const;
  return (
    <svg viewBox="0 0 360 260" className="sign-in-drawing">
      {spots.map(([x, y, order]) => (
        <g key={order}>
          <path d={`M170 125 Q ${(170 + x) / 2} ${y} ${x} ${y}`} />
          <circle cx={x} cy={y} r="7" style={{ animationDelay: `${order * 0.6}s` }} />
        </g>
      ))}
      <circle cx="170" cy="125" r="13" className="center" />
    </svg>
  );
}
