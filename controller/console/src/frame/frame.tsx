import { useEffect, useState } from 'react';
import { App as AntApp, ConfigProvider } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import dayjs from 'dayjs';
import 'dayjs/locale/zh-cn';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { Outlet } from 'react-router';
import '../style/console.css';
import { ApiFailure } from '../api/request.ts';
import { Feed } from '../live/feed.tsx';
import { useAppearance } from '../preferences/appearance.ts';
import { useWords } from '../words/use-words.ts';
import { fetchPages } from './page-files.ts';
import { Header } from './header.tsx';
import { Navigation } from './navigation.tsx';
import { Shortcuts } from './shortcuts.tsx';
import { StaleBanner } from './stale-banner.tsx';
import { themeOf } from './theme.ts';

function newClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 1000,
        // A refusal stays one; only silence is worth a second try.
        retry: (count, error) => count < 1 && error instanceof ApiFailure && error.status === 0,
        retryDelay: 400,
        // Offline is for the browser to guess and often wrong on a LAN: ask and see.
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  });
}

/** Everything around a page: navigation, header, live feed, shortcuts. */
export function Frame() {
  const [client] = useState(newClient);
  const [keysShown, showKeys] = useState(false);
  const { t, language } = useWords();
  const appearance = useAppearance();
  useEffect(() => {
    // After the first picture, so that it does not wait for what is wanted later.
    const later = setTimeout(() => void fetchPages(), 1500);
    return () => clearTimeout(later);
  }, []);
  dayjs.locale(language === 'zh-CN' ? 'zh-cn' : 'en');
  return (
    <ConfigProvider
      locale={language === 'zh-CN' ? zhCN : enUS}
      theme={themeOf(appearance)}
      button={{ autoInsertSpace: false }}
    >
      <AntApp component={false}>
        <QueryClientProvider client={client}>
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
        </QueryClientProvider>
      </AntApp>
    </ConfigProvider>
  );
}
