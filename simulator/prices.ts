import { hash } from './random.ts';

/** The revenue of a metered event, in the base currency: each account has its own price, from 0.20 to 1.99. */
export function priceOf(accountId: string): number {
  let mixed = 0;
  for (const letter of accountId) mixed = hash(mixed, letter.codePointAt(0) ?? 0);
  return (20 + (mixed % 180)) / 100;
}

/** The share of some events of an account in a metric. */
export function amountOf(name: 'EVENTS' | 'REVENUE', accountId: string, events: number): number {
  return name === 'EVENTS' ? events : events * priceOf(accountId);
}
