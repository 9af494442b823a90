import { isProblem, isSettled } from '../../functions/monitor/events/status-groups.ts';
import type { Range } from '../../functions/monitor/timeline/time.ts';
import type { History } from './history.ts';

/** An account or a schema with its loss. */
export interface NameSummary {
  readonly name: string;
  /** Settled events. */
  readonly events: number;
  readonly lost: number;
  /** Lost events in each stretch of the range, all equally long. */
  readonly lostOverTime: readonly number[];
}

/** The accounts or schemas of a range, the greatest loss first. @param stretches how many stretches the range is cut into */
export function summarizeNames(
  history: History,
  kind: 'account' | 'schema',
  { start, end }: Range,
  stretches: number,
): NameSummary[] {
  const cells = kind === 'account' ? history.accounts : history.schemas;
  const [ids, statuses, counts] = [cells.ids.view(), cells.statuses.view(), cells.counts.view()];
  const settled = history.statuses.list.map(isSettled);
  const problems = history.statuses.list.map(isProblem);
  const found = cells.names.list.map((name) => {
    return { name, events: 0, lost: 0, lostOverTime: new Array<number>(stretches).fill(0) };
  });
  for (const [index, from] of history.starts.entries()) {
    if (from < start || from >= end) continue;
    const stretch = Math.floor((stretches * (from - start)) / (end - start));
    const last = cells.startOf(index + 1);
    for (let row = cells.startOf(index); row < last; row++) {
      const summary = found[ids[row] ?? 0];
      const [status = 0, events = 0] = [statuses[row], counts[row]];
      if (!summary) continue;
      if (settled[status]) summary.events += events;
      if (!problems[status]) continue;
      summary.lost += events;
      summary.lostOverTime[stretch] = (summary.lostOverTime[stretch] ?? 0) + events;
    }
  }
  return found
    .filter(({ events }) => events > 0)
    .sort((a, b) => b.lost - a.lost || b.events - a.events || (a.name < b.name ? -1 : 1));
}
