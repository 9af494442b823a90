import type { Counts } from '../../../functions/monitor/events/counts.ts';
import {
  groupOf,
  STATUS_GROUPS,
  type StatusGroup,
} from '../../../functions/monitor/events/status-groups.ts';
import { formatCount } from '../../../functions/monitor/text/text.ts';
import type { Paint, Style } from '../../terminal.ts';
import { share } from './figures.ts';
import { type Column, dimHead, table } from './table.ts';

const BAR_WIDTH = 24;

const GROUP_STYLES: Readonly<Record<StatusGroup, Style>> = {
  metered: 'green',
  unmetered: 'red',
  failed: 'yellow',
  duplicate: 'gray',
  in_progress: 'cyan',
  reverted: 'gray',
  unknown: 'magenta',
};

/** The events by status, each with a bar. Statuses of one group stand together. */
export function statuses({ byStatus, total }: Counts, paint: Paint): string[] {
  if (total === 0) return ['No events.'];
  const entries = [...byStatus].sort(
    ([a, countA], [b, countB]) =>
      STATUS_GROUPS.indexOf(groupOf(a)) - STATUS_GROUPS.indexOf(groupOf(b)) ||
      countB - countA ||
      (a < b ? -1 : 1),
  );
  const most = Math.max(...entries.map(([, events]) => events));
  const rows = entries.map(([status, events]) => [
    groupOf(status),
    status,
    formatCount(events),
    share(events, total),
    '█'.repeat(Math.max(1, Math.round((BAR_WIDTH * events) / most))),
  ]);
  const groupStyle = (_: string, row: number) =>
    row === 0 ? 'dim' : GROUP_STYLES[groupOf(entries[row - 1]?.[0] ?? '')];
  const columns: Column[] = [
    { style: groupStyle },
    { style: dimHead },
    { align: 'right', style: (_, row) => (row === 0 ? 'dim' : 'bold') },
    { align: 'right', style: dimHead },
    { style: groupStyle },
  ];
  return table(columns, [['GROUP', 'STATUS', 'EVENTS', 'SHARE', ''], ...rows], paint);
}
