import { useGrants } from '../session/use-grants.ts';
import { useSession } from '../session/session.ts';
import { may } from '../session/abilities.ts';
import { DataAge } from '../parts/data-age.tsx';
import { usePageTitle } from '../states/page-title.ts';
import { Vacancy } from '../states/vacancy.tsx';
import { useWords } from '../words/use-words.ts';
import { SecondFactor } from './second-factor.tsx';
import { useSecondFactor } from './second-factor-queries.ts';
import { Tokens } from './tokens.tsx';

/** What belongs to whoever is signed in: the second step of signing in, and API tokens. */
export function AccountPage() {
  const { t } = useWords();
  const session = useSession();
  const allowed = may(useGrants(), 'own');
  const factor = useSecondFactor();
  usePageTitle(t('account.title'));
  if (!allowed) return <Vacancy title={t('problem.noPage')} advice={t('problem.noAbility')} />;
  const user = session.state === 'in' ? session.view.user : undefined;
  return (
    <>
      <div className="page-head">
        <h1>{t('account.title')}</h1>
        {user && (
          <span className="quiet">
            {user.displayName} · {user.name}
          </span>
        )}
        <span className="toolbar-end">
          <DataAge askedAt={factor.dataUpdatedAt} limitMs={90_000} />
        </span>
      </div>
      <SecondFactor />
      <Tokens />
    </>
  );
}
