import { Button, Tooltip } from 'antd';
import { useWords } from '../words/use-words.ts';

/**
 * Takes along as CSV what a page shows.
 * @param props.path of the export, with the page's filter
 */
export function ExportButton(props: {
  readonly path: string;
  readonly hint: string;
  readonly small?: boolean;
}) {
  const { t } = useWords();
  const { path, hint, small = false } = props;
  return (
    <Tooltip title={hint}>
      <Button href={`/api/v1${path}`} download {...(small && { size: 'small' })}>
        {t('calls.export')}
      </Button>
    </Tooltip>
  );
}
