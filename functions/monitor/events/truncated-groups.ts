import { type Counts, countWhere, type GroupCounts, type Groups, sumOf } from './counts.ts';
import { compareText } from './keep-samples.ts';
import { isProblem } from './status-groups.ts';

/** The most accounts, and the most schemas, that counts name. */
export const MAX_GROUPS = 5_000;

/** Keeps the groups with the most problems, then the largest ones, then by name, so that the order of events does not matter. */
export function keepWorst<G extends GroupCounts>(
  groups: Map<string, G>,
  limit: number,
): Map<string, G> {
  const ranked = [...groups].map(([name, group]) => ({
    name,
    group,
    problems: countWhere(group.byStatus, isProblem),
    total: sumOf(group.byStatus),
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
