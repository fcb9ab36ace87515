import { Button, Dropdown, Segmented, Tooltip } from 'antd';
import { useNavigate } from 'react-router';
import { dateTime, ownZone } from '../format/times.ts';
import { useBusinessNow, useFeed, useLinkHealth } from '../live/feed.tsx';
import { setAppearance, useAppearance } from '../preferences/appearance.ts';
import { rememberLanguage, type Language } from '../preferences/language.ts';
import { signOut, useSession } from '../session/session.ts';
import { switchLanguage } from '../words/i18n.ts';
import { useWords } from '../words/use-words.ts';

/** Link state and business clock on the left, the person's own things on the right. */
export function Header({ showKeys }: { readonly showKeys: () => void }) {
  return (
    <header className="header">
      <LinkChip />
      <BusinessClock />
      <div className="header-own">
        <LanguageSwitch />
        <AppearanceSwitch />
        <KeysButton showKeys={showKeys} />
        <UserMenu />
      </div>
    </header>
  );
}

function LinkChip() {
  const { t } = useWords();
  const health = useLinkHealth();
  const seconds = 'ageMs' in health ? Math.round(health.ageMs / 1000) : 0;
  return (
    <Tooltip title={t(`link.hint.${health.state}`, { seconds })}>
      <output className={`link-chip link-${health.state}`} data-link={health.state}>
        <i aria-hidden />
        {t(`link.${health.state}`, { seconds })}
      </output>
    </Tooltip>
  );
}

function BusinessClock() {
  const { t, language } = useWords();
  const now = useBusinessNow();
  const speed = useFeed((feed) => feed.overview?.speed);
  // The clock of the first site: the one the day's totals are cut by.
  const zone = useFeed((feed) => feed.overview?.sites[0]?.zone) ?? ownZone();
  if (now === undefined) return null;
  return (
    <span className="business-clock">
      <Tooltip title={`${t('clock.business')} · ${zone}`}>
        <time dateTime={new Date(now).toISOString()}>{dateTime(now, language, zone)}</time>
      </Tooltip>
      {speed !== undefined && speed !== 1 && (
        <span className="simulated">{t('clock.simulated', { speed })}</span>
      )}
    </span>
  );
}

function LanguageSwitch() {
  const { t, language } = useWords();
  const session = useSession();
  const user = session.state === 'in' ? session.view.user.name : undefined;
  return (
    <Segmented<Language>
      size="small"
      aria-label={t('language')}
      value={language}
      options={[
        { value: 'en', label: <span lang="en">EN</span> },
        { value: 'zh-CN', label: <span lang="zh-CN">中文</span> },
      ]}
      onChange={(chosen) => {
        rememberLanguage(chosen, user);
        void switchLanguage(chosen);
      }}
    />
  );
}

function AppearanceSwitch() {
  const { t } = useWords();
  const dark = useAppearance() === 'dark';
  const label = dark ? t('header.light') : t('header.dark');
  return (
    <Tooltip title={label}>
      <Button
        type="text"
        aria-label={label}
        onClick={() => setAppearance(dark ? 'light' : 'dark')}
        icon={
          <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden className="glyph">
            {dark ? (
              <path d="M8 4.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM8 0.5v2M8 13.5v2M0.5 8h2M13.5 8h2M2.7 2.7l1.4 1.4M11.9 11.9l1.4 1.4M2.7 13.3l1.4-1.4M11.9 4.1l1.4-1.4" />
            ) : (
              <path d="M13.5 9.8A6 6 0 0 1 6.2 2.5a6 6 0 1 0 7.3 7.3z" />
            )}
          </svg>
        }
      />
    </Tooltip>
  );
}

function KeysButton({ showKeys }: { readonly showKeys: () => void }) {
  const { t } = useWords();
  return (
    <Tooltip title={t('header.keys')}>
      <Button type="text" aria-label={t('header.keys')} onClick={showKeys}>
        ?
      </Button>
    </Tooltip>
  );
}

function UserMenu() {
  const { t } = useWords();
  const navigate = useNavigate();
  const session = useSession();
  if (session.state !== 'in') return null;
  const { user } = session.view;
  const grants = user.grants.map(
    (grant) => `${t(`role.${grant.role}`)} · ${grant.site ?? t('header.everywhere')}`,
  );
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: [
          ...grants.map((grant) => ({ key: grant, label: grant, disabled: true })),
          { type: 'divider' },
          { key: 'account', label: t('nav.account') },
          { key: 'out', label: t('header.signOut') },
        ],
        onClick: ({ key }) => {
          if (key === 'account') void navigate('/account');
          if (key === 'out') void signOut().then(() => navigate('/login'));
        },
      }}
    >
      <Button type="text" aria-label={t('header.user', { name: user.displayName })} className="user-button">
        <span className="avatar" aria-hidden>
          {user.displayName.slice(0, 1).toUpperCase()}
        </span>
        {user.displayName}
      </Button>
    </Dropdown>
  );
}
