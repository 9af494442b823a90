import { estimateText } from '../../text/text.ts';
import type { IncidentFacts } from '../notification.ts';
import { isOne } from './phrases.ts';

/** `Worth about 400 so far (base currency, an estimate from the account's own average).` */
export function worthText(about: IncidentFacts): string {
  const amount = amountText(about);
  if (amount === '') return '';
  const basis = isOne(about) ? " from the account's own average" : '';
  return `Worth about ${amount} so far (base currency, an estimate${basis}).`;
}

/** `400`, `2,100 for 18 of the 25 accounts`: two digits; nothing where it is not known. */
export function amountText({ worth }: Pick<IncidentFacts, 'worth'>): string {
  if (!worth) return '';
  const { amount, accounts, of } = worth;
  return `${estimateText(amount)}${accounts < of ? ` for ${accounts} of the ${of} accounts` : ''}`;
}
