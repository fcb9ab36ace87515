import { useState } from 'react';
import { App, Button, Form, Input, Skeleton } from 'antd';
import type { FactorEnd, SecondFactorView } from '@branchline/shared';
import { dateTime, ownZone } from '../format/times.ts';
import { Asked } from '../states/asked.tsx';
import { RefusalAlert } from '../states/refusal-alert.tsx';
import { useWords } from '../words/use-words.ts';
import { Enrolment } from './enrolment.tsx';
import { useEndSecondFactor, useRenewSecondFactor, useSecondFactor } from './second-factor-queries.ts';

/** Recovery codes from which on it is time for new ones. */
const fewCodes = 3;

/** The authenticator app of whoever is signed in: whether there is one, and the ways to get and to lose it. */
export function SecondFactor() {
  const { t } = useWords();
  const factor = useSecondFactor();
  const renew = useRenewSecondFactor();
  const [doing, setDoing] = useState<'enrolling' | 'ending'>();
  const rest = (): void => {
    setDoing(undefined);
    void renew();
  };
  return (
    <section className="panel block account-part">
      <h2>{t('account.factor')}</h2>
      {doing === 'enrolling' ? (
        <Enrolment done={rest} cancel={rest} />
      ) : (
        <Asked question={factor} skeleton={<Skeleton active title={false} paragraph={{ rows: 2 }} />}>
          {(view) => (
            <>
              <FactorState view={view} />
              {!view.enrolled ? (
                <Button type="primary" onClick={() => setDoing('enrolling')}>
                  {t('account.begin')}
                </Button>
              ) : doing === 'ending' ? (
                <EndForm required={view.required} done={rest} />
              ) : (
                <Button onClick={() => setDoing('ending')}>{t('account.end')}</Button>
              )}
            </>
          )}
        </Asked>
      )}
    </section>
  );
}

function FactorState({ view }: { readonly view: SecondFactorView }) {
  const { t, language } = useWords();
  if (!view.enrolled) return <p className="quiet">{t('account.none')}</p>;
  const few = view.recoveryCodes <= fewCodes;
  return (
    <p>
      <strong className="good">
        {t('account.since', { at: dateTime(view.since ?? 0, language, ownZone()) })}
      </strong>{' '}
      <span className={few ? 'warn' : 'quiet'} data-codes-left={view.recoveryCodes}>
        {t('account.codesLeft', { count: view.recoveryCodes })} {few && t('account.fewCodes')}
      </span>
    </p>
  );
}

function EndForm(props: { readonly required: boolean; readonly done: () => void }) {
  const { t } = useWords();
  const { message } = App.useApp();
  const end = useEndSecondFactor();
  const needed = { required: true, message: t('fault.required') };
  return (
    <Form<FactorEnd>
      layout="vertical"
      requiredMark={false}
      onFinish={(proof) =>
        end.mutate(proof, {
          onSuccess: () => {
            void message.success(t('account.ended'));
            props.done();
          },
        })
      }
    >
      <p className={props.required ? 'warn' : 'quiet'}>
        {t(props.required ? 'account.endRequired' : 'account.endHint')}
      </p>
      <RefusalAlert problem={end.error} />
      <div className="form-row account-proof">
        <Form.Item name="password" label={t('account.password')} rules={[needed]}>
          <Input.Password
            autoComplete="current-password"
            // Whoever opened this form wants to fill it in.
            // eslint-disable-next-line jsx-a11y/no-autofocus
            autoFocus
          />
        </Form.Item>
        <Form.Item name="code" label={t('account.codeOrRecovery')} rules={[needed]}>
          <Input autoComplete="one-time-code" maxLength={40} />
        </Form.Item>
      </div>
      <div className="form-actions">
        <Button danger htmlType="submit" loading={end.isPending}>
          {t('account.end')}
        </Button>
        <Button onClick={props.done}>{t('common.cancel')}</Button>
      </div>
    </Form>
  );
}
