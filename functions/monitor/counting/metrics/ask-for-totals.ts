import type { IgnoreLists } from '../../events/counts.ts';
import { type Exception, type LevelChange, SETTLED } from '../../events/look-record.ts';
import { MAX_POINTS, type MetricQuery } from '../../events/metrics-answer.ts';
import { DOCUMENTED_STATUSES, isSettled } from '../../events/status-groups.ts';
import type { Threshold } from '../../thresholds/threshold.ts';
import { HOUR_MS } from '../../timeline/time.ts';
import { namesAreTold, totalChanges } from './changes-by-name.ts';
import { type ChangesOfTotals, scopeOf } from './changes-of-totals.ts';
import { partsWithin } from './ignored-parts.ts';
import type { Levels } from './levels.ts';
import type { MetricsAsker } from './metrics-asker.ts';
import { BYS, type By, GROUPING_OF, type NamesTold, needsTotals } from './status-classes.ts';

/** The most accounts, or schemas, whose settled events are asked for: two hours of each are one answer that is not full. */
export const MAX_FOLLOWED = Math.floor((MAX_POINTS - 1) / 2);

export interface TotalsRequest {
  /** Older hours are left out, because each of them costs a request. Epoch ms. */
  readonly namesFrom: number;
  /** After the look before. */
  readonly levels: Levels;
  readonly newFrom: number;
  readonly found: ChangesOfTotals;
  readonly thresholds: readonly Threshold[];
  readonly ignoreLists: IgnoreLists;
  readonly exceptions: readonly Exception[];
  /** The accounts and schemas that lost events in the window before. */
  readonly followed: Readonly<Record<By, Iterable<string>>>;
}

/** The answers about the names of changed events. */
export interface NamesAnswered {
  readonly changes: readonly LevelChange[];
  readonly told: NamesTold;
}

/**
 * Asks how many settled events the accounts and schemas that lost some have in all: a share needs them. Those that
 * are ignored are asked for by themselves, to take them out.
 *
 * @throws TogaiError
 */
export async function totalsOfLook(
  asker: MetricsAsker,
  request: TotalsRequest,
  { changes: named, told }: NamesAnswered,
): Promise<LevelChange[]> {
  const { namesFrom, levels, newFrom, found } = request;
  const moved = found.moved.map(({ label }) => label);
  const labels = [...new Set(moved)].filter((label) => label >= namesFrom);
  const wanted = BYS.filter((by) => told.get(by) !== false)
    .map((by) => ({ by, names: namesToFollow(by, request, named) }))
    .filter(({ names }) => names.length > 0)
    .map((asked) => ({ ...asked, questions: questionsAbout(asked, request.exceptions) }));
  if (labels.length === 0 || wanted.length === 0 || !asker.mayAsk) return [];
  const answers = await asker.ask({
    wanted: { start: Math.min(...labels), end: Math.max(...labels) + HOUR_MS },
    isWidened: false,
    queries: wanted.flatMap(({ questions }) => questions.map(({ query }) => query)),
  });
  return wanted.flatMap(({ by, names, questions }) => {
    const lost = named.filter(({ scope }) => scope === by);
    const answered = questions.flatMap(({ scope, query }) => {
      const observed = answers.get(query.id);
      // One number for all belongs to no name. Zero in its place would make the whole hour a rise in
      // the next look.
      if (!observed || namesAreTold(observed) === false) return [];
      // Ignored events that an answer leaves out would be taken for evaluated ones.
      if (scope !== by && !observed.complete) return [];
      return [totalChanges({ levels, newFrom, scope, observed }, names, labels, lost)];
    });
    return answered.length === questions.length ? answered.flat() : [];
  });
}

/** Names with changes, those with the most events first, and names that lost events before. */
function namesToFollow(
  by: By,
  { thresholds, ignoreLists, followed }: TotalsRequest,
  named: readonly LevelChange[],
): string[] {
  if (!needsTotals(thresholds, by)) return [];
  const ignored = by === 'account' ? ignoreLists.accounts : ignoreLists.schemas;
  const lost = named.filter(({ scope }) => scope === by).sort((a, b) => b.to - a.to);
  const all = new Set([...lost.map(({ name }) => name), ...followed[by]]);
  return [...all].filter((name) => name !== '' && !ignored.has(name)).slice(0, MAX_FOLLOWED);
}

interface TotalsQuestion {
  readonly scope: string;
  readonly query: MetricQuery;
}

/** All settled events of some names, and the ignored ones among them. */
function questionsAbout(
  { by, names }: { readonly by: By; readonly names: readonly string[] },
  exceptions: readonly Exception[],
): TotalsQuestion[] {
  // Togai takes one schema in a filter, and there are few schemas.
  const query = {
    groupBy: GROUPING_OF[by],
    statuses: DOCUMENTED_STATUSES.filter(isSettled),
    ...(by === 'account' && { accounts: names }),
  };
  return [
    { scope: by, query: { ...query, id: `${SETTLED} ${by}` } },
    ...partsWithin(by, exceptions).map((part) => {
      const scope = scopeOf(by, part);
      const filter = by === 'account' ? { schema: part.schema } : { accounts: part.accounts };
      return { scope, query: { ...query, ...filter, id: `${SETTLED} ${scope}` } };
    }),
  ];
}
