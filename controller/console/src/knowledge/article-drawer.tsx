import { App, Button, Drawer, Form, Input, Select, Skeleton } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { ArticleText, type ArticleVersion } from '@branchline/shared';
import { useCampaigns } from '../campaigns/campaign-queries.ts';
import { dateTime, ownZone } from '../format/times.ts';
import { may } from '../session/abilities.ts';
import { useGrants } from '../session/use-grants.ts';
import { Asked } from '../states/asked.tsx';
import { RefusalAlert } from '../states/refusal-alert.tsx';
import { useWords } from '../words/use-words.ts';
import { articleVersionsQuery, useRemoveArticle, useSaveArticle } from './article-queries.ts';
import { languageNames } from './language-names.ts';

interface ArticleForm extends ArticleText {
  readonly why: string;
}

/** An article to be read, changed or taken away; without an id a new one. */
export function ArticleDrawer({
  id,
  close,
}: {
  readonly id: string | undefined;
  readonly close: () => void;
}) {
  return id === undefined ? <Editor versions={[]} close={close} /> : <Existing id={id} close={close} />;
}

function Existing({ id, close }: { readonly id: string; readonly close: () => void }) {
  const { t } = useWords();
  const versions = useQuery(articleVersionsQuery(id));
  if (versions.data) return <Editor versions={versions.data.items} close={close} />;
  return (
    <Drawer open size={720} onClose={close}>
      <Asked question={versions} skeleton={<Skeleton active aria-label={t('common.loading')} />}>
        {() => null}
      </Asked>
    </Drawer>
  );
}

/** @param props.versions newest first; none: a new article */
function Editor(props: { readonly versions: readonly ArticleVersion[]; readonly close: () => void }) {
  const { versions, close } = props;
  const [latest] = versions;
  const { t, language } = useWords();
  const { message, modal } = App.useApp();
  const writer = may(useGrants(), 'knowledge-write', []);
  const [form] = Form.useForm<ArticleForm>();
  const save = useSaveArticle(latest?.id);
  const remove = useRemoveArticle(latest?.id ?? '');
  const campaigns = useCampaigns(true).data?.pages.flatMap(({ items }) => items) ?? [];
  const send = ({ why, ...settings }: ArticleForm): void =>
    save.mutate(
      {
        settings: { ...settings, title: settings.title.trim(), text: settings.text.trim() },
        ...(why.trim() && { why: why.trim() }),
        ...(latest && { over: latest.version }),
      },
      {
        onSuccess: ({ settings: { title } }) => {
          void message.success(t('knowledge.saved', { title }));
          close();
        },
      },
    );
  const ask = (): void =>
    void modal.confirm({
      title: t('knowledge.removeTitle', { title: latest?.settings.title }),
      okText: t('knowledge.remove'),
      cancelText: t('common.cancel'),
      okButtonProps: { danger: true },
      onOk: () => remove.mutateAsync().then(close, () => undefined),
    });
  const needed = { required: true, whitespace: true, message: t('fault.required') };
  return (
    <Drawer
      open
      size={720}
      title={latest ? latest.settings.title : t('knowledge.create')}
      onClose={close}
      afterOpenChange={(opened) => opened && form.focusField('title')}
      footer={
        writer && (
          <div style={{ display: 'flex', gap: 8, justifyContent: 'flex-end' }}>
            {latest && (
              <Button danger loading={remove.isPending} style={{ marginRight: 'auto' }} onClick={ask}>
                {t('knowledge.remove')}
              </Button>
            )}
            <Button onClick={close}>{t('common.cancel')}</Button>
            <Button type="primary" loading={save.isPending} onClick={form.submit}>
              {t('knowledge.save')}
            </Button>
          </div>
        )
      }
    >
      <RefusalAlert problem={save.error ?? remove.error} />
      <Form<ArticleForm>
        form={form}
        layout="vertical"
        requiredMark={false}
        disabled={!writer}
        initialValues={{
          ...(latest?.settings ?? { title: '', text: '', language, campaigns: [], queues: [] }),
          why: '',
        }}
        onFinish={send}
      >
        <Form.Item name="title" label={t('knowledge.field.title')} rules={[needed]}>
          <Input maxLength={200} autoComplete="off" />
        </Form.Item>
        <Form.Item name="language" label={t('knowledge.field.language')}>
          <Select
            options={ArticleText.properties.language.enum.map((value) => ({
              value,
              label: languageNames[value],
            }))}
          />
        </Form.Item>
        <Form.Item name="text" label={t('knowledge.field.text')} rules={[needed]}>
          <Input.TextArea maxLength={20_000} showCount autoSize={{ minRows: 8, maxRows: 24 }} />
        </Form.Item>
        <Form.Item name="campaigns" label={t('knowledge.field.campaigns')} extra={t('knowledge.forHint')}>
          <Select
            mode="multiple"
            allowClear
            options={campaigns.map(({ id, name }) => ({ value: id, label: name }))}
            showSearch={{ optionFilterProp: 'label' }}
          />
        </Form.Item>
        <Form.Item
          name="queues"
          label={t('knowledge.field.queues')}
          rules={[
            {
              type: 'array',
              defaultField: { pattern: /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, message: t('fault.form') },
            },
          ]}
        >
          <Select mode="tags" open={false} suffixIcon={null} placeholder={t('knowledge.queuesHint')} />
        </Form.Item>
        {writer && (
          <Form.Item name="why" label={t('flows.why')}>
            <Input maxLength={200} autoComplete="off" />
          </Form.Item>
        )}
      </Form>
      {versions.length > 0 && (
        <>
          <h3 className="form-section">{t('knowledge.versions')}</h3>
          <ol className="article-versions">
            {versions.map(({ version, at, by, why }) => (
              <li key={version}>
                {t('knowledge.versionLine', { version, at: dateTime(at, language, ownZone()), by })}
                {why !== undefined && <span className="quiet"> · {why}</span>}
              </li>
            ))}
          </ol>
        </>
      )}
    </Drawer>
  );
}
