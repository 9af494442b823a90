import type { Counts, GroupCounts, Groups, StatusCounts } from '../events/counts.ts';

/** The larger number of each status, account and schema, of two counts of the same time. */
export function largerCounts(one: Counts, other: Counts): Counts {
  const byStatus = largerOf(one.byStatus, other.byStatus);
  return {
    ...one,
    byStatus,
    total: [...byStatus.values()].reduce((sum, events) => sum + events, 0),
    accounts: largerGroups(one.accounts, other.accounts),
    schemas: largerGroups(one.schemas, other.schemas),
    ignored: Math.max(one.ignored, other.ignored),
    ignoredNames: {
      accounts: one.ignoredNames.accounts.union(other.ignoredNames.accounts),
      schemas: one.ignoredNames.schemas.union(other.ignoredNames.schemas),
    },
  };
}

function largerGroups(one: Groups, other: Groups): Groups {
  const names = new Set([...one.byName.keys(), ...other.byName.keys()]);
  const byName = new Map<string, GroupCounts>();
  for (const name of names) {
    const [a, b] = [one.byName.get(name), other.byName.get(name)];
    const byStatus = largerOf(a?.byStatus ?? new Map(), b?.byStatus ?? new Map());
    // A name that was listed is listed with all its events.
    const known = a ?? b;
    byName.set(name, { exact: known?.exact ?? true, ...(!a && b), byStatus });
  }
  return { byName, truncated: one.truncated || other.truncated };
}

function largerOf(one: StatusCounts, other: StatusCounts): Map<string, number> {
  const larger = new Map(one);
  for (const [status, events] of other) {
    larger.set(status, Math.max(events, larger.get(status) ?? 0));
  }
  return larger;
}
