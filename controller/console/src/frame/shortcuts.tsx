import { Fragment, useEffect, useRef } from 'react';
import { Modal } from 'antd';
import { useNavigate } from 'react-router';
import { useWords } from '../words/use-words.ts';
import { pages } from './pages.ts';
import { readKey, type KeyState } from './shortcut-keys.ts';

const addresses = Object.fromEntries(pages.map((page) => [page.key, page.path]));

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.closest('input, textarea, select, .ant-drawer, .ant-modal') !== null)
  );
}

/** `g o`, `g c`, `g l` and `?`, anywhere but in fields; and the list of them. */
export function Shortcuts(props: { readonly shown: boolean; readonly show: (shown: boolean) => void }) {
  const { shown, show } = props;
  const { t } = useWords();
  const navigate = useNavigate();
  const keys = useRef<KeyState>({ pending: undefined });
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const { state, meaning } = readKey(keys.current, event.key, event.timeStamp, addresses);
      keys.current = state;
      if (meaning === 'help') show(true);
      else if (meaning) void navigate(meaning.page);
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [navigate, show]);
  const rows = [
    ...pages.map((page) => ({ keys: ['g', page.key], hint: t(page.hint) })),
    { keys: ['?'], hint: t('keys.show') },
    { keys: ['Esc'], hint: t('keys.close') },
    { keys: ['Ctrl', 'Enter'], hint: t('keys.submit') },
  ];
  return (
    <Modal open={shown} title={t('keys.title')} footer={null} onCancel={() => show(false)} width={440}>
      <dl className="key-list">
        {rows.map((row) => (
          <Fragment key={row.hint}>
            <dt>
              {row.keys.map((key, i) => (
                <Fragment key={key}>
                  {i > 0 && <span>{row.keys[0] === 'Ctrl' ? '+' : t('keys.after')}</span>}
                  <kbd>{key}</kbd>
                </Fragment>
              ))}
            </dt>
            <dd>{row.hint}</dd>
          </Fragment>
        ))}
      </dl>
    </Modal>
  );
}
