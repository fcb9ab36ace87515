import { useRef, useState } from 'react';
import { Button, Form, Input, QRCode, Steps, type InputRef } from 'antd';
import type { FactorSecret } from '@branchline/shared';
import { RefusalAlert } from '../states/refusal-alert.tsx';
import { useWords } from '../words/use-words.ts';
import { RecoveryCodeList } from './recovery-code-list.tsx';
import { useBeginEnrolment, useConfirmEnrolment } from './second-factor-queries.ts';

/** Enrolling an authenticator app: password, QR code and first code, recovery codes. Worked by keys alone. */
export function Enrolment(props: { readonly done: () => void; readonly cancel?: () => void }) {
  const { t } = useWords();
  const [secret, setSecret] = useState<FactorSecret>();
  const [codes, setCodes] = useState<readonly string[]>();
  return (
    <div className="enrolment">
      <Steps
        size="small"
        current={codes ? 2 : secret ? 1 : 0}
        items={[
          { title: t('account.step.password') },
          { title: t('account.step.app') },
          { title: t('account.step.recovery') },
        ]}
      />
      {codes ? (
        <RecoveryCodeList codes={codes} done={props.done} />
      ) : secret ? (
        <AppStep secret={secret} confirmed={setCodes} />
      ) : (
        <PasswordStep begun={setSecret} {...(props.cancel && { cancel: props.cancel })} />
      )}
    </div>
  );
}

function PasswordStep(props: {
  readonly begun: (secret: FactorSecret) => void;
  readonly cancel?: () => void;
}) {
  const { t } = useWords();
  const begin = useBeginEnrolment();
  return (
    <Form<{ password: string }>
      layout="vertical"
      requiredMark={false}
      onFinish={({ password }) => begin.mutate(password, { onSuccess: props.begun })}
    >
      <RefusalAlert problem={begin.error} />
      <Form.Item
        name="password"
        label={t('account.password')}
        extra={t('account.passwordWhy')}
        rules={[{ required: true, message: t('fault.required') }]}
      >
        <Input.Password
          autoComplete="current-password"
          style={{ maxWidth: 320 }}
          // The one thing to do in this step.
          // eslint-disable-next-line jsx-a11y/no-autofocus
          autoFocus
        />
      </Form.Item>
      <div className="form-actions">
        <Button type="primary" htmlType="submit" loading={begin.isPending}>
          {t('account.next')}
        </Button>
        {props.cancel && <Button onClick={props.cancel}>{t('common.cancel')}</Button>}
      </div>
    </Form>
  );
}

function AppStep(props: {
  readonly secret: FactorSecret;
  readonly confirmed: (codes: readonly string[]) => void;
}) {
  const { secret, confirmed } = props;
  const { t } = useWords();
  const confirm = useConfirmEnrolment();
  const field = useRef<InputRef>(null);
  return (
    <div className="enrolment-app">
      {/* Black on white in either appearance: cameras want it so. */}
      <QRCode
        type="svg"
        value={secret.uri}
        size={216}
        marginSize={4}
        color="#000"
        bgColor="#fff"
        bordered={false}
        // The key beside it says the same in letters.
        aria-hidden
      />
      <Form<{ code: string }>
        layout="vertical"
        requiredMark={false}
        onFinish={({ code }) =>
          confirm.mutate(code, {
            onSuccess: ({ recoveryCodes }) => confirmed(recoveryCodes),
            onError: () => field.current?.select(),
          })
        }
      >
        <p>{t('account.scan')}</p>
        <p className="quiet">{t('account.type')}</p>
        <p>
          <code className="secret" data-secret>
            {secret.secret.replaceAll(/(.{4})(?!$)/g, '$1 ')}
          </code>
        </p>
        <RefusalAlert problem={confirm.error} />
        <Form.Item
          name="code"
          label={t('account.code')}
          rules={[{ required: true, pattern: /^\s*\d{3}\s?\d{3}\s*$/, message: t('signIn.codeHint') }]}
        >
          <Input
            ref={field}
            className="code-field"
            autoComplete="one-time-code"
            inputMode="numeric"
            maxLength={7}
            // The one thing to do in this step.
            // eslint-disable-next-line jsx-a11y/no-autofocus
            autoFocus
          />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={confirm.isPending}>
          {t('account.confirm')}
        </Button>
      </Form>
    </div>
  );
}
