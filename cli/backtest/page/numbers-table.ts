import { formatCount } from '../../../functions/monitor/text/text.ts';
import type { Numbers } from '../numbers.ts';
import { element } from './dom.ts';

/** The lines of the table, as the terminal has its columns. */
function linesOf(timeZone: string): readonly (readonly [string, (numbers: Numbers) => string])[] {
  return [
    ['incidents', ({ incidents }) => formatCount(incidents)],
    ['critical', ({ critical }) => formatCount(critical)],
    ['hours open', ({ hoursOpen }) => hoursOpen.toFixed(1)],
    ['notified a week', ({ notificationsPerWeek }) => notificationsPerWeek.toFixed(1)],
    [`22-07 ${timeZone}`, ({ atNightPerWeek }) => atNightPerWeek.toFixed(1)],
    ['lost unnoticed', ({ unnoticed }) => formatCount(unnoticed)],
    ['of lost events', ({ lost }) => formatCount(lost)],
  ];
}

interface NamedNumbers {
  readonly name: string;
  readonly numbers: Numbers;
}

/** What each set of limits would have meant, the moved one first. */
export class NumbersTable {
  readonly element = element('table', { class: 'numbers' });
  /** The same in one line, for small screens. */
  readonly bar = element('p', { class: 'bar', 'aria-hidden': true });
  readonly #timeZone: string;
  readonly #others: readonly NamedNumbers[];

  constructor(timeZone: string, others: readonly NamedNumbers[]) {
    this.#timeZone = timeZone;
    this.#others = others;
  }

  /** @param isNewest they are those of the limits that the page shows */
  show(moved: NamedNumbers, isNewest: boolean): void {
    const sets = [moved, ...this.#others];
    const head = element(
      'tr',
      {},
      element('td'),
      ...sets.map(({ name }) => element('th', { scope: 'col' }, name)),
    );
    const rows = linesOf(this.#timeZone).map(([label, text]) =>
      element(
        'tr',
        {},
        element('th', { scope: 'row' }, label),
        ...sets.map(({ numbers }) => element('td', {}, text(numbers))),
      ),
    );
    this.element.replaceChildren(element('thead', {}, head), element('tbody', {}, ...rows));
    this.element.setAttribute('aria-busy', String(!isNewest));
    const { incidents, notificationsPerWeek, atNightPerWeek } = moved.numbers;
    this.bar.textContent = `${incidents} incidents · ${notificationsPerWeek.toFixed(1)} a week · ${atNightPerWeek.toFixed(1)} at night`;
  }
}
