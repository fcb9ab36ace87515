import { Flex } from 'antd';
import { may } from '../session/abilities.ts';
import { useGrants } from '../session/use-grants.ts';
import { usePageTitle } from '../states/page-title.ts';
import { Vacancy } from '../states/vacancy.tsx';
import { useWords } from '../words/use-words.ts';
import { Entries } from './entries.tsx';
import { UploadedLists } from './uploaded-lists.tsx';

/** Numbers that are not called: one by one, and whole lists. */
export function DoNotCallPage() {
  const { t } = useWords();
  const grants = useGrants();
  usePageTitle(t('dnc.title'));
  if (!may(grants, 'dnc-read'))
    return <Vacancy title={t('problem.noPage')} advice={t('problem.noAbility')} />;
  return (
    <>
      <div className="page-head">
        <h1>{t('dnc.title')}</h1>
      </div>
      <Flex vertical gap={16}>
        <Entries />
        <UploadedLists />
      </Flex>
    </>
  );
}
