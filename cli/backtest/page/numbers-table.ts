import { counted, formatCount } from '../../../functions/monitor/text/text.ts';
import { hoursText, projectedLine } from '../lines.ts';
import { type Numbers, nightText } from '../numbers.ts';
import type { PageHeader } from '../page-data.ts';
import { element } from './dom.ts';

/** The lines of the table, as the terminal has its columns. */
function linesOf(timeZone: string): readonly (readonly [string, (numbers: Numbers) => string])[] {
  return [
    ['incidents', ({ incidents }) => formatCount(incidents)],
    ['critical ones', ({ critical }) => formatCount(critical)],
    ['hours with an open incident', hoursText],
    ['notifications a week', ({ notificationsPerWeek }) => notificationsPerWeek.toFixed(1)],
    [`those ${nightText(timeZone)}`, ({ atNightPerWeek }) => atNightPerWeek.toFixed(1)],
    ['lost events that are in no incident', ({ unnoticed }) => formatCount(unnoticed)],
    ['all lost events', ({ lost }) => formatCount(lost)],
  ];
}

interface NamedNumbers {
  readonly name: string;
  readonly numbers: Numbers;
}

/** The numbers of each set of limits, the moved one first. */
export class NumbersTable {
  readonly element: HTMLElement;
  /** The same in one line, for small screens. */
  readonly bar = element('p', { class: 'bar', 'aria-hidden': true });
  readonly #table = element('table', { class: 'numbers' });
  readonly #state = element('p', { class: 'state', role: 'status' });
  readonly #timeZone: string;
  readonly #others: readonly NamedNumbers[];
  readonly #about: string = '';

  constructor({ timeZone, sets, range }: PageHeader) {
    this.#timeZone = timeZone;
    this.#others = sets;
    const projected = projectedLine(range);
    if (projected !== '') this.#about = ` The ${projected}.`;
    this.element = element('div', { class: 'card wide' }, this.#table, this.#state);
  }

  /** The limits have moved, and their numbers are not known yet. */
  wait(): void {
    this.#table.setAttribute('aria-busy', 'true');
    this.#say('Computing the numbers of the moved limits …');
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
    this.#table.replaceChildren(element('thead', {}, head), element('tbody', {}, ...rows));
    const { incidents, notificationsPerWeek, atNightPerWeek } = moved.numbers;
    this.bar.textContent = `${counted(incidents, 'incident')} · ${notificationsPerWeek.toFixed(1)} notifications a week · ${atNightPerWeek.toFixed(1)} at night`;
    this.#table.setAttribute('aria-busy', String(!isNewest));
    if (isNewest)
      this.#say(`The column "${moved.name}" is for the limits on this page.${this.#about}`);
  }

  #say(text: string): void {
    if (this.#state.textContent !== text) this.#state.textContent = text;
  }
}
