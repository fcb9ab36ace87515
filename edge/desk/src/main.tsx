import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './style.css';
import { App } from './app.tsx';
import { startWords } from './words/words.ts';

const root = document.getElementById('root');
if (!root) throw new Error('the page has no #root');
void startWords().then(() =>
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  ),
);
