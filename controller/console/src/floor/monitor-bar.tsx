import { Button, Segmented } from 'antd';
import type { MonitorMode } from '@branchline/shared';
import { useWords } from '../words/use-words.ts';
import type { CallAtHand } from './floor-acts.ts';

/** A call that a phone of this person is in. */
export interface HeardCall {
  readonly at: CallAtHand;
  readonly phone: string;
  readonly mode: Exclude<MonitorMode, 'stop'>;
}

const modes = ['listen', 'whisper', 'barge'] as const;

/** While somebody listens: what they do in the call, and the way out of it. */
export function MonitorBar(props: {
  readonly heard: HeardCall;
  readonly change: (mode: MonitorMode) => void;
  readonly takeOver: () => void;
}) {
  const { heard, change, takeOver } = props;
  const { t } = useWords();
  return (
    <section className="panel monitor-bar" data-heard={heard.mode}>
      <span>{t('floor.heard', { phone: heard.phone, who: heard.at.who })}</span>
      <Segmented
        value={heard.mode}
        options={modes.map((value) => ({ value, label: t(`floor.monitor.${value}`) }))}
        onChange={change}
      />
      <Button onClick={takeOver}>{t('floor.takeOver')}</Button>
      <Button danger onClick={() => change('stop')}>
        {t('floor.leave')}
      </Button>
    </section>
  );
}
