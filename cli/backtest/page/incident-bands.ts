import { shortTime } from '../../../functions/monitor/timeline/time.ts';
import { incidentLine } from '../lines.ts';
import type { IncidentNumbers } from '../numbers.ts';
import type { ReplayedNotification } from '../replay-runs.ts';
import type { Chart } from './chart.ts';
import { element } from './dom.ts';

/** More are too narrow to point at. */
const MOST_BANDS = 300;
const MOST_LINES = 8;
/** A band that is narrower cannot be seen. */
const LEAST_WIDTH = 5;

/** An incident with the notifications that people would have got of it. */
export interface ShownIncident extends IncidentNumbers {
  readonly notifications: readonly ReplayedNotification[];
}

/** Incidents as bands of a chart. Pointing at one, or going there by arrow keys, shows its notifications. */
export class IncidentBands {
  readonly #chart: Chart;
  readonly #group = element('div', { class: 'bands', role: 'group', 'aria-label': 'Incidents' });
  readonly #tip = element('div', { class: 'tip', role: 'status' });
  #content = '';
  #shown: readonly { readonly incident: ShownIncident; readonly band: HTMLElement }[] = [];

  constructor(chart: Chart, card: HTMLElement) {
    this.#chart = chart;
    chart.layer.prepend(this.#group);
    this.#tip.hidden = true;
    card.append(this.#tip);
    this.#group.addEventListener('keydown', (event) => this.#onKey(event));
  }

  show(incidents: readonly ShownIncident[]): void {
    // Most limits that move change the incidents of one subject only.
    const content = JSON.stringify(incidents);
    if (content === this.#content) return;
    this.#content = content;
    const focused = this.#shown.find(({ band }) => band === document.activeElement);
    this.#shown = incidents.slice(0, MOST_BANDS).map((incident, index) => {
      const band = this.#bandOf(incident);
      // One stop for the tab key; arrows go from band to band.
      band.tabIndex = index === 0 ? 0 : -1;
      return { incident, band };
    });
    this.#group.replaceChildren(...this.#shown.map(({ band }) => band));
    this.place();
    this.#hide();
    const same = this.#shown.find(({ incident }) => incident.id === focused?.incident.id);
    same?.band.focus();
  }

  /** Moves the bands to where the scale has their times. */
  place(): void {
    const { width } = this.#chart;
    for (const { incident, band } of this.#shown) {
      const from = Math.max(0, this.#chart.xOf(incident.openedAt));
      const to = Math.min(width, this.#chart.xOf(incident.until));
      band.hidden = to < 0 || from > width;
      const wide = Math.max(LEAST_WIDTH, to - from);
      band.style.left = `${Math.min(from, width - wide)}px`;
      band.style.width = `${wide}px`;
    }
  }

  #bandOf(incident: ShownIncident): HTMLElement {
    const band = element('button', {
      type: 'button',
      class: `band ${incident.severity}`,
      'aria-label': incidentLine(incident),
    });
    band.addEventListener('focus', () => this.#tell(incident, band));
    band.addEventListener('pointerenter', () => this.#tell(incident, band));
    band.addEventListener('blur', () => this.#hide());
    band.addEventListener('pointerleave', () => this.#hide());
    // A click of the chart would hide the tip.
    band.addEventListener('mousedown', (event) => event.stopPropagation());
    return band;
  }

  #tell(incident: ShownIncident, band: HTMLElement): void {
    const { notifications } = incident;
    const lines = notifications.slice(0, MOST_LINES).map(({ at, kind, severity }) => {
      return element(
        'li',
        {},
        `${shortTime(at)} ${kind}${kind === 'opened' ? `, ${severity}` : ''}`,
      );
    });
    const more = notifications.length - lines.length;
    if (more > 0) lines.push(element('li', {}, `and ${more} more`));
    this.#tip.replaceChildren(
      element('p', {}, incidentLine(incident)),
      element('p', { class: 'dim' }, 'People would have been notified (UTC):'),
      element('ul', {}, ...lines),
    );
    this.#tip.hidden = false;
    const card = this.#tip.parentElement?.getBoundingClientRect();
    const { left } = band.getBoundingClientRect();
    const room = (card?.width ?? 0) - this.#tip.offsetWidth - 8;
    this.#tip.style.left = `${Math.max(8, Math.min(left - (card?.left ?? 0), room))}px`;
  }

  #hide(): void {
    this.#tip.hidden = true;
  }

  #onKey(event: KeyboardEvent): void {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (event.key === 'Escape') this.#hide();
    if (by === undefined) return;
    const at = this.#shown.findIndex(({ band }) => band === document.activeElement);
    this.#shown[at + by]?.band.focus();
    event.preventDefault();
  }
}
