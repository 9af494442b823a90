import { type Counts, countWhere, type GroupCounts, type Groups } from '../events/counts.ts';
import { groupOf, METERED } from '../events/status-groups.ts';

type Matches = (status: string) => boolean;

/** Lost events that were part of an incident that has ended. */
export interface Forgiven {
  readonly lost: number;
  /** By account, where it is known. */
  readonly byAccount: ReadonlyMap<string, number>;
  /** By schema: the most that can be its own. */
  readonly bySchema: ReadonlyMap<string, number>;
}

/**
 * Counts with some lost events as metered ones. These were part of an incident that has ended, so
 * they cannot open another. Bases stay the same.
 */
export function forgive(counts: Counts, matches: Matches, forgiven: Forgiven): Counts {
  const { lost, byAccount, bySchema } = forgiven;
  if (lost === 0) return counts;
  return {
    ...counts,
    byStatus: moved(counts.byStatus, matches, lost),
    accounts: mapGroups(counts.accounts, (name, group) =>
      movedIn(group, matches, byAccount.get(name) ?? 0),
    ),
    schemas: mapGroups(counts.schemas, (name, group) =>
      movedIn(group, matches, bySchema.get(name) ?? 0),
    ),
  };
}

/**
 * Counts without some accounts. It is not known how many lost events of a schema are theirs, so the
 * most that is possible is taken out.
 */
export function withoutAccounts(
  counts: Counts,
  matches: Matches,
  names: ReadonlySet<string>,
): Counts {
  if (names.size === 0) return counts;
  const byStatus = new Map(counts.byStatus);
  const byName = new Map(counts.accounts.byName);
  let total = 0;
  let lost = 0;
  for (const name of names) {
    const group = byName.get(name);
    if (!group) continue;
    byName.delete(name);
    lost += countWhere(group.byStatus, matches);
    for (const [status, events] of group.byStatus) {
      take(byStatus, status, events);
      total += events;
    }
  }
  return {
    ...counts,
    total: Math.max(0, counts.total - total),
    byStatus,
    accounts: { ...counts.accounts, byName },
    schemas: mapGroups(counts.schemas, (_, group) => movedIn(group, matches, lost)),
  };
}

/** Togai metrics count the names of several statuses under one of them: then the others of its group have the events. */
function take(byStatus: Map<string, number>, status: string, events: number): void {
  const alike = [...byStatus.keys()].filter((other) => groupOf(other) === groupOf(status));
  let left = events;
  for (const one of [status, ...alike.filter((other) => other !== status)]) {
    const taken = Math.min(left, byStatus.get(one) ?? 0);
    if (taken > 0) byStatus.set(one, (byStatus.get(one) ?? 0) - taken);
    if (byStatus.get(one) === 0) byStatus.delete(one);
    left -= taken;
  }
}

function mapGroups(
  groups: Groups,
  change: (name: string, group: GroupCounts) => GroupCounts,
): Groups {
  const byName = [...groups.byName].map(([name, group]) => [name, change(name, group)] as const);
  return { ...groups, byName: new Map(byName) };
}

function movedIn(group: GroupCounts, matches: Matches, events: number): GroupCounts {
  if (events === 0) return group;
  const { byStatus, withoutTotal, exact } = group;
  return {
    byStatus: moved(byStatus, matches, events),
    exact,
    ...(withoutTotal && { withoutTotal: moved(withoutTotal, matches, events) }),
  };
}

/** At most so many lost events as metered ones. */
function moved(
  byStatus: ReadonlyMap<string, number>,
  matches: Matches,
  events: number,
): Map<string, number> {
  const next = new Map(byStatus);
  let left = events;
  for (const [status, count] of byStatus) {
    if (!matches(status) || left === 0) continue;
    const taken = Math.min(count, left);
    left -= taken;
    if (count > taken) next.set(status, count - taken);
    else next.delete(status);
    next.set(METERED, (next.get(METERED) ?? 0) + taken);
  }
  return next;
}
