import { App, Button, Checkbox, Drawer, Form, Input, Select } from 'antd';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Role, type NewUser, type User } from '@branchline/shared';
import { refusalOf, request } from '../api/request.ts';
import { useSites } from '../campaigns/campaign-queries.ts';
import { useSession } from '../session/session.ts';
import { RefusalAlert } from '../states/refusal-alert.tsx';
import { useWords } from '../words/use-words.ts';

interface PersonForm {
  name: string;
  displayName: string;
  password?: string;
  language: User['language'];
  totpRequired: boolean;
  grants: { role: Role; site?: string | null }[];
}

/** Somebody new, or what is to change about somebody. */
export function PersonDrawer({ person, close }: { readonly person?: User; readonly close: () => void }) {
  const { t } = useWords();
  const { message } = App.useApp();
  const client = useQueryClient();
  const sites = useSites();
  const [form] = Form.useForm<PersonForm>();
  const save = useMutation({
    mutationFn: ({ name, password, grants, ...rest }: PersonForm) => {
      const body = {
        ...rest,
        grants: grants.map(({ role, site }) => ({ role, ...(site && { site }) })),
        ...(password && { password }),
      };
      return person
        ? request<User>('PATCH', `/users/${encodeURIComponent(person.id)}`, body)
        : request<User>('POST', '/users', { ...body, name } satisfies Partial<NewUser>);
    },
    onSuccess: async (saved) => {
      await client.invalidateQueries({ queryKey: ['users'] });
      void message.success(t('people.saved', { name: saved.displayName }));
      close();
    },
  });
  const needed = { required: true, message: t('fault.required') };
  const password = [{ min: 10, message: t('people.passwordHint') }, ...(person ? [] : [needed])];
  return (
    <Drawer
      open
      size={560}
      title={person ? t('people.edit', { name: person.name }) : t('people.create')}
      onClose={close}
      afterOpenChange={(opened) => opened && form.focusField(person ? 'displayName' : 'name')}
      footer={
        <div style={{ display: 'flex', gap: 8, justifyContent: 'flex-end' }}>
          <Button onClick={close}>{t('common.cancel')}</Button>
          <Button type="primary" loading={save.isPending} onClick={form.submit}>
            {t('people.save')}
          </Button>
        </div>
      }
    >
      <RefusalAlert problem={save.error} />
      <Form<PersonForm>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={person ?? { language: 'zh-CN', totpRequired: false, grants: [{ role: 'supervisor' }] }}
        onFinish={(values) => save.mutate(values)}
      >
        <Form.Item
          name="name"
          label={t('people.name')}
          extra={t('people.nameHint')}
          rules={[needed, { pattern: /^[a-z0-9][a-z0-9-]{0,38}$/, message: t('people.nameHint') }]}
        >
          <Input disabled={person !== undefined} autoComplete="off" />
        </Form.Item>
        <Form.Item name="displayName" label={t('people.display')} rules={[needed]}>
          <Input autoComplete="off" />
        </Form.Item>
        <Form.Item
          name="password"
          label={t('people.password')}
          extra={person ? t('people.passwordKeep') : t('people.passwordHint')}
          rules={password}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Form.Item name="language" label={t('people.language')}>
          <Select
            options={[
              { value: 'zh-CN', label: '中文' },
              { value: 'en', label: 'English' },
            ]}
          />
        </Form.Item>
        <Form.Item
          name="totpRequired"
          valuePropName="checked"
          label={t('people.column.factor')}
          extra={t('people.requireHint')}
        >
          <Checkbox>{t('people.require')}</Checkbox>
        </Form.Item>
        {person?.totp && <ResetFactor person={person} done={close} />}
        <Form.Item label={t('people.grants')} extra={t('people.grantsHint')}>
          <Form.List name="grants">
            {(fields, { add, remove }) => (
              <>
                {fields.map(({ key, name }) => (
                  <div key={key} className="grant-row">
                    <Form.Item name={[name, 'role']} noStyle rules={[needed]}>
                      <Select
                        aria-label={t('people.grants')}
                        options={Role.enum.map((role) => ({ value: role, label: t(`role.${role}`) }))}
                      />
                    </Form.Item>
                    <Form.Item name={[name, 'site']} noStyle>
                      <Select
                        aria-label={t('calls.allSites')}
                        allowClear
                        placeholder={t('people.everywhere')}
                        options={(sites.data?.items ?? []).map((site) => ({
                          value: site.id,
                          label: site.name,
                        }))}
                        showSearch={{ optionFilterProp: 'label' }}
                      />
                    </Form.Item>
                    <Button aria-label={t('people.removeGrant')} onClick={() => remove(name)}>
                      ×
                    </Button>
                  </div>
                ))}
                <Button onClick={() => add({ role: 'supervisor' })}>{t('people.addGrant')}</Button>
              </>
            )}
          </Form.List>
        </Form.Item>
        <button type="submit" hidden aria-label={t('people.save')} />
      </Form>
    </Drawer>
  );
}

/** For a phone that is lost: the person signs in with the password alone once, and enrols anew. */
function ResetFactor({ person, done }: { readonly person: User; readonly done: () => void }) {
  const { t, error } = useWords();
  const { modal, message } = App.useApp();
  const client = useQueryClient();
  const session = useSession();
  const reset = useMutation({
    mutationFn: () => request('POST', `/users/${encodeURIComponent(person.id)}/totp/reset`),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['users'] });
      void message.success(t('people.resetDone', { name: person.displayName }));
      done();
    },
    onError: (problem) => void message.error(error(refusalOf(problem)).message),
  });
  if (session.state === 'in' && session.view.user.id === person.id) return null;
  return (
    <Form.Item>
      <Button
        danger
        loading={reset.isPending}
        onClick={() => {
          void modal.confirm({
            title: t('people.resetConfirm', { name: person.displayName }),
            content: t('people.resetHint'),
            okText: t('people.reset'),
            cancelText: t('common.cancel'),
            onOk: () => reset.mutateAsync().catch(() => undefined),
          });
        }}
      >
        {t('people.reset')}
      </Button>
    </Form.Item>
  );
}
