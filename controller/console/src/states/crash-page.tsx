import { useRouteError } from 'react-router';
import { useWords } from '../words/use-words.ts';

/** What is left when a page has thrown: says so, and offers a way on. The rest of the console keeps working. */
export function CrashPage() {
  const { t } = useWords();
  const thrown = useRouteError();
  return (
    <main className="bare" role="alert">
      <h1>{t('problem.crashed')}</h1>
      <p>{t('problem.crashedAdvice')}</p>
      <code>{thrown instanceof Error ? thrown.message : String(thrown)}</code>
      <button type="button" className="plain-button" onClick={() => location.reload()}>
        {t('problem.reload')}
      </button>
    </main>
  );
}
