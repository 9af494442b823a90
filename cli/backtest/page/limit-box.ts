import type { Threshold } from '../../../functions/monitor/thresholds/threshold.ts';
import { nameOf } from './chart.ts';
import { element } from './dom.ts';
import { boundsOf } from './limits.ts';

/** The limit as a number to be written. A number that no rule can have changes nothing, and says which ones it can have. */
export class LimitBox {
  readonly element: HTMLElement;
  /** Says which numbers are allowed. */
  readonly error = element('p', { class: 'error', role: 'alert' });
  readonly #input: HTMLInputElement;
  #rule: Threshold;

  /** @param id of the text about allowed numbers, once in the page */
  constructor(rule: Threshold, id: string, onLimit: (limit: number) => void) {
    this.#rule = rule;
    this.error.id = id;
    this.#input = inputOf(rule, id);
    this.element = element('label', {}, 'limit ', this.#input, rule.unit === 'percent' ? ' %' : '');
    this.#input.addEventListener('input', () => {
      const isAllowed = this.#input.value !== '' && this.#input.validity.valid;
      this.#tell(isAllowed);
      if (isAllowed) onLimit(this.#input.valueAsNumber);
    });
    // The error stays to be read, beside the limit that counts.
    this.#input.addEventListener('blur', () => {
      this.#input.value = String(this.#rule.limit);
      this.#input.removeAttribute('aria-invalid');
    });
  }

  show(rule: Threshold): void {
    this.#rule = rule;
    if (document.activeElement === this.#input) return;
    this.#input.value = String(rule.limit);
    this.#tell(true);
  }

  #tell(isAllowed: boolean): void {
    const { min, max } = this.#input;
    const kind = this.#rule.unit === 'events' ? 'whole numbers' : 'numbers';
    const most = Number(max).toLocaleString('en');
    this.error.textContent = isAllowed
      ? ''
      : `Allowed are ${kind} from ${min} to ${most}. The limit is still ${this.#rule.limit}.`;
    if (isAllowed) this.#input.removeAttribute('aria-invalid');
    else this.#input.setAttribute('aria-invalid', 'true');
  }
}

function inputOf(rule: Threshold, errorId: string): HTMLInputElement {
  const { least, most } = boundsOf(rule);
  return element('input', {
    type: 'number',
    min: least,
    max: most,
    step: rule.unit === 'events' ? 1 : 'any',
    'aria-label': `Limit of ${nameOf(rule)} as a number`,
    'aria-describedby': errorId,
  });
}
