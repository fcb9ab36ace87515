import { Button } from 'antd';
import { refusalOf } from '../api/request.ts';
import { useWords } from '../words/use-words.ts';

/**
 * Above what is shown: why it is old, or why a part of it is missing, and what to do.
 * @param props.missing there is no earlier answer to be shown instead
 */
export function OutdatedNote(props: {
  readonly error: unknown;
  readonly missing?: boolean;
  readonly retry?: () => void;
}) {
  const { t, error } = useWords();
  const { error: failure, missing = false, retry } = props;
  const refusal = refusalOf(failure);
  const { message, advice } = error(refusal);
  return (
    <output className="outdated" data-outdated={refusal.code}>
      <span>
        {missing ? t('problem.missing') : t('problem.outdated')} {message} {advice}{' '}
        <code>{refusal.code}</code>
      </span>
      {retry && (
        <Button size="small" onClick={retry}>
          {t('common.retry')}
        </Button>
      )}
    </output>
  );
}
