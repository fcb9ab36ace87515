import { createBrowserRouter } from 'react-router';
import { pageFiles } from './frame/page-files.ts';
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
                { index: true, lazy: pageFiles.overview },
                { path: 'campaigns', lazy: pageFiles.campaigns },
                { path: 'campaigns/:id', lazy: pageFiles.campaign },
                { path: 'flows', lazy: pageFiles.flows },
                { path: 'flows/:id', lazy: pageFiles.flow },
                { path: 'prompts', lazy: pageFiles.prompts },
                { path: 'knowledge', lazy: pageFiles.knowledge },
                { path: 'calls', lazy: pageFiles.calls },
                { path: 'calls/:id', lazy: pageFiles.call },
                { path: 'why', lazy: pageFiles.why },
                { path: 'evidence', lazy: pageFiles.evidence },
                { path: 'do-not-call', lazy: pageFiles.doNotCall },
                { path: 'floor', lazy: pageFiles.floor },
                { path: 'wallboard', lazy: pageFiles.wallboard },
                { path: 'sites/:id', lazy: pageFiles.site },
                { path: 'sites/:id/lines', lazy: pageFiles.lines },
                { path: 'sites/:id/staff', lazy: pageFiles.staff },
                { path: 'account', lazy: pageFiles.account },
                { path: 'people', lazy: pageFiles.people },
                { path: 'audit', lazy: pageFiles.audit },
                { path: '*', lazy: pageFiles.notFound },
              ],
            },
          ],
        },
      ],
    },
  ]);
}
