import { useEffect, useRef, useState } from 'react';
import { Button } from 'antd';
import type { ImportView } from '@branchline/shared';
import type { UploadProgress } from '../api/upload.ts';
import { share } from '../format/numbers.ts';
import { stopwatch } from '../format/times.ts';
import { Meter } from '../parts/meter.tsx';
import { useWords } from '../words/use-words.ts';
import { importShare, Pace } from './import-progress.ts';

/** How far a list is on its way in or out: bytes that have left at first, then what the controller has read. */
export function UploadBar(props: {
  readonly file: string;
  readonly progress: UploadProgress | undefined;
  readonly view: ImportView | undefined;
  readonly cancel?: (() => void) | undefined;
}) {
  const { file, progress, view, cancel } = props;
  const { t, number } = useWords();
  const sent = progress ? share(progress.sent, progress.total) : 1;
  const part = (view ? importShare(view) : sent) ?? 1;
  const left = useTimeLeft(part);
  const text = view
    ? describe(view)
    : t('imports.sending', {
        sent: number.bytes(progress?.sent ?? 0),
        total: number.bytes(progress?.total ?? 0),
      });
  const moving = view?.state !== 'cancelling' && part < 1 && left !== undefined;
  return (
    <output className="upload">
      <span>
        <strong>{file}</strong> <span className="quiet">{text}</span>
        {moving && <span className="quiet"> · {t('imports.left', { time: stopwatch(left) })}</span>}
      </span>
      {cancel && (
        <Button size="small" disabled={view?.state === 'cancelling'} onClick={cancel}>
          {t('imports.cancel')}
        </Button>
      )}
      <Meter value={part} tone="accent" label={text} />
    </output>
  );

  function describe(view: ImportView): string {
    if (view.state === 'cancelling') return t('imports.cancelling');
    if (view.state === 'undoing')
      return t('imports.undoing', {
        taken: number.count(view.takenBack),
        total: number.count(view.imported),
      });
    const rows = t('imports.reading', { count: view.rows, shown: number.count(view.rows) });
    if (view.bytesTotal === undefined) return rows;
    return `${t('imports.read', { read: number.bytes(view.bytesRead), total: number.bytes(view.bytesTotal) })} · ${rows}`;
  }
}

/** How long something still takes, ms, by how it went lately. */
function useTimeLeft(part: number): number | undefined {
  const [left, setLeft] = useState<number>();
  const present = useRef(part);
  useEffect(() => {
    present.current = part;
  }, [part]);
  useEffect(() => {
    const pace = new Pace();
    const timer = setInterval(() => {
      pace.add(performance.now(), present.current);
      setLeft(pace.leftMs());
    }, 500);
    return () => clearInterval(timer);
  }, []);
  return left;
}
