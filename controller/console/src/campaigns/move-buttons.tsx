import { App, Button } from 'antd';
import type { CampaignStatus } from '@branchline/shared';
import { refusalOf } from '../api/request.ts';
import { useWords } from '../words/use-words.ts';
import { useMoveCampaign, type CampaignMove } from './campaign-queries.ts';

interface Moved {
  readonly id: string;
  readonly name: string;
  readonly status: CampaignStatus;
  readonly total: number;
}

const offered: Readonly<Record<CampaignStatus, readonly CampaignMove[]>> = {
  draft: ['start'],
  running: ['pause', 'stop'],
  paused: ['start', 'stop'],
  stopped: [],
};

const said = { start: 'campaign.started', pause: 'campaign.paused', stop: 'campaign.stopped' } as const;

/** Start, pause, stop: what the status allows. The end is asked about, and a start that would do nothing. */
export function MoveButtons({ campaign, small }: { readonly campaign: Moved; readonly small?: boolean }) {
  const { t, error } = useWords();
  const { modal, message, notification } = App.useApp();
  const mutation = useMoveCampaign();
  const { id, name } = campaign;
  const run = (move: CampaignMove): void =>
    mutation.mutate(
      { id, move },
      {
        onSuccess: () => void message.success(t(said[move], { name })),
        onError: (problem) => {
          const refusal = refusalOf(problem);
          const text = error(refusal);
          notification.error({ title: text.message, description: `${text.advice} (${refusal.code})` });
        },
      },
    );
  const ask = (move: CampaignMove): void => {
    if (move === 'stop') {
      modal.confirm({
        title: t('campaign.stopTitle', { name }),
        content: t('campaign.stopText'),
        okText: t('campaign.stopConfirm'),
        okButtonProps: { danger: true },
        cancelText: t('common.cancel'),
        onOk: () => run(move),
      });
    } else if (move === 'start' && campaign.total === 0) {
      modal.confirm({
        title: t('campaign.startTitle', { name }),
        content: t('campaign.startText'),
        okText: t('campaign.start'),
        cancelText: t('common.cancel'),
        onOk: () => run(move),
      });
    } else run(move);
  };
  return offered[campaign.status]
    .filter((move) => !(small && move === 'stop'))
    .map((move) => (
      <Button
        key={move}
        size={small ? 'small' : 'medium'}
        type={move === 'start' && !small ? 'primary' : 'default'}
        danger={move === 'stop'}
        loading={mutation.isPending && mutation.variables.move === move}
        onClick={() => ask(move)}
      >
        {t(`campaign.${move}`)}
      </Button>
    ));
}
