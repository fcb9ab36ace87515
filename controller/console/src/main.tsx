import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { RouterProvider } from 'react-router/dom';
import './style/base.css';
import { applyAppearance } from './preferences/appearance.ts';
import { routes } from './routes.tsx';
import { askSession } from './session/session.ts';
import { startWords } from './words/i18n.ts';

applyAppearance();
const root = document.getElementById('root');
if (!root) throw new Error('the page has no #root');
// The words and the question who is signed in travel at the same time.
void Promise.all([startWords(), askSession()]).then(() =>
  createRoot(root).render(
    <StrictMode>
      <RouterProvider router={routes()} />
    </StrictMode>,
  ),
);
