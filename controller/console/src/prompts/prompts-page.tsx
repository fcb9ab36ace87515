import { useState } from 'react';
import { App, Button, Table, type TableColumnsType } from 'antd';
import { useQuery } from '@tanstack/react-query';
import type { PromptVersion } from '@branchline/shared';
import { refusalOf } from '../api/request.ts';
import { Changed, ListPage } from '../parts/list-page.tsx';
import { may } from '../session/abilities.ts';
import { useGrants } from '../session/use-grants.ts';
import { useWords } from '../words/use-words.ts';
import { spoken } from './prompt-words.ts';
import { promptsQuery, soundOf, useRemoveRecording, type PromptPlace } from './prompt-queries.ts';
import { SoundPlayer } from './sound-player.tsx';
import { PromptVersions } from './prompt-versions.tsx';
import { RecordingDrawer } from './recording-drawer.tsx';

/** Recordings that take the place of spoken texts, at every branch. */
export function PromptsPage() {
  const { t } = useWords();
  const grants = useGrants();
  const allowed = may(grants, 'prompts');
  const prompts = useQuery(promptsQuery(allowed));
  const [open, setOpen] = useState<Partial<PromptPlace>>();
  const [shown, setShown] = useState<PromptPlace>();
  const writer = may(grants, 'prompt-write');
  const create = writer && (
    <Button type="primary" onClick={() => setOpen({})}>
      {t('prompts.create')}
    </Button>
  );
  return (
    <>
      <ListPage
        title={t('prompts.title')}
        empty={{ title: t('prompts.empty'), advice: t('prompts.emptyAdvice') }}
        allowed={allowed}
        question={prompts}
        create={create}
      >
        {(rows) => <PromptTable rows={rows} writer={writer} replace={setOpen} showVersions={setShown} />}
      </ListPage>
      {open && <RecordingDrawer place={open} close={() => setOpen(undefined)} />}
      {shown && <PromptVersions place={shown} writer={writer} close={() => setShown(undefined)} />}
    </>
  );
}

function PromptTable(props: {
  readonly rows: readonly PromptVersion[];
  readonly writer: boolean;
  readonly replace: (place: PromptPlace) => void;
  readonly showVersions: (place: PromptPlace) => void;
}) {
  const { rows, writer, replace, showVersions } = props;
  const { t, number } = useWords();
  const columns: TableColumnsType<PromptVersion> = [
    { title: t('prompts.prompt'), render: (_, { prompt }) => <strong>{prompt}</strong> },
    { title: t('prompts.language'), render: (_, row) => t(`prompts.in.${row.language}`) },
    {
      title: t('prompts.listen'),
      render: (_, row) => <SoundPlayer label={t('prompts.play', spoken(t, row))} src={soundOf(row)} />,
    },
    {
      title: t('prompts.length'),
      align: 'right',
      render: (_, { ms }) => t('prompts.seconds', { seconds: number.pace(ms / 1000) }),
    },
    {
      title: t('flows.version'),
      align: 'right',
      render: (_, row) => (
        <Button
          type="link"
          size="small"
          aria-label={t('prompts.versionsOf', spoken(t, row))}
          onClick={() => showVersions(row)}
        >
          {row.version}
        </Button>
      ),
    },
    {
      title: t('flows.changed'),
      render: (_, { at, by }) => <Changed at={at} by={by} />,
    },
    ...(writer
      ? [
          {
            key: 'acts',
            align: 'right' as const,
            render: (_: unknown, row: PromptVersion) => (
              <>
                <Button type="link" size="small" onClick={() => replace(row)}>
                  {t('prompts.replace')}
                </Button>
                <RemoveButton place={row} />
              </>
            ),
          },
        ]
      : []),
  ];
  return (
    <div className="panel">
      <Table<PromptVersion>
        size="medium"
        rowKey={(row) => `${row.prompt} ${row.language}`}
        columns={columns}
        dataSource={[...rows]}
        pagination={false}
        scroll={{ x: 'max-content' }}
      />
    </div>
  );
}

function RemoveButton({ place }: { readonly place: PromptPlace }) {
  const { t, error } = useWords();
  const { modal, notification } = App.useApp();
  const { mutateAsync, isPending } = useRemoveRecording();
  const remove = (): Promise<unknown> =>
    mutateAsync(place).catch((problem: unknown) => {
      const refusal = refusalOf(problem);
      const text = error(refusal);
      notification.error({ title: text.message, description: `${text.advice} (${refusal.code})` });
    });
  return (
    <Button
      type="link"
      danger
      size="small"
      loading={isPending}
      onClick={() =>
        void modal.confirm({
          title: t('prompts.removeTitle', { prompt: place.prompt }),
          content: t('prompts.removeText'),
          okText: t('common.remove'),
          okButtonProps: { danger: true },
          cancelText: t('common.cancel'),
          onOk: remove,
        })
      }
    >
      {t('common.remove')}
    </Button>
  );
}
