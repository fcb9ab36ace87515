import { useRef, useState } from 'react';
import { App, Skeleton } from 'antd';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { CampaignView, ImportView } from '@branchline/shared';
import { refusalOf } from '../api/request.ts';
import { uploadList, type ListWish, type UploadProgress } from '../api/upload.ts';
import { useFeed } from '../live/feed.tsx';
import { may } from '../session/abilities.ts';
import { useGrants } from '../session/use-grants.ts';
import { Asked } from '../states/asked.tsx';
import { Vacancy } from '../states/vacancy.tsx';
import { useWords } from '../words/use-words.ts';
import { importsQuery, useMoveImport } from './campaign-queries.ts';
import { DropZone } from './drop-zone.tsx';
import { ImportTable } from './import-table.tsx';
import { isMoving, mergeImports } from './import-progress.ts';
import { ListChoices } from './list-choices.tsx';
import { UploadBar } from './upload-bar.tsx';

interface Upload {
  readonly file: string;
  readonly progress: UploadProgress;
}

/** The lists of a campaign: upload with progress, what came of each, and the rows that were rejected. */
export function Imports({ campaign }: { readonly campaign: CampaignView }) {
  const { t } = useWords();
  const grants = useGrants();
  const told = useFeed((feed) => feed.imports);
  const question = useQuery(importsQuery(campaign.id, may(grants, 'import-read')));
  const [chosen, setChosen] = useState<File>();
  const { upload, send, breakOff } = useUpload(campaign.id);
  const { mutate: move } = useMoveImport(campaign.id);
  if (!may(grants, 'import-read')) return null;
  const writer = may(grants, 'import-write', campaign.settings.sites);
  const data = question.data && mergeImports(campaign.id, question.data.items, told);
  const moving = data?.find(isMoving);
  const cancel = moving ? () => move({ id: moving.id, move: 'cancel' }) : upload && breakOff;
  const closed = campaign.status === 'stopped';
  return (
    <section className="panel block wide" id="lists">
      <h2>{t('imports.title')}</h2>
      {writer && (
        <DropZone
          disabled={closed || upload !== undefined || moving !== undefined}
          hint={closed ? t('imports.closed') : moving || upload ? t('imports.busy') : t('imports.dropHint')}
          take={setChosen}
        />
      )}
      {chosen && (
        <ListChoices
          campaign={campaign.id}
          file={chosen}
          close={() => setChosen(undefined)}
          take={(wish) => {
            setChosen(undefined);
            send(chosen, wish);
          }}
        />
      )}
      {(upload ?? moving) && (
        <UploadBar
          key={moving?.id}
          file={moving?.file ?? upload?.file ?? ''}
          progress={upload?.progress}
          view={moving}
          cancel={writer && moving?.state !== 'undoing' ? cancel : undefined}
        />
      )}
      <div className="import-list">
        <Asked
          question={{ data, error: question.error, refetch: question.refetch }}
          skeleton={<Skeleton active title={false} paragraph={{ rows: 2 }} />}
        >
          {(views: readonly ImportView[]) =>
            views.length > 0 ? (
              <ImportTable views={views} writer={writer} busy={moving !== undefined} />
            ) : (
              !upload && (
                <Vacancy
                  title={t('imports.empty')}
                  advice={writer ? t('imports.emptyAdvice') : t('imports.emptyReader')}
                />
              )
            )
          }
        </Asked>
      </div>
    </section>
  );
}

function useUpload(campaign: string) {
  const { t, number, error } = useWords();
  const { message, notification } = App.useApp();
  const client = useQueryClient();
  const [upload, setUpload] = useState<Upload>();
  const stop = useRef<AbortController>(undefined);
  const send = async (file: File, wish: ListWish): Promise<void> => {
    const abort = new AbortController();
    stop.current = abort;
    setUpload({ file: file.name, progress: { sent: 0, total: file.size } });
    try {
      const view = await uploadList(
        campaign,
        file,
        wish,
        (progress) => setUpload({ file: file.name, progress }),
        abort.signal,
      );
      const [imported, duplicates, rejected] = [view.imported, view.duplicates, view.rejected].map((value) =>
        number.count(value),
      );
      void message.success(t('imports.done', { file: file.name, imported, duplicates, rejected }));
    } catch (problem) {
      if (!abort.signal.aborted) {
        const refusal = refusalOf(problem);
        const text = error(refusal);
        if (refusal.code === 'BL_IMPORT_CANCELLED') void message.info(text.message);
        else {
          notification.error({
            title: text.message,
            description: `${text.advice} (${refusal.code})`,
            duration: 0,
          });
        }
      }
    } finally {
      setUpload(undefined);
      await Promise.all([
        client.invalidateQueries({ queryKey: ['imports', campaign] }),
        client.invalidateQueries({ queryKey: ['campaign', campaign] }),
      ]);
    }
  };
  return {
    upload,
    send: (file: File, wish: ListWish) => void send(file, wish),
    breakOff: () => stop.current?.abort(),
  };
}
