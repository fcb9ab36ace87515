/** Where to go after signing in: only addresses of this console, never elsewhere. */
export function backAddress(wanted: string | null): string {
  return wanted && /^\/(?![/\\])/.test(wanted) && !wanted.startsWith('/login') ? wanted : '/';
}
