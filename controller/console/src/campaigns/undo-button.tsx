import { App, Button } from 'antd';
import { useMutation } from '@tanstack/react-query';
import type { ImportView, UndoForecast } from '@branchline/shared';
import { refusalOf, request } from '../api/request.ts';
import { useWords } from '../words/use-words.ts';
import { useMoveImport } from './campaign-queries.ts';

/** Takes a list back, after saying how much of it that is. Again for what was lent the first time. */
export function UndoButton({ view, busy }: { readonly view: ImportView; readonly busy: boolean }) {
  const { t, number, error } = useWords();
  const { modal, notification } = App.useApp();
  const { mutate: move } = useMoveImport(view.campaign);
  const offered = view.state === 'done' || (view.state === 'undone' && (view.kept?.lent ?? 0) > 0);
  const refused = (problem: unknown): void => {
    const refusal = refusalOf(problem);
    const text = error(refusal);
    notification.error({ title: text.message, description: `${text.advice} (${refusal.code})` });
  };
  const { mutate: ask, isPending } = useMutation({
    mutationFn: () => request<UndoForecast>('GET', `/imports/${view.id}/undo`),
    onError: refused,
    onSuccess: ({ takes, listed, lent, worked }) => {
      const kept = t('imports.undoKeeps', { lent: number.count(lent), worked: number.count(worked) });
      const text = [
        takes > 0 ? t('imports.undoTakes', { takes: number.count(takes) }) : t('imports.undoNothing'),
        ...(listed > 0 ? [t('imports.undoListed', { listed: number.count(listed) })] : []),
        ...(lent + worked > 0 ? [kept] : []),
      ];
      modal.confirm({
        title: t('imports.undoTitle', { file: view.file }),
        content: text.join(' '),
        okText: t('imports.undo'),
        okButtonProps: { danger: true, disabled: takes === 0 },
        cancelText: t('common.cancel'),
        onOk: () => move({ id: view.id, move: 'undo' }, { onError: refused }),
      });
    },
  });
  if (!offered || view.imported === 0) return null;
  return (
    <Button
      size="small"
      type="link"
      loading={isPending}
      disabled={busy}
      onClick={() => ask()}
      aria-label={t('imports.undoOf', { file: view.file })}
    >
      {t('imports.undo')}
    </Button>
  );
}
