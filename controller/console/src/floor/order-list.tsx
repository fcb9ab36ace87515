import { errorCatalogue } from '@branchline/shared';
import { useWords } from '../words/use-words.ts';
import type { GivenOrder } from './use-orders.ts';

const tones = { queued: 'quiet', sent: 'quiet', done: 'good', failed: 'bad', expired: 'bad' } as const;
const catalogue: Readonly<Record<string, { readonly advice: string }>> = errorCatalogue;

/** The orders given here, latest first, each with what came of it. */
export function OrderList({ orders }: { readonly orders: readonly GivenOrder[] }) {
  const { t, error } = useWords();
  return (
    <ul className="floor-orders" aria-live="polite" aria-label={t('floor.orders')}>
      {orders.map(({ key, what, state, error: refusal }) => {
        const said = refusal && error({ ...refusal, advice: catalogue[refusal.code]?.advice ?? '' });
        return (
          <li key={key} data-order={state}>
            <span>{what}</span>
            <strong className={tones[state]}>{t(`sitePage.commandState.${state}`)}</strong>
            {said && (
              <span className="bad">
                {said.message} {said.advice} <code>{refusal.code}</code>
              </span>
            )}
          </li>
        );
      })}
    </ul>
  );
}
