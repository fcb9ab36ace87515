import { Button, Form, Input, InputNumber, Select } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { Comparison } from '@branchline/shared';
import { useWords } from '../words/use-words.ts';
import { penetrationQuery } from './campaign-queries.ts';
import type { FormSettings } from './settings-form.ts';

/** What the fields of a person must be for them to be dialed. */
export function FilterRows() {
  const { t } = useWords();
  return (
    <Form.List name="filter">
      {(rows, { add, remove }) => (
        <div className="rules">
          {rows.map((row) => (
            <div key={row.key} className="rule-row filter-row">
              <Form.Item name={[row.name, 'field']}>
                <Input maxLength={60} placeholder={t('form.field')} aria-label={t('form.field')} />
              </Form.Item>
              <Form.Item name={[row.name, 'compare']}>
                <Select
                  aria-label={t('form.comparison')}
                  options={Comparison.enum.map((value) => ({ value, label: t(`form.compare.${value}`) }))}
                />
              </Form.Item>
              <Form.Item name={[row.name, 'values']}>
                <Select mode="tags" open={false} suffixIcon={null} aria-label={t('form.value')} />
              </Form.Item>
              <Button type="text" aria-label={t('common.remove')} onClick={() => remove(row.name)}>
                ×
              </Button>
            </div>
          ))}
          <Button type="dashed" onClick={() => add({ field: '', compare: '=', values: [] })}>
            + {t('form.addCondition')}
          </Button>
        </div>
      )}
    </Form.List>
  );
}

/** How many leads with a result are enough. @param props.campaign whose lists may have quotas of their own */
export function QuotaRows({ campaign }: { readonly campaign?: string | undefined }) {
  const { t } = useWords();
  const dispositions = Form.useWatch<FormSettings['dispositions'] | undefined>('dispositions') ?? [];
  const lists = useQuery({ ...penetrationQuery(campaign ?? ''), enabled: campaign !== undefined });
  return (
    <Form.List name="quotas">
      {(rows, { add, remove }) => (
        <div className="rules">
          {rows.map((row) => (
            <div key={row.key} className="rule-row filter-row">
              <Form.Item name={[row.name, 'disposition']}>
                <Select
                  aria-label={t('form.dispositions')}
                  options={dispositions.map(({ code, label }) => ({ value: code, label: label || code }))}
                />
              </Form.Item>
              <Form.Item name={[row.name, 'leads']}>
                <InputNumber style={{ width: '100%' }} aria-label={t('form.quotaLeads')} />
              </Form.Item>
              <Form.Item name={[row.name, 'list']}>
                <Select
                  allowClear
                  placeholder={t('form.quotaWhole')}
                  aria-label={t('form.quotaList')}
                  options={(lists.data?.items ?? []).map((list) => ({
                    value: list.import,
                    label: list.file,
                  }))}
                />
              </Form.Item>
              <Button type="text" aria-label={t('common.remove')} onClick={() => remove(row.name)}>
                ×
              </Button>
            </div>
          ))}
          <Button type="dashed" onClick={() => add({ disposition: dispositions[0]?.code, leads: 100 })}>
            + {t('form.addQuota')}
          </Button>
        </div>
      )}
    </Form.List>
  );
}
