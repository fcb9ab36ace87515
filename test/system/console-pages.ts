import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the console's addresses stand; a program for browsers, so that it is read here and not run. */
const routesFile = join(import.meta.dirname, '../../controller/console/src/routes.tsx');

/** Every address of the console behind the sign-in page as the router knows it, with `:id` for what varies. */
export function consoleRoutes(): string[] {
  const source = readFileSync(routesFile, 'utf8');
  const named = [...source.matchAll(/\bpath: '([^']+)'/g)].map(([, path = '']) => path);
  return ['', ...named.filter((path) => path !== '/login' && path !== '*')];
}

/**
 * Addresses at which each page of the console shows something.
 * @param ids what stands for `:id`, by the word before it
 * @throws Error when a route wants an id that is not among them
 */
export function consolePages(ids: Readonly<Record<string, string>>): string[] {
  return consoleRoutes().map((route) => {
    const [kind = ''] = route.split('/');
    const id = ids[kind];
    if (route.includes(':') && id === undefined) throw new Error(`nothing to be shown at /${route}`);
    return `/${route.replace(/:\w+/, id ?? '')}`;
  });
}
