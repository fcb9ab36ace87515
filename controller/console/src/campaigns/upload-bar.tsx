import { Button } from 'antd';
import type { ImportView } from '@branchline/shared';
import type { UploadProgress } from '../api/upload.ts';
import { share } from '../format/numbers.ts';
import { Meter } from '../parts/meter.tsx';
import { useWords } from '../words/use-words.ts';
import { importShare } from './import-progress.ts';

/** How far a list is: bytes on their way first, then rows read. */
export function UploadBar(props: {
  readonly file: string;
  readonly progress: UploadProgress | undefined;
  readonly view: ImportView | undefined;
  readonly cancel?: () => void;
}) {
  const { file, progress, view, cancel } = props;
  const { t, number } = useWords();
  const rows = view?.rows ?? 0;
  const sending = progress !== undefined && progress.sent < progress.total;
  const value = sending ? share(progress.sent, progress.total) : ((view && importShare(view)) ?? 1);
  const text = sending
    ? t('imports.sending', { sent: number.bytes(progress.sent), total: number.bytes(progress.total) })
    : t('imports.reading', { count: rows, shown: number.count(rows) });
  return (
    <output className="upload">
      <span>
        <strong>{file}</strong> <span className="quiet">{text}</span>
      </span>
      {cancel && (
        <Button size="small" onClick={cancel}>
          {t('imports.cancel')}
        </Button>
      )}
      <Meter value={value} tone="accent" label={text} />
    </output>
  );
}
