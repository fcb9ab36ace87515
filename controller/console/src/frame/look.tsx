import { useState, type ReactNode } from 'react';
import { App as AntApp, ConfigProvider } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import dayjs from 'dayjs';
import 'dayjs/locale/zh-cn';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import '../style/console.css';
import { ApiFailure } from '../api/request.ts';
import { useAppearance } from '../preferences/appearance.ts';
import { useWords } from '../words/use-words.ts';
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

/** What everything behind the sign-in page stands in: language, colours and dialogs of the component library, and the asking. */
export function Look({ children }: { readonly children: ReactNode }) {
  const [client] = useState(newClient);
  const { language } = useWords();
  const appearance = useAppearance();
  dayjs.locale(language === 'zh-CN' ? 'zh-cn' : 'en');
  return (
    <ConfigProvider
      locale={language === 'zh-CN' ? zhCN : enUS}
      theme={themeOf(appearance)}
      button={{ autoInsertSpace: false }}
    >
      <AntApp component={false}>
        <QueryClientProvider client={client}>{children}</QueryClientProvider>
      </AntApp>
    </ConfigProvider>
  );
}
