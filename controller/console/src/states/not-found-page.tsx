import { Button } from 'antd';
import { useNavigate } from 'react-router';
import { useWords } from '../words/use-words.ts';
import { Vacancy } from './vacancy.tsx';
import { usePageTitle } from './page-title.ts';

/** An address that leads nowhere. */
export function NotFoundPage() {
  const { t } = useWords();
  const navigate = useNavigate();
  usePageTitle(t('problem.notFound'));
  return (
    <Vacancy figure="404" title={t('problem.notFound')} advice={t('problem.notFoundAdvice')}>
      <Button type="primary" onClick={() => void navigate('/')}>
        {t('problem.home')}
      </Button>
    </Vacancy>
  );
}
