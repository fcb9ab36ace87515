import { useEffect, useState } from 'react';
import type { DeskView } from '@branchline/shared';
import { view as askView, DeskFailure } from './api.ts';
import { DeskPage } from './desk-page.tsx';
import { SignIn } from './sign-in.tsx';
import { useWords } from './words/words.ts';

type Session = { state: 'asking' | 'out' | 'away' } | { state: 'in'; view: DeskView };

/** The sign-in, or the desk of whoever is signed in. */
export function App() {
  const { t } = useWords();
  const [session, setSession] = useState<Session>({ state: 'asking' });
  const [why, setWhy] = useState<string>();
  useEffect(() => {
    if (session.state !== 'asking' && session.state !== 'away') return;
    let again: ReturnType<typeof setTimeout> | undefined;
    const ask = (): void =>
      void askView().then(
        (view) => setSession({ state: 'in', view }),
        (error: unknown) => {
          const code = error instanceof DeskFailure ? error.code : undefined;
          if (code !== undefined) {
            if (code === 'BL_DESK_ELSEWHERE') setWhy(code);
            setSession({ state: 'out' });
          } else {
            setSession({ state: 'away' });
            again = setTimeout(ask, 2000);
          }
        },
      );
    ask();
    return () => clearTimeout(again);
  }, [session.state]);
  const training = session.state === 'in' && session.view.training === true;
  useEffect(() => {
    document.title = `Branchline · ${t(training ? 'training.title' : 'title')}`;
  }, [t, training]);
  switch (session.state) {
    case 'in':
      return (
        <DeskPage
          first={session.view}
          leave={(reason) => {
            setWhy(reason);
            setSession({ state: 'out' });
          }}
        />
      );
    case 'out':
      return <SignIn why={why} done={(view) => setSession({ state: 'in', view })} />;
    case 'asking':
    case 'away':
      return (
        <main className="alone" aria-busy>
          <output>{t(session.state === 'away' ? 'signIn.away' : 'signIn.loading')}</output>
        </main>
      );
  }
}
