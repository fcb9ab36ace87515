import { useState } from 'react';
import { App, Button, Form, InputNumber, Modal, Select } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { findConditionProblem, LeadCondition, findProblem, type PriorityChange } from '@branchline/shared';
import { refusalOf } from '../api/request.ts';
import { forgetFaults, problemWord } from '../parts/form-faults.ts';
import { useWords } from '../words/use-words.ts';
import { penetrationQuery, useRankLeads } from './campaign-queries.ts';
import { FilterRows } from './choice-rows.tsx';
import { conditionOf, type FilterRow } from './settings-form.ts';

interface Wish {
  readonly priority: number | null;
  readonly list?: string;
  readonly filter: readonly FilterRow[];
}

/** Gives all people of a campaign that fit a priority, after saying how many they are. */
export function RankLeads({ campaign }: { readonly campaign: string }) {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t('rank.open')}</Button>
      {open && <RankDialog campaign={campaign} close={() => setOpen(false)} />}
    </>
  );
}

function RankDialog(props: { readonly campaign: string; readonly close: () => void }) {
  const { campaign, close } = props;
  const { t, number, error } = useWords();
  const { modal, message, notification } = App.useApp();
  const [form] = Form.useForm<Wish>();
  const lists = useQuery(penetrationQuery(campaign));
  const { mutate: rank, isPending } = useRankLeads(campaign);
  const onError = (problem: unknown): void => {
    const refusal = refusalOf(problem);
    const text = error(refusal);
    notification.error({ title: text.message, description: `${text.advice} (${refusal.code})` });
  };
  const send = (): void => {
    // All fields, also those of rows that nobody touched.
    const { priority, list, filter: rows } = form.getFieldsValue(true) as Wish;
    const filter = rows.map(conditionOf);
    const faults = filter.flatMap((condition, i) => {
      const shape = findProblem(LeadCondition, condition);
      const found = shape
        ? { at: shape.place.split('/')[1] ?? 'field', problem: shape.problem }
        : findConditionProblem(condition);
      return found
        ? [
            {
              name: ['filter', i, found.at] as never,
              errors: [problemWord(t, found.problem) ?? found.problem],
            },
          ]
        : [];
    });
    form.setFields(faults);
    if (faults.length > 0 || priority === null) return;
    const change: PriorityChange = { priority, filter, ...(list !== undefined && { list }) };
    rank(
      { ...change, dryRun: true },
      {
        onError,
        onSuccess: ({ leads }) => {
          modal.confirm({
            title: t('rank.confirm', { count: leads, leads: number.count(leads), priority }),
            content: t('rank.lent'),
            okText: t('rank.give'),
            okButtonProps: { disabled: leads === 0 },
            cancelText: t('common.cancel'),
            onOk: () =>
              rank(change, {
                onError,
                onSuccess: (done) => {
                  void message.success(
                    t('rank.done', { count: done.leads, leads: number.count(done.leads) }),
                  );
                  close();
                },
              }),
          });
        },
      },
    );
  };
  return (
    <Modal
      open
      width={680}
      title={t('rank.title')}
      okText={t('rank.count')}
      okButtonProps={{ loading: isPending }}
      cancelText={t('common.cancel')}
      onOk={send}
      onCancel={close}
    >
      <Form<Wish>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ priority: 50, filter: [] } satisfies Wish}
        onFinish={send}
        onValuesChange={(changed) => forgetFaults(form, changed)}
      >
        <p className="form-hint">{t('rank.hint')}</p>
        <div className="form-row">
          <Form.Item<Wish> name="priority" label={t('rank.priority')}>
            <InputNumber min={0} max={100} precision={0} style={{ width: '100%' }} />
          </Form.Item>
          <Form.Item<Wish> name="list" label={t('form.quotaList')}>
            <Select
              allowClear
              placeholder={t('form.quotaWhole')}
              options={(lists.data?.items ?? []).map((list) => ({ value: list.import, label: list.file }))}
            />
          </Form.Item>
        </div>
        <FilterRows />
      </Form>
    </Modal>
  );
}
