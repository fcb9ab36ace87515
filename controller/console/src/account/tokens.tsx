import { Alert, App, Button, Form, Input, InputNumber, Table, type TableColumnsType } from 'antd';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { NewToken, TokenView } from '@branchline/shared';
import { refusalOf, request } from '../api/request.ts';
import { dateTime, ownZone } from '../format/times.ts';
import { Asked } from '../states/asked.tsx';
import { useWords } from '../words/use-words.ts';

/** The API tokens of whoever is signed in. */
export function Tokens() {
  const { t, language, error } = useWords();
  const { modal, message } = App.useApp();
  const client = useQueryClient();
  const [form] = Form.useForm<NewToken>();
  const again = () => client.invalidateQueries({ queryKey: ['tokens'] });
  const refused = (problem: unknown): void => void message.error(error(refusalOf(problem)).message);
  const tokens = useQuery({
    queryKey: ['tokens'],
    queryFn: ({ signal }) => request<{ items: TokenView[] }>('GET', '/tokens', undefined, signal),
  });
  const make = useMutation({
    mutationFn: (token: NewToken) => request<TokenView>('POST', '/tokens', token),
    onSuccess: () => {
      form.resetFields();
      return again();
    },
    onError: refused,
  });
  const remove = useMutation({
    mutationFn: (id: string) => request('DELETE', `/tokens/${encodeURIComponent(id)}`),
    onSettled: again,
    onError: refused,
  });
  const columns: TableColumnsType<TokenView> = [
    { title: t('account.tokenColumn.label'), dataIndex: 'label' },
    {
      title: t('account.tokenColumn.created'),
      width: 200,
      render: (_, token) => dateTime(token.createdAt, language, ownZone()),
    },
    {
      title: t('account.tokenColumn.expires'),
      width: 200,
      render: (_, token) => dateTime(token.expiresAt, language, ownZone()),
    },
    {
      width: 110,
      align: 'right',
      render: (_, token) => (
        <Button
          size="small"
          danger
          onClick={() => {
            void modal.confirm({
              title: t('account.tokenDeleteConfirm', { label: token.label }),
              okText: t('account.tokenDelete'),
              cancelText: t('common.cancel'),
              onOk: () => remove.mutateAsync(token.id).catch(() => undefined),
            });
          }}
        >
          {t('account.tokenDelete')}
        </Button>
      ),
    },
  ];
  return (
    <section className="panel block tokens">
      <h2>{t('account.tokens')}</h2>
      <p className="quiet">{t('account.tokensHint')}</p>
      {make.data?.secret !== undefined && (
        <Alert
          type="success"
          showIcon
          title={t('account.tokenMade')}
          description={<code data-secret>{make.data.secret}</code>}
          style={{ marginBottom: 12 }}
        />
      )}
      <Form<NewToken> form={form} layout="inline" onFinish={(token) => make.mutate(token)}>
        <Form.Item name="label" rules={[{ required: true, message: t('fault.required') }]}>
          <Input aria-label={t('account.tokenLabel')} placeholder={t('account.tokenLabel')} maxLength={100} />
        </Form.Item>
        <Form.Item name="days" initialValue={90}>
          <InputNumber
            aria-label={t('account.tokenDays')}
            min={1}
            max={366}
            prefix={t('account.tokenDays')}
            style={{ width: 240 }}
          />
        </Form.Item>
        <Button htmlType="submit" loading={make.isPending}>
          {t('account.tokenMake')}
        </Button>
      </Form>
      <Asked question={tokens} skeleton={<p className="quiet">{t('common.loading')}</p>}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="quiet">{t('account.tokenEmpty')}</p>
          ) : (
            <Table<TokenView>
              size="small"
              rowKey="id"
              columns={columns}
              dataSource={items}
              pagination={false}
              style={{ marginTop: 12 }}
            />
          )
        }
      </Asked>
    </section>
  );
}
