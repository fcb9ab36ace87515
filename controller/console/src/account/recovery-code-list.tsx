import { useEffect, useRef } from 'react';
import { Alert, App, Button } from 'antd';
import { useSession } from '../session/session.ts';
import { useWords } from '../words/use-words.ts';

/** The recovery codes, the one time they are shown. */
export function RecoveryCodeList(props: { readonly codes: readonly string[]; readonly done: () => void }) {
  const { codes, done } = props;
  const { t } = useWords();
  const { message } = App.useApp();
  const session = useSession();
  const name = session.state === 'in' ? session.view.user.name : '';
  const list = useRef<HTMLUListElement>(null);
  // Not the button: whoever presses Enter once too often would never have seen the codes.
  useEffect(() => list.current?.focus(), []);
  const text = `${codes.join('\n')}\n`;
  const copy = (): void => {
    // Without HTTPS browsers give no clipboard; the list can be selected and downloaded all the same.
    const written = (navigator.clipboard as Clipboard | undefined)?.writeText(text);
    void (written ?? Promise.reject(new Error('no clipboard'))).then(
      () => message.success(t('account.copied')),
      () => message.warning(t('account.copyFailed')),
    );
  };
  return (
    <>
      <Alert type="success" showIcon title={t('account.enrolled')} description={t('account.recoveryHint')} />
      <ul className="recovery-codes" data-recovery ref={list} tabIndex={-1}>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <div className="form-actions">
        <Button type="primary" onClick={done}>
          {t('account.kept')}
        </Button>
        <Button
          href={`data:text/plain;charset=utf-8,${encodeURIComponent(text)}`}
          download={`branchline-recovery-codes-${name}.txt`}
        >
          {t('account.download')}
        </Button>
        <Button onClick={copy}>{t('account.copy')}</Button>
      </div>
    </>
  );
}
