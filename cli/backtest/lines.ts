import { nameText } from '../../functions/monitor/text/name-text.ts';
import { counted, formatCount, printable } from '../../functions/monitor/text/text.ts';
import { formatDuration } from '../../functions/monitor/timeline/duration.ts';
import { DAY_MS, HOUR_MS, type Range, shortTime } from '../../functions/monitor/timeline/time.ts';
import { share } from '../check/report/figures.ts';
import type { IncidentNumbers, Numbers } from './numbers.ts';
import type { Unnoticed } from './unnoticed.ts';

/** Of an incident that was opened by the newest counts. */
const JUST_BEGUN = 'just begun';

/** Hours in which an incident was open. */
export function hoursText({
  incidents,
  hoursOpen,
}: Pick<Numbers, 'incidents' | 'hoursOpen'>): string {
  return incidents > 0 && hoursOpen === 0 ? JUST_BEGUN : hoursOpen.toFixed(1);
}

/** `2026-11-02 09:15, critical: unmetered, acme and 2 more, 412 of 430 events lost, open for 1 h 10 min (u-7k2f)` */
export function incidentLine(incident: IncidentNumbers): string {
  const { id, subject, severity, openedAt, until, isOpen, lost, total } = incident;
  const ofTotal = total >= lost && total > 0 ? ` of ${formatCount(total)}` : '';
  const loss = lost > 0 ? `, ${formatCount(lost)}${ofTotal} events lost` : '';
  const time =
    isOpen && until === openedAt ? JUST_BEGUN : `open for ${formatDuration(until - openedAt)}`;
  const going = isOpen && until > openedAt ? ' and still open' : '';
  return `${shortTime(openedAt)}, ${severity}: ${subject}${whose(incident)}${began(incident)}${loss}, ${time}${going} (${id})`;
}

/** Where only a stretch is known in which it began. */
function began({ onset, onsetUntil }: IncidentNumbers): string {
  if (onsetUntil === undefined) return '';
  return `, began between ${shortTime(onset)} and ${shortTime(onsetUntil)}`;
}

function whose({ accounts }: IncidentNumbers): string {
  const [first] = accounts;
  if (first === undefined) return '';
  const more = accounts.length > 1 ? ` and ${accounts.length - 1} more` : '';
  return `, ${printable(nameText('account', first), 60)}${more}`;
}

/** The loss without a notification. */
export function unnoticedLine({ lost, unnoticed, largest }: Unnoticed): string {
  if (!largest) return 'no event that was lost';
  const { account, start, end } = largest;
  const name =
    account === undefined
      ? 'unknown accounts (counted without a name)'
      : nameText('account', account);
  const time = `${shortTime(start)} to ${shortTime(end)} UTC`;
  return `${share(unnoticed, lost)} of the lost events; the largest loss: ${printable(name, 60)}, ${counted(largest.lost, 'event')}, ${time}`;
}

/** Of a range that is shorter than a week. @returns empty for a longer one */
export function projectedLine({ start, end }: Range): string {
  const length = end - start;
  return length < 7 * DAY_MS ? `numbers a week are projected from ${formatDuration(length)}` : '';
}

/** Where the asked range begins without counts. @returns empty where they begin about then */
export function noCountsLine({ start, end }: Range, sinceMs: number): string {
  const missing = sinceMs - (end - start);
  if (missing < HOUR_MS) return '';
  return `No counts before ${shortTime(start)} UTC: ${formatDuration(missing)} of the ${formatDuration(sinceMs)} are left out.`;
}
