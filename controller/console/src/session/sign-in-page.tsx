import { useEffect, useState } from 'react';
import { Navigate, useSearchParams } from 'react-router';
import type { SignIn } from '@branchline/shared';
import { rememberLanguage } from '../preferences/language.ts';
import { switchLanguage } from '../words/i18n.ts';
import { useWords } from '../words/use-words.ts';
import { Mark } from '../frame/mark.tsx';
import { useSession } from './session.ts';
import { backAddress } from './back-address.ts';
import { CodeStep } from './code-step.tsx';
import { PasswordStep } from './password-step.tsx';

/** Name and password, then a code for those who have an app. Without the component library, so that the first page is small. */
export function SignInPage() {
  const { t, language } = useWords();
  const session = useSession();
  const [search] = useSearchParams();
  const [proven, setProven] = useState<SignIn>();
  const back = backAddress(search.get('back'));
  useEffect(() => {
    document.title = `${t('signIn.submit')} · Branchline`;
    // The rest of the console travels while the person types.
    void import('../frame/frame.tsx');
  }, [t]);

  if (session.state === 'in') return <Navigate to={back} replace />;
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
        {proven ? (
          <CodeStep credentials={proven} again={() => setProven(undefined)} />
        ) : (
          <PasswordStep returning={back !== '/'} codeNeeded={setProven} />
        )}
      </main>
    </div>
  );
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
