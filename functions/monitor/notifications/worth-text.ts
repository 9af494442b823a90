import { estimateText } from '../text/text.ts';
import type { IncidentFacts } from './notification.ts';

/** Stands beside each amount. */
export const ESTIMATE = 'estimate in base currency';

/** `Worth about 400 (estimate in base currency).` */
export function worthText(about: IncidentFacts): string {
  const amount = amountText(about);
  return amount === '' ? '' : `Worth about ${amount} (${ESTIMATE}).`;
}

/** `400`, `2,100 for 18 of the 25 accounts`: two digits; nothing where it is not known. */
export function amountText({ worth }: Pick<IncidentFacts, 'worth'>): string {
  if (!worth) return '';
  const { amount, accounts, of } = worth;
  return `${estimateText(amount)}${accounts < of ? ` for ${accounts} of the ${of} accounts` : ''}`;
}
