import { Select } from 'antd';
import type { QueueExit } from '@branchline/shared';
import { useWords } from '../words/use-words.ts';

/** Where a caller goes, as one choice. */
export function ExitChoice(props: {
  readonly label: string;
  readonly queues: readonly { readonly id: string; readonly name: string }[];
  readonly value?: QueueExit;
  readonly onChange?: (exit: QueueExit) => void;
  readonly id?: string;
}) {
  const { label, queues, value, onChange, id } = props;
  const { t } = useWords();
  const options = [
    { value: 'group', label: t('staff.exits.group') },
    { value: 'voicemail', label: t('staff.exits.voicemail') },
    { value: 'site', label: t('staff.exits.site') },
    ...queues.map((queue) => ({ value: `queue ${queue.id}`, label: t('staff.exits.queue', queue) })),
  ];
  return (
    <Select
      {...(id !== undefined && { id })}
      aria-label={label}
      value={value?.to === 'queue' ? `queue ${value.queue}` : (value?.to ?? null)}
      options={options}
      onChange={(chosen) => {
        if (chosen === 'group' || chosen === 'voicemail') onChange?.({ to: chosen });
        // The queue that is meant there stays when it was stated in the plan.
        else if (chosen === 'site') onChange?.(value?.to === 'site' ? value : { to: 'site' });
        else onChange?.({ to: 'queue', queue: chosen.slice('queue '.length) });
      }}
    />
  );
}
