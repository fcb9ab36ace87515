import { Button } from 'antd';
import { Look } from '../frame/look.tsx';
import { askSession, signOut, useSession } from '../session/session.ts';
import { usePageTitle } from '../states/page-title.ts';
import { useWords } from '../words/use-words.ts';
import { Enrolment } from './enrolment.tsx';

/** All that somebody sees who must have an authenticator app and has none. */
export function EnrolFirst() {
  const { t } = useWords();
  const session = useSession();
  usePageTitle(t('account.factor'));
  return (
    <Look>
      <main className="enrol-first">
        <div className="page-head">
          <h1>{t('account.first')}</h1>
          <Button className="toolbar-end" onClick={() => void signOut()}>
            {t('header.signOut')}
          </Button>
        </div>
        <p className="quiet">
          {t('account.firstHint', { name: session.state === 'in' ? session.view.user.displayName : '' })}
        </p>
        <section className="panel block">
          <Enrolment done={() => void askSession()} />
        </section>
      </main>
    </Look>
  );
}
