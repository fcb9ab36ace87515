import { Button, Form, Input, InputNumber, Select } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { Comparison, LeadTrait, Outcome } from '@branchline/shared';
import { outcomeWord } from '../words/known-words.ts';
import { useWords } from '../words/use-words.ts';
import { penetrationQuery } from './campaign-queries.ts';
import type { FilterRow, FormSettings } from './settings-form.ts';

/** What people must be to be dialed; for any form with a `filter`. */
export function FilterRows() {
  const { t } = useWords();
  return (
    <Form.List name="filter">
      {(rows, { add, remove }) => (
        <div className="rules">
          {rows.map((row) => (
            <div key={row.key} className="rule-row filter-row condition-row">
              <Condition row={row.name} />
              <Button type="text" aria-label={t('common.remove')} onClick={() => remove(row.name)}>
                ×
              </Button>
            </div>
          ))}
          <Button
            type="dashed"
            onClick={() => add({ of: 'field', field: '', compare: '=', values: [] } satisfies FilterRow)}
          >
            + {t('form.addCondition')}
          </Button>
        </div>
      )}
    </Form.List>
  );
}

function Condition({ row }: { readonly row: number }) {
  const { t } = useWords();
  const form = Form.useFormInstance();
  const of = Form.useWatch<LeadTrait | undefined>(['filter', row, 'of'], form) ?? 'field';
  return (
    <>
      <Form.Item name={[row, 'of']}>
        <Select
          aria-label={t('form.trait')}
          options={LeadTrait.enum.map((value) => ({ value, label: t(`form.traits.${value}`) }))}
          onChange={() => {
            // What was said of one is nonsense about another.
            form.setFieldValue(['filter', row, 'compare'], '=');
            form.setFieldValue(['filter', row, 'values'], []);
          }}
        />
      </Form.Item>
      <Form.Item name={[row, 'field']} hidden={of !== 'field'}>
        <Input maxLength={60} placeholder={t('form.field')} aria-label={t('form.field')} />
      </Form.Item>
      <Form.Item name={[row, 'compare']}>
        <Select
          aria-label={t('form.comparison')}
          options={comparisonsOf[of].map((value) => ({ value, label: t(`form.compare.${value}`) }))}
        />
      </Form.Item>
      <Form.Item name={[row, 'values']}>
        {of === 'outcome' ? (
          <Select
            mode="multiple"
            aria-label={t('form.value')}
            showSearch={{ optionFilterProp: 'label' }}
            options={Outcome.enum.map((value) => ({ value, label: outcomeWord(t, value) }))}
          />
        ) : (
          <Select mode="tags" open={false} suffixIcon={null} aria-label={t('form.value')} />
        )}
      </Form.Item>
    </>
  );
}

/** What each can be compared by. */
const comparisonsOf: Readonly<Record<LeadTrait, readonly Comparison[]>> = {
  field: Comparison.enum,
  attempts: Comparison.enum.filter((compare) => compare !== 'contains'),
  outcome: ['=', '!=', 'in'],
};

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
