import { sumOf } from '../../events/counts.ts';
import { ALL, type Exception, type LevelChange } from '../../events/look-record.ts';
import { HOUR_MS, type Range } from '../../timeline/time.ts';
import { type Levels, overlaps } from './levels.ts';
import type { Observation } from './metrics-asker.ts';

/** So many looks in a row may find an hour's sum too low. The next one is believed: events were deleted. */
const DISBELIEVED_LOOKS = 2;

/** The changes that the answers about all events show. */
export interface ChangesOfTotals {
  readonly changes: readonly LevelChange[];
  /** Hours whose sums are below an earlier look: nothing of them is used. */
  readonly stale: readonly number[];
  /** The hours and statuses that changed. */
  readonly moved: readonly Moved[];
}

/** A status of an hour whose number changed. */
export interface Moved {
  readonly label: number;
  readonly status: string;
  readonly by: number;
  readonly to: number;
  readonly hasFallen: boolean;
}

export interface TotalsInput {
  readonly levels: Levels;
  /** The ranges that were asked for. */
  readonly asked: readonly Range[];
  /** Hours that begin here or later had no events at the look before. Epoch ms. */
  readonly newFrom: number;
  /** By status. */
  readonly all: Observation;
  readonly exceptions: readonly { readonly exception: Exception; readonly observed: Observation }[];
}

/**
 * Compares the sums of all events with the levels of the looks before. Events change their status
 * and do not vanish, so the sum of an hour cannot fall. An answer with a lower sum is an old one,
 * up to {@link DISBELIEVED_LOOKS}.
 */
export function changesOfTotals({
  levels,
  asked,
  newFrom,
  all,
  exceptions,
}: TotalsInput): ChangesOfTotals {
  const inputs = { levels, newFrom };
  const stale: number[] = [];
  const usable = (label: number) => {
    if (!levels.asked(label, ALL)) return true;
    const sum = sumOf(all.hours.get(label));
    if (sum >= levels.sumOf(label) || levels.staleLooks(label) >= DISBELIEVED_LOOKS) return true;
    stale.push(label);
    return false;
  };
  const labels = [...labelsIn(all, levels, asked)].filter(usable);
  const changes = labels.flatMap((label) => changesIn(inputs, label, ALL, all));
  const moved = changes
    .filter(({ from, to }) => from !== undefined && from !== to)
    .map(({ label, status, from = 0, to }) => {
      const by = to - from;
      return { label, status, by, to, hasFallen: by < 0 };
    });
  const ofExceptions = exceptions.flatMap(({ exception, observed }) =>
    labels.flatMap((label) => changesIn(inputs, label, scopeOf(ALL, exception), observed)),
  );
  return { changes: [...changes, ...ofExceptions], stale, moved };
}

/** The hours in which some statuses changed. Of all others names are not kept, so that they count as not asked for. */
export function hoursOf(moved: readonly Moved[], statuses: readonly string[]): Range[] {
  const changed = moved.filter(({ status }) => statuses.includes(status));
  const labels = new Set(changed.map(({ label }) => label));
  return [...labels].map((label) => ({ start: label, end: label + HOUR_MS }));
}

/** The changes of the hours that begin in a range. */
export function within(moved: readonly Moved[], range: Range): Moved[] {
  return moved.filter(({ label }) => overlaps(label, range));
}

/** The scope of an exception within a scope. */
export function scopeOf(scope: string, { key }: Pick<Exception, 'key'>): string {
  return `${scope}/${key}`;
}

function* labelsIn(
  { hours }: Observation,
  levels: Levels,
  asked: readonly Range[],
): Iterable<number> {
  yield* hours.keys();
  for (const label of levels.labels()) {
    const isAsked = asked.some((range) => overlaps(label, range));
    if (isAsked && !hours.has(label)) yield label;
  }
}

function changesIn(
  { levels, newFrom }: Pick<TotalsInput, 'levels' | 'newFrom'>,
  label: number,
  scope: string,
  { hours }: Observation,
): LevelChange[] {
  const observed = hours.get(label) ?? new Map<string, number>();
  const statuses = new Set([...levels.statusesOf(label, scope), ...namesIn(observed.keys())]);
  const wasZero = label >= newFrom || levels.asked(label, scope) !== undefined;
  return [...statuses].flatMap((status) => {
    const cell = { label, scope, name: '', status };
    const to = observed.get(status) ?? 0;
    const from = levels.level(cell) ?? (wasZero ? 0 : undefined);
    return from === to ? [] : [{ ...cell, from, to }];
  });
}

function* namesIn(groups: Iterable<string | undefined>): Iterable<string> {
  for (const group of groups) if (group !== undefined) yield group;
}
