import { Alert } from 'antd';
import { refusalOf } from '../api/request.ts';
import { useWords } from '../words/use-words.ts';

/** Why a form was refused, above its fields. */
export function RefusalAlert({ problem }: { readonly problem: unknown }) {
  const { error } = useWords();
  if (!problem) return null;
  const refusal = refusalOf(problem);
  const { message, advice } = error(refusal);
  return (
    <Alert
      type="error"
      showIcon
      title={message}
      description={
        <>
          {advice} <code>{refusal.code}</code>
        </>
      }
      style={{ marginBottom: 16 }}
    />
  );
}
