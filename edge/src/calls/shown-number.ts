import { maskNumber, type Agent } from '@branchline/shared';

/**
 * A customer's number as the display of a phone shows it that rings for them: what can stand in a caller ID, and no more of it than
 * whoever is rung may see.
 */
export function shownNumber(customer: string, rung?: Pick<Agent, 'masked'>): string {
  const number = customer.replace(/[^0-9+*#]/g, '');
  if (number === '') return 'anonymous';
  return rung?.masked ? maskNumber(number) : number;
}
