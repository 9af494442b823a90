import { printThreshold, type Threshold } from '../../../functions/monitor/thresholds/threshold.ts';
import { valueText } from '../../../functions/monitor/thresholds/value-text.ts';
import { type Chart, nameOf } from './chart.ts';
import { element } from './dom.ts';
import { boundsOf, limitBeside, limitNear } from './limits.ts';

/** Steps of a key. */
const STEPS: Readonly<Record<string, number>> = {
  ArrowUp: 1,
  ArrowRight: 1,
  ArrowDown: -1,
  ArrowLeft: -1,
  PageUp: 10,
  PageDown: -10,
};

/** The line of a limit on its chart. It is a slider: dragged, or moved by keys. */
export class LimitHandle {
  readonly #chart: Chart;
  readonly #onMove: (limit: number) => void;
  readonly #line: HTMLElement;
  readonly #label = element('span', { class: 'label' });
  #rule: Threshold;

  constructor(chart: Chart, rule: Threshold, onMove: (limit: number) => void) {
    this.#chart = chart;
    this.#rule = rule;
    this.#onMove = onMove;
    this.#line = element(
      'div',
      {
        class: 'limit',
        role: 'slider',
        tabindex: 0,
        'aria-orientation': 'vertical',
        'aria-label': `Limit of ${nameOf(rule)}`,
        'aria-valuemin': boundsOf(rule).least,
        'aria-valuemax': Math.round(chart.most),
      },
      this.#label,
    );
    chart.layer.append(this.#line);
    this.#listen();
    this.show(rule);
  }

  show(rule: Threshold): void {
    this.#rule = rule;
    this.place();
    this.#label.textContent = `${rule.operator} ${valueText(rule.limit, rule)}`;
    this.#line.setAttribute('aria-valuenow', String(rule.limit));
    this.#line.setAttribute('aria-valuetext', printThreshold(rule));
    this.#line.classList.toggle('critical', rule.severity === 'critical');
  }

  /** Moves the line to where the scale has its limit. */
  place(): void {
    const y = this.#chart.yOf(Math.min(this.#rule.limit, this.#chart.most));
    this.#line.style.transform = `translateY(${y}px)`;
    this.#label.classList.toggle('below', y < 24);
  }

  #listen(): void {
    const line = this.#line;
    line.addEventListener('keydown', (event) => this.#onKey(event));
    line.addEventListener('pointerdown', (event) => {
      line.setPointerCapture(event.pointerId);
      line.focus({ preventScroll: true });
      event.preventDefault();
    });
    // The chart would begin to zoom.
    line.addEventListener('mousedown', (event) => event.stopPropagation());
    line.addEventListener('dblclick', (event) => event.stopPropagation());
    line.addEventListener('pointermove', ({ pointerId, clientY }) => {
      if (!line.hasPointerCapture(pointerId)) return;
      const y = clientY - this.#chart.layer.getBoundingClientRect().top;
      this.#moveTo(limitNear(this.#chart.valueAt(y), this.#rule, this.#chart.most));
    });
  }

  #onKey(event: KeyboardEvent): void {
    const rule = this.#rule;
    const { most } = this.#chart;
    const by = STEPS[event.key];
    if (by !== undefined) this.#moveTo(limitBeside(rule.limit, by, rule, most));
    else if (event.key === 'Home') this.#moveTo(limitNear(0, rule, most));
    else if (event.key === 'End') this.#moveTo(limitNear(most, rule, most));
    else return;
    event.preventDefault();
  }

  #moveTo(limit: number): void {
    if (limit !== this.#rule.limit) this.#onMove(limit);
  }
}
