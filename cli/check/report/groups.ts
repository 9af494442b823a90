import { countWhere, type Groups } from '../../../functions/monitor/events/counts.ts';
import { isSettled } from '../../../functions/monitor/events/status-groups.ts';
import { rankGroups } from '../../../functions/monitor/notifications/window-summary.ts';
import { nameText } from '../../../functions/monitor/text/name-text.ts';
import { formatCount } from '../../../functions/monitor/text/text.ts';
import type { Paint } from '../../terminal.ts';
import { share } from './figures.ts';
import { type Column, dimHead, table } from './table.ts';

/** The accounts or the schemas with the most unmetered and failed events. */
export function groups(
  kind: 'account' | 'schema',
  { byName }: Groups,
  top: number,
  paint: Paint,
): string[] {
  const concerned = rankGroups(byName)
    .filter(({ unmetered, failed }) => unmetered + failed > 0)
    .slice(0, top);
  if (concerned.length === 0) return [];
  const settledOf = (name: string) =>
    countWhere(byName.get(name)?.byStatus ?? new Map(), isSettled);
  // Togai metrics may have been asked for lost events alone.
  const isAnyTotalKnown = concerned.some(({ total }) => total !== null);
  const rows = concerned.map(({ name, unmetered, failed, total }) => [
    nameText(kind, name),
    formatCount(unmetered),
    formatCount(failed),
    // A share of settled events, like the share of a rule.
    ...(isAnyTotalKnown ? shareCells(unmetered + failed, total && settledOf(name)) : []),
  ]);
  const right: Column = { align: 'right', style: dimHead };
  const heads = [`TOP ${kind.toUpperCase()}S`, 'UNMETERED', 'FAILED'];
  return table(
    [{ style: dimHead }, right, right, right, right],
    [[...heads, ...(isAnyTotalKnown ? ['TOTAL', 'LOST'] : [])], ...rows],
    paint,
  );
}

function shareCells(lost: number, total: number | null): string[] {
  return total === null ? ['unknown', 'unknown'] : [formatCount(total), share(lost, total)];
}
