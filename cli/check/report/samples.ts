import type { Counts } from '../../../functions/monitor/events/counts.ts';
import { nameText } from '../../../functions/monitor/text/name-text.ts';
import { shortTime } from '../../../functions/monitor/timeline/time.ts';
import type { Paint } from '../../terminal.ts';
import { dimHead, table } from './table.ts';

/** The newest event of each problem status, the most frequent status first. */
export function samples({ samples: byProblem, byStatus }: Counts, paint: Paint): string[] {
  const mostFirst = [...byProblem].sort(
    ([a], [b]) => (byStatus.get(b) ?? 0) - (byStatus.get(a) ?? 0) || (a < b ? -1 : 1),
  );
  const rows = mostFirst.flatMap(([status, events]) =>
    events
      .slice(0, 1)
      .map((event) => [
        status,
        event.referenceId ?? event.id ?? '(no id)',
        shortTime(Math.floor(event.createdAt / 1_000) * 1_000),
        nameText('account', event.accountId),
        nameText('schema', event.schemaName),
      ]),
  );
  if (rows.length === 0) return [];
  return table(
    Array.from({ length: 5 }, () => ({ style: dimHead })),
    [['NEWEST OF EACH PROBLEM', 'REFERENCE ID', 'AT (UTC)', 'ACCOUNT', 'SCHEMA'], ...rows],
    paint,
  );
}
