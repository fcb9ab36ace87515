import { useState } from 'react';
import { App, Button, Drawer, Form, type FormInstance } from 'antd';
import { useNavigate } from 'react-router';
import type { CampaignSettings, CampaignView } from '@branchline/shared';
import { refusalOf } from '../api/request.ts';
import { fieldOf, forgetFaults, problemWord, type FieldPath } from '../parts/form-faults.ts';
import { RefusalAlert } from '../states/refusal-alert.tsx';
import { useWords } from '../words/use-words.ts';
import { CampaignFields } from './campaign-fields.tsx';
import { useSaveCampaign } from './campaign-queries.ts';
import { changeOf, copyForm, formOf, newForm, settingsOf, type FormSettings } from './settings-form.ts';
import { findFaults } from './settings-problems.ts';

function setFault(form: FormInstance<FormSettings>, field: FieldPath, errors: string[]): void {
  // The place comes from the schema's own answer: it names a field, which the type of a path cannot know.
  form.setFields([{ name: [...field] as never, errors }]);
}

/**
 * A new campaign, or the settings of one.
 * @param props.copyOf settings that a new campaign begins with
 * @param props.sites the only sites this person may choose
 */
export function CampaignDrawer(props: {
  readonly campaign?: CampaignView;
  readonly copyOf?: CampaignSettings;
  readonly sites?: readonly string[] | undefined;
  readonly close: () => void;
}) {
  const { campaign, copyOf, sites, close } = props;
  const { t, error } = useWords();
  const { modal, message } = App.useApp();
  const [form] = Form.useForm<FormSettings>();
  const navigate = useNavigate();
  const save = useSaveCampaign(campaign?.id);
  const [initial] = useState(() => {
    if (campaign) return formOf(campaign.settings);
    return copyOf ? copyForm(t, copyOf) : newForm(t, sites);
  });

  const leave = (): void => {
    if (!form.isFieldsTouched()) return close();
    modal.confirm({
      title: t('form.discard'),
      okText: t('form.discardConfirm'),
      cancelText: t('form.keep'),
      onOk: close,
    });
  };

  const send = (): void => {
    save.reset();
    // All fields, also those of lists: the form itself only knows what was touched.
    const fields = form.getFieldsValue(true) as FormSettings;
    const settings = settingsOf(fields);
    const faults = findFaults(t, settings);
    for (const { name } of form.getFieldsError()) setFault(form, name, []);
    if (faults.length > 0) {
      for (const { field, text } of faults) setFault(form, field, [text]);
      const [first] = faults;
      if (first) form.scrollToField([...first.field], { block: 'center', focus: true });
      return;
    }
    save.mutate(campaign ? changeOf(fields) : settings, {
      onSuccess: (view) => {
        const { name } = view.settings;
        void message.success(campaign ? t('campaign.saved') : t('campaign.made', { name }));
        close();
        if (!campaign) void navigate(`/campaigns/${view.id}`);
      },
      onError: (problem) => {
        const said = refusalOf(problem);
        const field = said.place?.startsWith('/') ? fieldOf(said.place) : undefined;
        if (field) {
          const detail = /: (.*)\.$/s.exec(said.message)?.[1] ?? said.message;
          setFault(form, field, [problemWord(t, detail) ?? error(said).message]);
          form.scrollToField([...field], { block: 'center', focus: true });
        }
      },
    });
  };

  return (
    <Drawer
      open
      size={720}
      title={campaign ? t('form.edit', { name: campaign.settings.name }) : t('form.create')}
      onClose={leave}
      // Once it has slid in: before that the drawer takes the focus for itself.
      afterOpenChange={(opened) => opened && form.focusField('name')}
      mask={{ closable: true }}
      footer={
        <div style={{ display: 'flex', gap: 8, justifyContent: 'flex-end' }}>
          <Button onClick={leave}>{t('common.cancel')}</Button>
          <Button type="primary" loading={save.isPending} onClick={send}>
            {campaign ? t('form.save') : t('form.submit')}
          </Button>
        </div>
      }
    >
      <RefusalAlert problem={save.error} />
      <Form<FormSettings>
        form={form}
        layout="vertical"
        initialValues={initial}
        requiredMark={false}
        onFinish={send}
        onValuesChange={(changed) => forgetFaults(form, changed)}
        scrollToFirstError
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) send();
        }}
      >
        <CampaignFields campaign={campaign?.id} sites={sites} />
        {/* Enter in a field sends the form, as everywhere. */}
        <button type="submit" hidden aria-label={campaign ? t('form.save') : t('form.submit')} />
      </Form>
    </Drawer>
  );
}
