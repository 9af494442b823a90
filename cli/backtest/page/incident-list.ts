import { counted } from '../../../functions/monitor/text/text.ts';
import type { ComparedSet } from '../compare-rule-sets.ts';
import { incidentLine, unnoticedLine } from '../lines.ts';
import { element } from './dom.ts';

const MOST_ROWS = 40;

/** The incidents of the moved limits in words, and the loss without a notification. */
export class IncidentList {
  readonly element = element('section', { class: 'card' });

  show({ incidents, notifications, numbers }: ComparedSet): void {
    const rows = incidents.slice(0, MOST_ROWS).map((incident) => {
      const own = notifications.filter(({ incidentId }) => incidentId === incident.id).length;
      const text = `${incidentLine(incident)}, ${counted(own, 'notification')}`;
      return element('li', { class: incident.severity }, text);
    });
    const more = incidents.length - rows.length;
    this.element.replaceChildren(
      element('h2', {}, 'Incidents with these limits'),
      element('p', { class: 'dim' }, `Unnoticed: ${unnoticedLine(numbers)}`),
      element('ol', { class: 'incidents' }, ...rows),
      ...(more > 0 ? [element('p', { class: 'dim' }, `and ${more} more`)] : []),
    );
  }
}
