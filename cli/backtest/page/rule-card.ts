import { counted } from '../../../functions/monitor/text/text.ts';
import { printThreshold, type Threshold } from '../../../functions/monitor/thresholds/threshold.ts';
import type { Numbers } from '../numbers.ts';
import type { PageSuggestion } from '../page-data.ts';
import { Chart, type ChartSeries } from './chart.ts';
import { element } from './dom.ts';
import { IncidentBands, type ShownIncident } from './incident-bands.ts';
import { LimitBox } from './limit-box.ts';
import { LimitHandle } from './limit-handle.ts';

export interface RuleCardOptions {
  /** Once in the page. */
  readonly id: string;
  readonly series: ChartSeries;
  readonly suggestion: PageSuggestion | undefined;
  readonly onLimit: (limit: number) => void;
  /** Takes the suggested limit. */
  readonly onSuggestion: () => void;
}

/** One rule: its values over time, its limit to move, and the incidents of its subject. */
export class RuleCard {
  readonly #title = element('code');
  readonly #box: LimitBox;
  readonly #handle: LimitHandle;
  readonly #bands: IncidentBands;
  readonly #use: HTMLButtonElement | undefined;
  readonly #suggested: string | undefined;
  readonly #alone = element('p', { class: 'dim alone' });

  /** @param into the card is added to it: a chart needs its width */
  constructor(into: HTMLElement, rule: Threshold, options: RuleCardOptions) {
    const { id, series, suggestion, onLimit, onSuggestion } = options;
    this.#box = new LimitBox(rule, id, onLimit);
    const point = element('output', { class: 'dim point' });
    const plot = element('div', { class: 'plot' });
    const head = element(
      'div',
      { class: 'head' },
      element('h3', {}, this.#title),
      this.#box.element,
      point,
    );
    const card = element('section', { class: 'card rule' }, head, this.#box.error, plot);
    into.append(card);
    const chart = new Chart(plot, rule, series, {
      onScale: () => this.#place(),
      onPoint: (text) => {
        point.textContent = text;
      },
    });
    this.#bands = new IncidentBands(chart, card);
    this.#handle = new LimitHandle(chart, rule, onLimit);
    card.append(this.#alone);
    this.#suggested = suggestion?.suggested;
    if (suggestion) {
      card.append(element('p', { class: 'dim reason' }, suggestion.reason));
    }
    if (suggestion && suggestion.suggested !== suggestion.rule) {
      const use = element('button', { type: 'button' }, `Use ${suggestion.suggested}`);
      use.addEventListener('click', onSuggestion);
      this.#use = use;
      card.append(use);
    }
    this.show(rule);
  }

  show(rule: Threshold): void {
    const text = printThreshold(rule);
    this.#title.textContent = text;
    this.#box.show(rule);
    this.#handle.show(rule);
    if (this.#use) this.#use.hidden = this.#suggested === text;
  }

  showIncidents(incidents: readonly ShownIncident[]): void {
    this.#bands.show(incidents);
  }

  /** @param numbers of the rule without any other; `undefined` while they are not known */
  showAlone(numbers: Numbers | undefined): void {
    this.#alone.textContent = numbers
      ? `This rule alone: ${counted(numbers.incidents, 'incident')}, ${numbers.notificationsPerWeek.toFixed(1)} notifications a week.`
      : ' ';
  }

  /** The chart says its scale before there is anything on it. */
  #place(): void {
    this.#handle?.place();
    this.#bands?.place();
  }
}
