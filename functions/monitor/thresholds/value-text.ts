import { counted } from '../text/text.ts';
import { breaches, type Threshold } from './threshold.ts';

type Limit = Pick<Threshold, 'operator' | 'limit'>;

/** Below this a share is `<0.1%`, where that says enough. */
const SMALL = 0.05;
/** More decimals than a number needs to differ from a limit. */
const MAX_DECIMALS = 100;

/** The value of a threshold beside its limit: `412 events`, `6.1%`. */
export function valueText(value: number, rule: Limit & Pick<Threshold, 'unit'>): string {
  return rule.unit === 'percent' ? shareText(value, rule) : counted(value, 'event');
}

/**
 * A share in percent with one decimal: `6.1%`. It has more decimals where the shorter number would be evaluated in another way:
 * `4.96%` is ok beside `>= 5%`, and `5%` is not. A share is not `0%` or `100%` unless it is exactly that.
 *
 * @param beside the limit that it is read beside; left out for none
 */
export function shareText(percent: number, beside?: Limit): string {
  const isSmall = percent > 0 && percent < SMALL;
  if (isSmall && !(beside && beside.limit > 0 && beside.limit < 0.1)) return '<0.1%';
  const says = (value: number) =>
    `${value <= 0} ${value >= 100} ${beside && breaches(value, beside)}`;
  let text = String(percent);
  for (let decimals = 1; decimals <= MAX_DECIMALS; decimals++) {
    text = percent.toFixed(decimals);
    if (says(Number(text)) === says(percent)) break;
  }
  return `${text.replace(/\.?0+$/, '')}%`;
}
