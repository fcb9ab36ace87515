import { useState, type ReactNode } from 'react';
import { App, Button, Drawer, Form, Input, type FormInstance } from 'antd';
import type { BranchPlan, PlanVersion } from '@branchline/shared';
import { refusalOf } from '../api/request.ts';
import { fieldOf, forgetFaults, problemWord, type Fault, type FieldPath } from '../parts/form-faults.ts';
import { RefusalAlert } from '../states/refusal-alert.tsx';
import { useWords } from '../words/use-words.ts';
import { useSavePlan, type PlanPart } from './plan-queries.ts';

/** Shortest reason that says anything, characters; two are a word in Chinese. */
const leastReason = 2;

/** A part of a box's plan in a form; it is stored with a reason, over the version that was shown when the form was opened. */
export function PlanDrawer<F extends object>(props: {
  readonly edge: string;
  /** What is sent: the whole plan, or its people and queues alone, which more people may change. */
  readonly part?: PlanPart;
  readonly title: string;
  readonly latest: PlanVersion;
  readonly initial: F;
  /** Where the part stands in the plan, as the API names it: `/lines/3`, or nothing. */
  readonly place: string;
  readonly faultsOf: (form: F) => readonly Fault[];
  readonly planOf: (plan: BranchPlan, form: F) => BranchPlan;
  readonly close: () => void;
  readonly children: ReactNode;
}) {
  const { edge, part = 'plan', title, place, faultsOf, planOf, close, children } = props;
  const { t, error } = useWords();
  const { modal, message } = App.useApp();
  const [form] = Form.useForm<F>();
  const [why, setWhy] = useState('');
  const [whyMissed, setWhyMissed] = useState(false);
  const [base] = useState(props.latest);
  const [initial] = useState(props.initial);
  const save = useSavePlan(edge, part);

  const leave = (): void => {
    if (!form.isFieldsTouched() && why === '') return close();
    modal.confirm({
      title: t('form.discard'),
      okText: t('form.discardConfirm'),
      cancelText: t('form.keep'),
      onOk: close,
    });
  };

  const send = (): void => {
    save.reset();
    const stated = form.getFieldsValue(true) as F;
    const faults = faultsOf(stated);
    for (const { name } of form.getFieldsError()) setFault(form, name, []);
    for (const { field, text } of faults) setFault(form, field, [text]);
    const reason = why.trim();
    setWhyMissed(reason.length < leastReason);
    const [first] = faults;
    if (first) return form.scrollToField([...first.field], { block: 'center', focus: true });
    if (reason.length < leastReason) return document.getElementById('plan-why')?.focus();
    save.mutate(
      { plan: planOf(base.plan, stated), over: base.version, why: reason },
      {
        onSuccess: () => {
          void message.success(t('lines.edit.saved'));
          close();
        },
        onError: (problem) => {
          const said = refusalOf(problem);
          if (!said.place?.startsWith(`${place}/`)) return;
          const detail = /: (.*)\.$/s.exec(said.message)?.[1] ?? said.message;
          setFault(form, fieldOf(said.place.slice(place.length)), [
            problemWord(t, detail) ?? error(said).message,
          ]);
        },
      },
    );
  };

  return (
    <Drawer
      open
      size={620}
      title={title}
      onClose={leave}
      mask={{ closable: true }}
      footer={
        <div className="plan-footer">
          <Form.Item
            label={t('lines.edit.why')}
            layout="vertical"
            htmlFor="plan-why"
            validateStatus={whyMissed ? 'error' : ''}
            help={whyMissed ? t('lines.edit.whyMissed') : undefined}
          >
            <Input
              id="plan-why"
              value={why}
              maxLength={200}
              onChange={({ target }) => setWhy(target.value)}
              onPressEnter={send}
            />
          </Form.Item>
          <Button onClick={leave}>{t('common.cancel')}</Button>
          <Button type="primary" loading={save.isPending} onClick={send}>
            {t('form.save')}
          </Button>
        </div>
      }
    >
      <RefusalAlert problem={save.error} />
      <Form<F>
        form={form}
        layout="vertical"
        initialValues={initial}
        requiredMark={false}
        onFinish={send}
        onValuesChange={(changed) => forgetFaults(form, changed)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) send();
        }}
      >
        {children}
        {/* Enter in a field sends the form, as everywhere. */}
        <button type="submit" hidden aria-label={t('form.save')} />
      </Form>
    </Drawer>
  );
}

function setFault<F>(form: FormInstance<F>, field: FieldPath, errors: string[]): void {
  // The place comes from the schema's own answer: it names a field, which the type of a path cannot know.
  form.setFields([{ name: [...field] as never, errors }]);
}
