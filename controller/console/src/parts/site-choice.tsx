import { Segmented, Select } from 'antd';
import { useWords } from '../words/use-words.ts';

/** So many stand side by side; more are looked for by name. */
const mostBeside = 8;

/** One site, or all of them; nothing where there is only one. @param props.value empty: all */
export function SiteChoice(props: {
  readonly sites: readonly { readonly id: string; readonly name: string }[];
  readonly value: string;
  readonly choose: (site: string) => void;
}) {
  const { sites, value, choose } = props;
  const { t } = useWords();
  if (sites.length < 2) return null;
  const options = [
    { value: '', label: t('people.everywhere') },
    ...sites.map(({ id, name }) => ({ value: id, label: name })),
  ];
  return sites.length <= mostBeside ? (
    <Segmented aria-label={t('calls.column.site')} value={value} options={options} onChange={choose} />
  ) : (
    <Select
      aria-label={t('calls.column.site')}
      showSearch={{ optionFilterProp: 'label' }}
      value={value}
      options={options}
      onChange={choose}
      style={{ minWidth: 200 }}
    />
  );
}
