import { parseThresholds } from '../../../functions/monitor/thresholds/grammar.ts';
import { printThreshold, type Threshold } from '../../../functions/monitor/thresholds/threshold.ts';
import type { ComparedSet } from '../compare-rule-sets.ts';
import type { Numbers } from '../numbers.ts';
import type { PageData, PageSuggestion } from '../page-data.ts';
import { printRules } from '../suggest.ts';
import { shapeOf } from '../values.ts';
import type { ChartSeries } from './chart.ts';
import { element } from './dom.ts';
import type { Question } from './protocol.ts';
import { RuleCard } from './rule-card.ts';
import { incidentsOfRule } from './rule-incidents.ts';

/** The rules with their charts. Their limits are moved, or taken from a set. */
export class LimitsView {
  readonly element = element('div', { class: 'rules' });
  readonly sets: HTMLElement;
  readonly #data: PageData;
  readonly #onChange: (rules: readonly Threshold[]) => void;
  rules: readonly Threshold[] = [];
  #cards: RuleCard[] = [];
  /** The numbers of each rule without the others, by its text. */
  readonly #alone = new Map<string, Numbers>();

  constructor(data: PageData, onChange: (rules: readonly Threshold[]) => void) {
    this.#data = data;
    this.#onChange = onChange;
    const buttons = data.header.sets.map((set) => {
      const button = element('button', { type: 'button' }, set.name);
      button.addEventListener('click', () => this.take(set));
      return element('div', {}, button, element('span', { class: 'dim' }, printRules(set.rules)));
    });
    this.sets = element('section', { class: 'sets' }, 'Begin with', ...buttons);
  }

  /** Shows the rules of a set. The page must be in its document: a chart needs its width. */
  take({ rules }: ComparedSet): void {
    this.rules = rules;
    this.element.replaceChildren();
    this.#cards = this.rules.map((rule, index) => this.#cardOf(rule, index));
    for (const [index, rule] of this.rules.entries()) {
      this.#cards[index]?.showAlone(this.#alone.get(printThreshold(rule)));
    }
    this.#onChange(this.rules);
  }

  showIncidents({ incidents, notifications }: ComparedSet): void {
    const ofIncident = Map.groupBy(notifications, ({ incidentId }) => incidentId);
    const shown = incidents.map((incident) => {
      return { ...incident, notifications: ofIncident.get(incident.id) ?? [] };
    });
    for (const [index, card] of this.#cards.entries()) {
      const rule = this.rules[index];
      if (!rule) continue;
      const values = { windowMs: this.#data.header.windowMs, ...this.#seriesOf(rule) };
      card.showIncidents(incidentsOfRule(shown, rule, values));
    }
  }

  /** The questions about rules. A rule without others is in the table of numbers. */
  rulesWithoutNumbers(): Question[] {
    const unknown = this.rules.filter((rule) => !this.#alone.has(printThreshold(rule)));
    return this.rules.length > 1 ? unknown.map((rule) => ({ kind: 'alone', rule })) : [];
  }

  showAlone(rule: Threshold, numbers: Numbers): void {
    this.#alone.set(printThreshold(rule), numbers);
    for (const [index, shown] of this.rules.entries()) {
      if (printThreshold(shown) === printThreshold(rule)) this.#cards[index]?.showAlone(numbers);
    }
  }

  #cardOf(rule: Threshold, index: number): RuleCard {
    const suggestion = this.#data.header.suggestions.find((one) => isAlike(one, rule));
    const move = (limit: number) => this.#move(index, limit);
    return new RuleCard(this.element, rule, {
      id: `limit-${index}`,
      series: this.#seriesOf(rule),
      suggestion,
      onLimit: move,
      onSuggestion: () => {
        const [suggested] = parseThresholds(suggestion?.suggested ?? '');
        if (suggested) move(suggested.limit);
      },
    });
  }

  #seriesOf(rule: Threshold): ChartSeries {
    const { starts, ends, values } = this.#data;
    return { starts, ends, values: values.get(shapeOf(rule)) ?? NO_VALUES };
  }

  #move(index: number, limit: number): void {
    const rule = this.rules[index];
    if (!rule) return;
    const moved = { ...rule, limit };
    this.rules = this.rules.with(index, moved);
    this.#cards[index]?.show(moved);
    this.#cards[index]?.showAlone(this.#alone.get(printThreshold(moved)));
    this.#onChange(this.rules);
  }
}

const NO_VALUES = new Float64Array();

/** Whether a suggestion is for a rule, with any limit. A rule of another set may have none. */
function isAlike({ suggested }: PageSuggestion, rule: Threshold): boolean {
  const [alike] = parseThresholds(suggested);
  return alike?.severity === rule.severity && shapeOf(alike) === shapeOf(rule);
}
