import { Button } from 'antd';
import { refusalOf } from '../api/request.ts';
import { useWords } from '../words/use-words.ts';

/** Why something is not shown: code, what happened, what to do, and the way to try again. */
export function ErrorPanel({ error, retry }: { readonly error: unknown; readonly retry?: () => void }) {
  const words = useWords();
  const refusal = refusalOf(error);
  const { message, advice } = words.error(refusal);
  return (
    <div className="error-panel" role="alert">
      <h2>{message}</h2>
      <p>{advice}</p>
      <p className="error-panel-code">
        <code>{refusal.code}</code>
        {refusal.requestId && <span>{words.t('common.request', { id: refusal.requestId })}</span>}
      </p>
      {retry && (
        <Button type="primary" onClick={retry}>
          {words.t('common.retry')}
        </Button>
      )}
    </div>
  );
}
