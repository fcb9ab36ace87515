import { App, Button } from 'antd';
import { useMutation } from '@tanstack/react-query';
import { refusalOf, request } from '../api/request.ts';
import { may } from '../session/abilities.ts';
import { useGrants } from '../session/use-grants.ts';
import { useWords } from '../words/use-words.ts';
import type { LineCardProps } from './line-card.tsx';

/** What a person may tell the line to do. */
export function LineOrders({ edge, name, line, inventory, site, edit }: LineCardProps) {
  const kind = inventory?.kind;
  const { t, error } = useWords();
  const { message } = App.useApp();
  const allowed = may(useGrants(), 'line-orders', [site.id]);
  const order = useMutation({
    mutationFn: (verb: string) =>
      request('POST', `/edges/${encodeURIComponent(edge)}/commands`, { verb, args: { line: name } }),
    onSuccess: () => void message.success(t('lines.sent')),
    onError: (failure) => void message.error(error(refusalOf(failure)).message),
  });
  const steerable = allowed && line.phase !== 'disabled';
  if (!steerable && !edit) return null;
  const held = line.held?.limit;
  const quarantined = held === 'answered-ratio' || held === 'failures-in-a-row';
  const orders: readonly (readonly [verb: string, words: string])[] = [
    line.phase === 'drained' ? ['line-resume', t('lines.resume')] : ['line-drain', t('lines.drain')],
    ...(quarantined ? ([['line-release', t('lines.release')]] as const) : []),
    ...(kind === 'gsm-modem' || (kind === 'gsm-gateway' && line.sim)
      ? ([['line-reset', t('lines.reset')]] as const)
      : []),
  ];
  return (
    <footer>
      {(steerable ? orders : []).map(([verb, words]) => (
        <Button
          key={verb}
          size="small"
          loading={order.isPending && order.variables === verb}
          onClick={() => order.mutate(verb)}
        >
          {words}
        </Button>
      ))}
      {edit && (
        <Button size="small" onClick={edit}>
          {t('lines.edit.open')}
        </Button>
      )}
    </footer>
  );
}
