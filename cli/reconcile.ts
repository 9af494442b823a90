import { SettingError } from '../functions/monitor/errors.ts';
import type { Counts, StatusCounts } from '../functions/monitor/events/counts.ts';
import { rankGroups } from '../functions/monitor/notifications/window-summary.ts';
import { nameText } from '../functions/monitor/text/name-text.ts';
import { counted, cutAt, formatCount, printable } from '../functions/monitor/text/text.ts';
import { HOUR_MS, shortTime } from '../functions/monitor/timeline/time.ts';
import { type CheckRequest, check } from './check.ts';
import type { ProgressView } from './progress.ts';
import type { Surroundings } from './terminal.ts';

/** The largest differences that are shown. */
const MAX_ROWS = 20;

const ADVICE =
  'Usual causes: events changed between the two counts, or Togai assigns events to hours by another time. Compare an older, quiet hour (--from, --to). If that differs too, use --counting events.';

/**
 * Counts the closed hours of a range twice, event by event and with Togai metrics, and shows each difference.
 * The open hour is left out: it changes between the two counts.
 *
 * @throws SettingError, TogaiError; the reason of the signal when it aborts
 */
export async function reconcile(
  request: CheckRequest,
  around: Surroundings,
  progress: ProgressView,
): Promise<{ readonly text: string; readonly differ: boolean }> {
  const start = Math.floor(request.window.start / HOUR_MS) * HOUR_MS;
  const end = Math.floor(request.window.end / HOUR_MS) * HOUR_MS;
  if (start >= end) {
    throw new SettingError(
      '--reconcile compares closed hours, and there is none in the range; choose a longer --since, or an earlier --from',
    );
  }
  const window = { start, end };
  try {
    const byEvents = await check({ ...request, window, counting: 'events' }, around, progress);
    const byMetrics = await check({ ...request, window, counting: 'metrics' }, around, progress);
    const rows = differences(byEvents.counts, byMetrics.counts);
    const requests = `${counted(byEvents.stats.requests, 'request')} against ${byMetrics.stats.requests}`;
    const heading = `${formatCount(byEvents.counts.total)} events counted one by one, ${formatCount(byMetrics.counts.total)} by metrics, from ${shortTime(start)} to ${shortTime(end)} UTC (${requests})`;
    const conclusion =
      rows.length === 0
        ? 'Both counts agree.'
        : `They differ${rows.length === MAX_ROWS ? '; the largest differences' : ''}:\n${rows.join('\n')}\n${ADVICE}`;
    return { text: `${heading}\n${conclusion}\n`, differ: rows.length > 0 };
  } finally {
    progress.done();
  }
}

function differences(byEvents: Counts, byMetrics: Counts): string[] {
  const found = [
    ...compare((status) => status, byEvents.byStatus, byMetrics.byStatus),
    ...compare(
      unmeteredIn('account'),
      unmeteredOf(byEvents, 'accounts'),
      unmeteredOf(byMetrics, 'accounts'),
    ),
    ...compare(
      unmeteredIn('schema'),
      unmeteredOf(byEvents, 'schemas'),
      unmeteredOf(byMetrics, 'schemas'),
    ),
  ];
  return found
    .toSorted((a, b) => Math.abs(b.difference) - Math.abs(a.difference))
    .slice(0, MAX_ROWS)
    .map(
      ({ name, one, other, difference }) =>
        `  ${name}: ${formatCount(one)} one by one, ${formatCount(other)} by metrics (${difference > 0 ? '+' : ''}${formatCount(difference)})`,
    );
}

function compare(label: (name: string) => string, one: StatusCounts, other: StatusCounts) {
  return [...new Set([...one.keys(), ...other.keys()])].flatMap((name) => {
    const [a, b] = [one.get(name) ?? 0, other.get(name) ?? 0];
    const row = { name: printable(label(name), 100), one: a, other: b, difference: b - a };
    return a === b ? [] : [row];
  });
}

/** `account acme, unmetered` */
const unmeteredIn = (kind: 'account' | 'schema') => (name: string) =>
  `${name === '' ? '' : `${kind} `}${nameText(kind, cutAt(name, 80))}, unmetered`;

function unmeteredOf(counts: Counts, kind: 'accounts' | 'schemas'): StatusCounts {
  return new Map(
    rankGroups(counts[kind].byName)
      .filter(({ unmetered }) => unmetered > 0)
      .map(({ name, unmetered }) => [name, unmetered]),
  );
}
