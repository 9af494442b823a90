import { type Counts, countWhere, type GroupCounts, type Groups, increase } from './counts.ts';
import { compareText } from './keep-samples.ts';
import { isProblem } from './status-groups.ts';

/** The most accounts, and the most schemas, that counts name. */
export const MAX_GROUPS = 5_000;

/** The most that are held while counting. Ten times as many, because it is not known until the end which have problems. */
const MAX_LIVE_GROUPS = 10 * MAX_GROUPS;

export interface LiveGroup {
  byStatus: Map<string, number>;
  exact: boolean;
}

export function createGroupCounter() {
  let live = new Map<string, LiveGroup>();
  let truncated = false;

  return {
    add(name: string, status: string): void {
      let group = live.get(name);
      if (!group) {
        // Names were dropped, so this name may have had events before. It counts only from a problem on, as a lower bound.
        if (truncated && !isProblem(status)) return;
        if (live.size >= MAX_LIVE_GROUPS) {
          live = keepWorst(live, MAX_GROUPS);
          truncated = true;
        }
        group = { byStatus: new Map(), exact: !truncated };
        live.set(name, group);
      }
      increase(group.byStatus, status, 1);
    },
    finish(): Groups {
      if (live.size <= MAX_GROUPS) return { byName: live, truncated };
      return { byName: keepWorst(live, MAX_GROUPS), truncated: true };
    },
  };
}

/** Keeps the groups with the most problems, then the largest ones, then by name, so that the order of events does not matter. */
function keepWorst<G extends GroupCounts>(groups: Map<string, G>, limit: number): Map<string, G> {
  const ranked = [...groups].map(([name, group]) => ({
    name,
    group,
    problems: countWhere(group.byStatus, isProblem),
    total: countWhere(group.byStatus, () => true),
  }));
  ranked.sort(
    (a, b) => b.problems - a.problems || b.total - a.total || compareText(a.name, b.name),
  );
  return new Map(ranked.slice(0, limit).map(({ name, group }) => [name, group]));
}

/** Counts with at most `limit` accounts and `limit` schemas. Those with problems are kept first. */
export function truncateGroups(counts: Counts, limit: number): Counts {
  const truncated = (groups: Groups): Groups =>
    groups.byName.size <= limit
      ? groups
      : { byName: keepWorst(new Map(groups.byName), limit), truncated: true };
  return { ...counts, accounts: truncated(counts.accounts), schemas: truncated(counts.schemas) };
}
