import { NavLink } from 'react-router';
import { may } from '../session/abilities.ts';
import { useGrants } from '../session/use-grants.ts';
import { useWords } from '../words/use-words.ts';
import { Mark } from './mark.tsx';
import { pages } from './pages.ts';

const icons: Readonly<Record<(typeof pages)[number]['path'], string>> = {
  '/': 'M3 3h6v8H3zM11 3h6v4h-6zM11 9h6v8h-6zM3 13h6v4H3z',
  '/wallboard': 'M2.5 4h15v9h-15zM7 17h6M10 13v4M5.5 10l3-3 2.5 2 3.5-3.5',
  '/floor': 'M4 11V9.5a6 6 0 0 1 12 0V11M4 11h2.5v4.5H4zM13.5 11H16v4.5h-2.5zM16 15.5c0 1.4-1.6 2-4 2',
  '/campaigns': 'M3 8v4h3l7 4V4L6 8zM15.5 7.5a4 4 0 0 1 0 5',
  '/why':
    'M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15zM7.8 7.8a2.2 2.2 0 1 1 3.2 2c-.7.4-1 .8-1 1.7M10 14v.2',
  '/evidence': 'M10 3v13M5 16.5h10M10 5L4.5 6.5M10 5l5.5 1.5M2 11.5l2.5-5 2.5 5zM13 11.5l2.5-5 2.5 5z',
  '/do-not-call': 'M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15zM4.7 4.7l10.6 10.6',
  '/people':
    'M7 9a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM1.5 17a5.5 5.5 0 0 1 11 0M13 9.5a2.5 2.5 0 1 0 0-5M14.5 12a4.5 4.5 0 0 1 4 4.5',
  '/account': 'M10 9.5a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4zM3.5 17.5a6.5 6.5 0 0 1 13 0',
  '/flows': 'M10 2.5v4M4.5 10.5v-2h11v2M2.5 10.5h4v4h-4zM8 2.5h4v4H8zM13.5 10.5h4v4h-4zM10 8.5v7',
  '/prompts': 'M3 8v4h3l4.5 4V4L6 8zM13 7.5a3.5 3.5 0 0 1 0 5M15.5 5a7 7 0 0 1 0 10',
  '/knowledge': 'M10 5.5C8.5 4 6 3.5 3 3.5v11.5c3 0 5.5.5 7 2 1.5-1.5 4-2 7-2V3.5c-3 0-5.5.5-7 2zM10 5.5V17',
  '/audit': 'M4 2.5h9l3 3V17.5H4zM7 8h6M7 11h6M7 14h4',
  '/calls':
    'M4 3h3l1.5 4-2 1.5a9 9 0 0 0 5 5l1.5-2 4 1.5v3a1.5 1.5 0 0 1-1.5 1.5C9 18 2 11 2.5 4.5A1.5 1.5 0 0 1 4 3z',
};

/** The pages this person may open. */
export function Navigation() {
  const { t } = useWords();
  const grants = useGrants();
  return (
    <nav className="nav" aria-label={t('nav.label')}>
      <div className="nav-brand">
        <Mark size={26} />
        <span>{t('product')}</span>
      </div>
      {pages
        .filter((page) => may(grants, page.ability))
        .map((page) => (
          <NavLink key={page.path} to={page.path} end={page.path === '/'} title={t(page.word)}>
            <svg width="18" height="18" viewBox="0 0 20 20" aria-hidden>
              <path d={icons[page.path]} />
            </svg>
            <span>{t(page.word)}</span>
          </NavLink>
        ))}
    </nav>
  );
}
