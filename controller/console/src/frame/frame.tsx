import { useEffect, useState } from 'react';
import { Outlet } from 'react-router';
import { Feed } from '../live/feed.tsx';
import { useWords } from '../words/use-words.ts';
import { fetchPages } from './page-files.ts';
import { Header } from './header.tsx';
import { Look } from './look.tsx';
import { Navigation } from './navigation.tsx';
import { Shortcuts } from './shortcuts.tsx';
import { StaleBanner } from './stale-banner.tsx';

/** Everything around a page: navigation, header, live feed, shortcuts. */
export function Frame() {
  const [keysShown, showKeys] = useState(false);
  const { t } = useWords();
  useEffect(() => {
    // After the first picture, so that it does not wait for what is wanted later.
    const later = setTimeout(() => void fetchPages(), 1500);
    return () => clearTimeout(later);
  }, []);
  return (
    <Look>
      <Feed>
        <a className="skip" href="#page">
          {t('nav.skip')}
        </a>
        <div className="frame">
          <Navigation />
          <div className="frame-main">
            <Header showKeys={() => showKeys(true)} />
            <StaleBanner />
            <main id="page" tabIndex={-1}>
              <Outlet />
            </main>
          </div>
        </div>
        <Shortcuts shown={keysShown} show={showKeys} />
      </Feed>
    </Look>
  );
}
