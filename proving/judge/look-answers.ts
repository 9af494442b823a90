import type { EntryOf, ShownQuery, StoredLook } from '../history.ts';
import { HOUR } from '../world/scenario.ts';
import type { Span } from './span.ts';
import { isOf, SETTLED } from './status-groups.ts';

/** A question of a look, with its answer. */
export interface AnsweredQuestion {
  readonly scope: string;
  /** The status that it was about; `undefined`: every status by itself. `*`: all settled ones together. */
  readonly status: string | undefined;
  readonly range: Span;
  /** Nothing was left out. */
  readonly complete: boolean;
  readonly asOf: number;
  /** By hour, then by name (or by status, for a question about every status). */
  readonly hours: ReadonlyMap<number, ReadonlyMap<string, number>>;
  readonly statuses: readonly string[];
}

const MOST_POINTS = 300;
const SCOPES = { ACCOUNT_ID: 'account', SCHEMA_NAME: 'schema' } as const;

/** The questions that an answer of Togai metrics belongs to, as far as they are questions of a look. */
export function questionsIn(
  { metrics }: EntryOf<'answered'>,
  exceptions: StoredLook['exceptions'],
): AnsweredQuestion[] {
  if (!metrics) return [];
  const { range, asOf, points } = metrics;
  return metrics.queries.flatMap((query): AnsweredQuestion[] => {
    const series = metrics.results.get(query.id);
    const of = series && whatOf(query, exceptions);
    if (!of) return [];
    const hours = new Map<number, Map<string, number>>();
    let held = 0;
    for (const { group, points: inHours } of series) {
      // Numbers without a status say nothing.
      if (group === undefined && of.status === undefined) return [];
      held += inHours.length;
      for (const [label, events] of inHours) {
        const hour = hours.get(label) ?? new Map<string, number>();
        hours.set(label, hour);
        hour.set(group ?? '', events);
      }
    }
    const complete = held < MOST_POINTS && points < MOST_POINTS;
    const isUngrouped = series.length === 1 && series[0]?.group === undefined;
    return isUngrouped ? [] : [{ ...of, range, asOf, complete, hours }];
  });
}

function whatOf(
  { groupBy, statuses, accounts, schemas }: ShownQuery,
  exceptions: StoredLook['exceptions'],
): Pick<AnsweredQuestion, 'scope' | 'status' | 'statuses'> | undefined {
  if (groupBy === undefined || groupBy === 'EVENT_STATUS') return undefined;
  const exception = exceptions.find(
    (one) => one.accounts.join('\n') === (accounts ?? []).join('\n') && one.schema === schemas?.[0],
  );
  const of = exception ? `/${exception.key}` : '';
  if (groupBy === 'RAW_EVENT_STATUS') {
    const isPlain = accounts === undefined && schemas === undefined;
    return isPlain || exception ? { scope: `all${of}`, status: undefined, statuses } : undefined;
  }
  // Names are asked for by status group, and its first status stands for the group.
  const isSettledOnes = statuses.length > 1 && statuses.some((one) => isOf('metered', one));
  return {
    scope: `${SCOPES[groupBy]}${of}`,
    status: isSettledOnes ? SETTLED : statuses[0],
    statuses,
  };
}

/**
 * Whether an answer holds a whole hour: a range may cut the hours at its ends. A run that comes late asks up to the end of its
 * look, and counts the hour up to there.
 *
 * @param end of the look
 */
export function holds({ range }: AnsweredQuestion, label: number, end: number): boolean {
  if (label < range.start) return false;
  return label + HOUR <= range.end || (range.end === end && label < end);
}
