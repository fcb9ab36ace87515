import { Select } from 'antd';
import type { Disposition } from '@branchline/shared';
import { useWords } from '../words/use-words.ts';

type Callback = NonNullable<Disposition['callback']>;

/** Hours after which people usually ask to be called again. */
const offeredHours = [1, 4, 24, 72, 168];

/** What a key promises: no call, or one so much later by the same agent or anyone. A form field. */
export function CallbackChoice(props: {
  readonly value?: Callback;
  readonly onChange?: (value: Callback | undefined) => void;
}) {
  const { t, number } = useWords();
  const { value } = props;
  const offered: Callback[] = (['own', 'anyone'] as const).flatMap((who) =>
    offeredHours.map((hours) => ({ delaySeconds: hours * 3600, for: who })),
  );
  const name = (one: Callback | undefined): string => (one ? `${one.delaySeconds} ${one.for}` : '');
  const all = value && !offered.some((one) => name(one) === name(value)) ? [value, ...offered] : offered;
  return (
    <Select
      aria-label={t('form.callback')}
      value={name(value)}
      popupMatchSelectWidth={false}
      onChange={(chosen: string) => props.onChange?.(all.find((one) => name(one) === chosen))}
      options={[
        { value: '', label: t('common.none') },
        ...all.map((one) => ({
          value: name(one),
          label: t(`form.callbackFor.${one.for}`, { hours: number.count(one.delaySeconds / 3600) }),
        })),
      ]}
    />
  );
}
