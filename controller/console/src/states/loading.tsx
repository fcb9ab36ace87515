import { Skeleton } from 'antd';
import { useWords } from '../words/use-words.ts';

/** A panel before its first answer. @param props.rows about as many lines as will be there */
export function Loading({ rows }: { readonly rows: number }) {
  const { t } = useWords();
  return (
    <div className="panel block" aria-busy aria-label={t('common.loading')}>
      <Skeleton active paragraph={{ rows }} />
    </div>
  );
}
