import { Fragment, lazy, Suspense, useEffect } from 'react';
import { Navigate, Outlet, useLocation } from 'react-router';
import { refusalOf } from '../api/request.ts';
import { useWords } from '../words/use-words.ts';
import { rememberedLanguage } from '../preferences/language.ts';
import { switchLanguage } from '../words/i18n.ts';
import { askSession, useSession } from './session.ts';

const EnrolFirst = lazy(async () => ({ default: (await import('../account/enrol-first.tsx')).EnrolFirst }));

/** Lets only signed-in people through; everybody else goes to the sign-in page and comes back from there. */
export function SignedIn() {
  const session = useSession();
  const { pathname, search } = useLocation();
  const { t, error } = useWords();
  const user = session.state === 'in' ? session.view.user.name : undefined;
  useEffect(() => {
    const own = user === undefined ? undefined : rememberedLanguage(user);
    if (own) void switchLanguage(own);
  }, [user]);
  switch (session.state) {
    case 'in':
      if (!session.view.mustEnrol)
        return (
          // With other rights nothing stays that was shown before.
          <Fragment key={JSON.stringify(session.view.user.grants)}>
            <Outlet />
          </Fragment>
        );
      return (
        <Suspense fallback={<div className="boot" aria-busy />}>
          <EnrolFirst />
        </Suspense>
      );
    case 'out': {
      const back = `${pathname}${search}`;
      return <Navigate to={back === '/' ? '/login' : `/login?back=${encodeURIComponent(back)}`} replace />;
    }
    case 'asking':
      return <div className="boot" aria-busy aria-label={t('signIn.asking')} />;
    case 'failed': {
      const refusal = refusalOf(session.error);
      const { message, advice } = error(refusal);
      return (
        <main className="bare" role="alert">
          <h1>{message}</h1>
          <p>{advice}</p>
          <code>{refusal.code}</code>
          <button type="button" className="plain-button" onClick={() => void askSession()}>
            {t('common.retry')}
          </button>
        </main>
      );
    }
  }
}
