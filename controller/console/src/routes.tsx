import { createBrowserRouter } from 'react-router';
import { CrashPage } from './states/crash-page.tsx';
import { SignInPage } from './session/sign-in-page.tsx';
import { SignedIn } from './session/signed-in.tsx';

/** Every address of the console. Only the sign-in page comes with the first load; each other page is a file of its own. */
export function routes(): ReturnType<typeof createBrowserRouter> {
  return createBrowserRouter([
    { path: '/login', element: <SignInPage />, errorElement: <CrashPage /> },
    {
      element: <SignedIn />,
      errorElement: <CrashPage />,
      children: [
        {
          lazy: async () => ({ Component: (await import('./frame/frame.tsx')).Frame }),
          hydrateFallbackElement: <div className="boot" aria-busy />,
          errorElement: <CrashPage />,
          children: [
            {
              errorElement: <CrashPage />,
              children: [
                {
                  index: true,
                  lazy: async () => ({
                    Component: (await import('./overview/overview-page.tsx')).OverviewPage,
                  }),
                },
                {
                  path: 'campaigns',
                  lazy: async () => ({
                    Component: (await import('./campaigns/campaigns-page.tsx')).CampaignsPage,
                  }),
                },
                {
                  path: 'campaigns/:id',
                  lazy: async () => ({
                    Component: (await import('./campaigns/campaign-page.tsx')).CampaignPage,
                  }),
                },
                {
                  path: 'calls',
                  lazy: async () => ({ Component: (await import('./calls/calls-page.tsx')).CallsPage }),
                },
                {
                  path: '*',
                  lazy: async () => ({
                    Component: (await import('./states/not-found-page.tsx')).NotFoundPage,
                  }),
                },
              ],
            },
          ],
        },
      ],
    },
  ]);
}
