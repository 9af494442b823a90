import {
  type Counts,
  type GroupCounts,
  type Groups,
  increase,
  sumOf,
} from '../../events/counts.ts';
import { ALL, type Exception, SETTLED } from '../../events/look-record.ts';
import { groupOf, IN_PROGRESS, isProblem, isSettled, METERED } from '../../events/status-groups.ts';
import type { Rise } from './levels.ts';
import { type RiseOfCell, recountedByHour, recountedOf } from './recounted.ts';

/** The facts of a look that its rises are read with. */
export interface LookContext {
  readonly exceptions: readonly Exception[];
  readonly ignoredNames: {
    readonly accounts: readonly string[];
    readonly schemas: readonly string[];
  };
  readonly lacksUnknown: boolean;
}

/**
 * Counts of a stretch of time: the events that became visible in it. Events in progress are left
 * out, because their number is no sum over time.
 */
export function countsOfRises(rises: readonly Rise[], context: LookContext): Counts {
  const signs = new Map(context.exceptions.map(({ key, sign }) => [key, sign]));
  const all = inScope(rises, ALL, signs);
  const hours = recountedByHour(all.cells);
  const recounted = recountedOf(all.cells, hours).get('');
  const { byStatus, healed } = withoutHealed(all, recounted);
  const ignored = all.taken;
  const names = ignoredIn(context.exceptions);
  // Their levels are kept: when they are not ignored any more, only later events count.
  const withoutIgnored = (scope: 'account' | 'schema') =>
    names[scope].size === 0
      ? rises
      : rises.filter((rise) => !(rise.scope.startsWith(scope) && names[scope].has(rise.name)));
  return {
    total: sumOf(byStatus),
    byStatus,
    ...(healed > 0 && { healed }),
    ...(recounted && { recounted }),
    accounts: groupsOf(inScope(withoutIgnored('account'), 'account', signs), hours),
    schemas: groupsOf(inScope(withoutIgnored('schema'), 'schema', signs)),
    ignored,
    ignoredNames: {
      accounts: new Set(ignored > 0 ? context.ignoredNames.accounts : []),
      schemas: new Set(ignored > 0 ? context.ignoredNames.schemas : []),
    },
    ...(context.lacksUnknown && { lacksUnknown: true }),
    malformed: 0,
    malformedExample: undefined,
    samples: new Map(),
    descriptions: new Map(),
  };
}

/** The names that are ignored in a look, or were up to then. */
function ignoredIn(exceptions: readonly Exception[]) {
  const taken = exceptions.filter(({ sign }) => sign === -1);
  return {
    account: new Set(taken.flatMap(({ accounts }) => accounts)),
    schema: new Set(taken.flatMap(({ schema }) => schema ?? [])),
  };
}

interface Scoped {
  readonly cells: readonly RiseOfCell[];
  /** By name, then by status: rises less those of exceptions. */
  readonly net: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** Likewise, how many events became fewer: negative. */
  readonly falls: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** Names with an unknown number of settled events before. */
  readonly unknownTotals: ReadonlySet<string>;
  /** Events that exceptions took out. */
  readonly taken: number;
}

function inScope(
  rises: readonly Rise[],
  scope: string,
  signs: ReadonlyMap<string, Exception['sign']>,
): Scoped {
  const whole: RiseOfCell[] = [];
  const parts: RiseOfCell[] = [];
  const unknownTotals = new Set<string>();
  let taken = 0;
  for (const rise of rises) {
    if (rise.status === IN_PROGRESS) continue;
    if (rise.scope === scope) {
      whole.push(rise);
    } else {
      const sign = signOfPart(rise.scope, scope, signs);
      if (sign === undefined) continue;
      const { label, name, status, by } = rise;
      parts.push({ label, name, status, by: sign * by });
      taken -= sign * Math.max(0, by);
    }
    if (rise.isBaseline && rise.status === SETTLED) unknownTotals.add(rise.name);
  }
  // A look has each cell once, so without exceptions nothing has to be added up.
  const cells = parts.length === 0 ? whole : summed([...whole, ...parts]);
  return { cells, ...risesAndFalls(cells), unknownTotals, taken };
}

/**
 * The sign of the exception of a scope; `undefined` for a scope outside the whole, or without an
 * exception.
 */
function signOfPart(
  scope: string,
  whole: string,
  signs: ReadonlyMap<string, Exception['sign']>,
): Exception['sign'] | undefined {
  if (!scope.startsWith(`${whole}/`)) return undefined;
  return signs.get(scope.slice(whole.length + 1));
}

function summed(rises: readonly RiseOfCell[]): RiseOfCell[] {
  const byCell = new Map<string, RiseOfCell>();
  for (const { label, name, status, by } of rises) {
    const cell = `${label}\n${status}\n${name}`;
    byCell.set(cell, { label, name, status, by: (byCell.get(cell)?.by ?? 0) + by });
  }
  return [...byCell.values()];
}

/** Sums rises and falls apart: an event that healed in one hour takes none away that was lost in another. */
function risesAndFalls(cells: Iterable<RiseOfCell>): Pick<Scoped, 'net' | 'falls'> {
  const net = new Map<string, Map<string, number>>();
  const falls = new Map<string, Map<string, number>>();
  for (const { name, status, by } of cells) {
    const into = by < 0 && status !== SETTLED ? falls : net;
    const ofName = into.get(name) ?? new Map<string, number>();
    into.set(name, ofName);
    increase(ofName, status, by);
  }
  return { net, falls };
}

/**
 * Healed events are metered now, but they are no new events: they would dilute the share of lost
 * events.
 */
function withoutHealed(
  { net, falls }: Scoped,
  recounted: ReadonlyMap<string, number> = new Map(),
): {
  readonly byStatus: Map<string, number>;
  readonly healed: number;
} {
  const byStatus = new Map([...(net.get('') ?? [])].filter(([, events]) => events > 0));
  let healed = 0;
  for (const [status, events] of falls.get('') ?? []) if (isProblem(status)) healed -= events;
  healed -= sumOf(recounted);
  let left = healed;
  for (const [status, events] of byStatus) {
    if (groupOf(status) !== 'metered' || left === 0) continue;
    const kept = Math.max(0, events - left);
    left -= events - kept;
    if (kept > 0) byStatus.set(status, kept);
    else byStatus.delete(status);
  }
  return { byStatus, healed };
}

function groupsOf(scoped: Scoped, recountedHours: ReadonlyMap<number, number> = new Map()): Groups {
  const byName = new Map<string, GroupCounts>();
  const recounted = recountedOf(scoped.cells, recountedHours);
  for (const [name, net] of scoped.net) {
    const own = recounted.get(name);
    const group = groupOfName(net, scoped.unknownTotals.has(name));
    byName.set(name, { ...group, ...(own && { recounted: own }) });
  }
  return { byName, truncated: false };
}

function groupOfName(net: ReadonlyMap<string, number>, isTotalUnknown: boolean): GroupCounts {
  const byStatus = new Map<string, number>();
  let settled = 0;
  for (const [status, events] of net) {
    if (status === SETTLED || events <= 0) continue;
    byStatus.set(status, events);
    if (isSettled(status)) settled += events;
  }
  const all = net.get(SETTLED);
  const isShareKnown = all !== undefined && !isTotalUnknown;
  const rest = isShareKnown ? Math.max(0, all - settled) : 0;
  if (rest > 0) increase(byStatus, METERED, rest);
  return {
    byStatus,
    exact: true,
    // Without all events of the name these are in no share.
    ...(!isShareKnown && settled > 0 && { withoutTotal: byStatus }),
  };
}
