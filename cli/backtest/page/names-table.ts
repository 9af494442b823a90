import { nameText } from '../../../functions/monitor/text/name-text.ts';
import { formatCount, printable } from '../../../functions/monitor/text/text.ts';
import { share } from '../../check/report/figures.ts';
import type { NameSummary } from '../losses-by-name.ts';
import { element, svg } from './dom.ts';
import type { Question } from './protocol.ts';

const MOST_ROWS = 50;
const WIDTH = 120;
const HEIGHT = 24;

type Kind = 'account' | 'schema';

/** Accounts and schemas with their losses over time, to be searched. */
export class NamesTable {
  readonly element: HTMLElement;
  readonly #body = element('tbody');
  readonly #count = element('p', { class: 'dim', role: 'status' }, 'Adding up the names …');
  readonly #search = element('input', { type: 'search', 'aria-label': 'Part of a name' });
  #names: Readonly<Record<Kind, readonly NameSummary[]>> | undefined;
  #kind: Kind = 'account';

  constructor() {
    this.#search.placeholder = 'part of a name';
    this.#search.addEventListener('input', () => this.#show());
    const head = ['name', 'settled events', 'lost', 'share', 'lost over time'].map((text) =>
      element('th', { scope: 'col' }, text),
    );
    this.element = element(
      'section',
      { class: 'card' },
      element('h2', {}, 'Accounts and schemas'),
      element(
        'div',
        { class: 'head' },
        this.#choice('account', 'accounts'),
        this.#choice('schema', 'schemas'),
        this.#search,
      ),
      element(
        'div',
        { class: 'wide' },
        element(
          'table',
          { class: 'names' },
          element('thead', {}, element('tr', {}, ...head)),
          this.#body,
        ),
      ),
      this.#count,
    );
  }

  /** The questions to answer before names are shown. */
  questions(): Question[] {
    return this.#names ? [] : [{ kind: 'names' }];
  }

  show(accounts: readonly NameSummary[], schemas: readonly NameSummary[]): void {
    this.#names = { account: accounts, schema: schemas };
    this.#show();
  }

  #choice(kind: Kind, text: string): HTMLElement {
    const input = element('input', { type: 'radio', name: 'kind', checked: kind === this.#kind });
    input.addEventListener('change', () => {
      this.#kind = kind;
      this.#show();
    });
    return element('label', {}, input, ` ${text}`);
  }

  #show(): void {
    if (!this.#names) return;
    const part = this.#search.value.toLowerCase();
    const all = this.#names[this.#kind];
    const found = all.filter(({ name }) => nameText(this.#kind, name).toLowerCase().includes(part));
    this.#body.replaceChildren(...found.slice(0, MOST_ROWS).map((one) => this.#rowOf(one)));
    const shown = Math.min(found.length, MOST_ROWS);
    this.#count.textContent = `${formatCount(shown)} of ${formatCount(all.length)} shown, the greatest loss first`;
  }

  #rowOf({ name, events, lost, lostOverTime }: NameSummary): HTMLElement {
    return element(
      'tr',
      {},
      element('th', { scope: 'row' }, printable(nameText(this.#kind, name), 80)),
      element('td', {}, formatCount(events)),
      element('td', {}, formatCount(lost)),
      element('td', {}, lost === 0 ? '' : share(lost, events)),
      element('td', {}, sparkline(lostOverTime)),
    );
  }
}

function sparkline(values: readonly number[]): SVGElement {
  const highest = Math.max(1, ...values);
  const points = values.map((value, index) => {
    const x = (WIDTH * index) / Math.max(1, values.length - 1);
    return `${x.toFixed(1)},${(HEIGHT - 1 - ((HEIGHT - 2) * value) / highest).toFixed(1)}`;
  });
  const line = svg('polyline', { points: points.join(' ') });
  const drawn = svg('svg', { width: WIDTH, height: HEIGHT, class: 'spark', 'aria-hidden': 'true' });
  drawn.append(line);
  return drawn;
}
