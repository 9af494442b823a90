import type { Cell } from '../history.ts';
import { HOUR } from '../world/scenario.ts';
import type { FoldedLook } from './look-book.ts';
import type { Rise } from './look-fold.ts';
import { add, type Counts, type Group, groupIn, METERED, type Piece, SETTLED } from './piece.ts';
import type { Span } from './span.ts';
import { isOf, isProblem, isSettled } from './status-groups.ts';

/** The time of a look, with its parts. */
export interface Stretch extends Span {
  readonly parts: readonly Piece[];
}

/** A look is in many windows. */
const STRETCHES = new WeakMap<FoldedLook, readonly Stretch[]>();

export function knownStretchesOf(look: FoldedLook): readonly Stretch[] {
  const stretches = STRETCHES.get(look) ?? stretchesOf(look);
  STRETCHES.set(look, stretches);
  return stretches;
}

/** A look is listed as a whole or not at all. A first one counts whole hours, each by itself. */
function stretchesOf(look: FoldedLook): Stretch[] {
  const { since, end, isFirst } = look;
  // It breaks `looks-in-order`, and it is no piece of time.
  if (since >= end) return [];
  const parts = partsOf(look);
  return isFirst
    ? parts.map((part) => ({ start: part.start, end: part.end, parts: [part] }))
    : [{ start: since, end, parts }];
}

/** The pieces of a look: it is cut at the hours inside it. */
function partsOf(look: FoldedLook): Piece[] {
  const { since, end, changes } = look;
  const offset = (changes[0]?.label ?? 0) % HOUR;
  const cuts = [since];
  for (
    let cut = Math.floor((since - offset) / HOUR) * HOUR + offset + HOUR;
    cut < end;
    cut += HOUR
  ) {
    cuts.push(cut);
  }
  return cuts.map((start, index) => {
    const isFirst = index === 0;
    const partEnd = cuts[index + 1] ?? end;
    const isLast = partEnd === end;
    const isIn = ({ label }: Cell) => (isFirst || label >= start) && (isLast || label < partEnd);
    return partOf(look, { start, end: partEnd }, isIn);
  });
}

function partOf(look: FoldedLook, span: Span, isIn: (cell: Cell) => boolean): Piece {
  const byStatus: Counts = new Map();
  const accounts = new Map<string, Group>();
  const schemas = new Map<string, Group>();
  const isIgnored = ignoredIn(look);
  for (const { scope, name, status, by } of netRises(look.rises.filter(isIn), look)) {
    if (isOf('in_progress', status) || isIgnored(scope, name)) continue;
    const target =
      scope === 'all' ? byStatus : groupIn(scope === 'account' ? accounts : schemas, name).byStatus;
    if (by > 0) add(target, status, by);
    else if (scope === 'all' && isProblem(status)) add(byStatus, METERED, by);
  }
  for (const [status, events] of byStatus) byStatus.set(status, Math.max(0, events));
  for (const [scope, groups] of [
    ['account', accounts],
    ['schema', schemas],
  ] as const) {
    const isTotal = (one: Cell) =>
      one.scope === scope && one.status === SETTLED && isIn(one) && !isIgnored(scope, one.name);
    // A number that was asked for and is the same as before is known, too.
    for (const { name } of look.changes.filter(isTotal)) {
      add(groupIn(groups, name).byStatus, SETTLED, 0);
    }
    for (const { name } of look.baselines.filter(isTotal)) {
      groupIn(groups, name).byStatus.delete(SETTLED);
    }
    for (const group of groups.values()) noteTotal(group);
  }
  const isCut = (scope: string) => look.asked.some((one) => one.scope === scope && !one.complete);
  return {
    ...span,
    byLook: true,
    partial: false,
    byStatus,
    accounts,
    schemas,
    accountsTruncated: isCut('account'),
    schemasTruncated: isCut('schema'),
  };
}

/**
 * Without a known number of all settled events, those of a group are in no share. An event that was metered before and is lost
 * now is no new one, and counts as settled here all the same: otherwise more events could be lost than there are.
 */
function noteTotal({ byStatus, withoutTotal }: Group): void {
  let settled = 0;
  for (const [status, events] of byStatus) {
    if (status !== SETTLED && isSettled(status)) settled += events;
  }
  const all = byStatus.get(SETTLED);
  if (all !== undefined) byStatus.set(SETTLED, Math.max(all, settled));
  else for (const [status, events] of byStatus) withoutTotal.set(status, events);
}

/** Levels of ignored names are stored like all others, and no piece shows them, nor those that were ignored until this look. */
function ignoredIn({ exceptions }: FoldedLook): (scope: string, name: string) => boolean {
  const plain = exceptions.filter(({ sign }) => sign < 0);
  const names = {
    account: new Set(plain.flatMap(({ accounts }) => accounts)),
    schema: new Set(plain.flatMap(({ schema }) => schema ?? [])),
  };
  return (scope, name) => (scope === 'account' || scope === 'schema') && names[scope].has(name);
}

/** The rises without those of ignored events: what is left of a cell counts, so that the fall of one hides no rise of another. */
function netRises(rises: readonly Rise[], { exceptions }: FoldedLook): Rise[] {
  const signs = new Map<string | undefined, number>(exceptions.map(({ key, sign }) => [key, sign]));
  const net = new Map<string, Rise>();
  for (const rise of rises) {
    const [scope = '', key] = rise.scope.split('/');
    const sign = key === undefined ? 1 : (signs.get(key) ?? 0);
    const id = [rise.label, scope, rise.name, rise.status].join('\n');
    const before = net.get(id)?.by ?? 0;
    net.set(id, { ...rise, scope, by: before + sign * rise.by });
  }
  return [...net.values()];
}
