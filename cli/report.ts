import { BUCKET_MS } from '../functions/monitor/steps/bucket.ts';
import type { Verdict } from '../functions/monitor/steps/judge.ts';
import {
  groupOf,
  isProblem,
  STATUS_GROUPS,
  type StatusGroup,
} from '../functions/monitor/steps/status.ts';
import {
  countWhere,
  type Groups,
  type StatusCounts,
  type Tally,
} from '../functions/monitor/steps/tally.ts';
import { counted, formatCount, printable } from '../functions/monitor/steps/text.ts';
import { formatDuration, isoTime, shortTime } from '../functions/monitor/steps/time.ts';
import type { CheckResult } from './check.ts';
import { type Column, type Paint, type Style, table } from './terminal.ts';

const BAR_WIDTH = 24;
const SPARK_WIDTH = 60;
const TOP = 5;
const SPARKS = '▁▂▃▄▅▆▇█';

const GROUP_STYLES: Readonly<Record<StatusGroup, Style>> = {
  metered: 'green',
  unmetered: 'red',
  failed: 'yellow',
  duplicate: 'gray',
  in_progress: 'cyan',
  reverted: 'gray',
  unknown: 'magenta',
};

/** The result of a check for a person: what was counted, what crossed, whose it is. */
export function report(result: CheckResult, paint: Paint): string {
  const { tally, verdicts } = result;
  const sections = [
    heading(result, paint),
    statuses(tally, paint),
    timeline(result, paint),
    thresholds(verdicts, paint),
    groups('account', tally.accounts, paint),
    groups('schema', tally.schemas, paint),
    samples(tally, paint),
    remarks(result, paint),
    conclusion(result, paint),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

/** Only what crossed, one line each; nothing when all is well. */
export function reportCrossed({ verdicts, window }: CheckResult): string {
  return verdicts
    .filter(({ state }) => state === 'breached')
    .map((verdict) => {
      const whose = verdict.groups.length > 0 ? `: ${listGroups(verdict)}` : '';
      const what = `${verdict.severity}: "${verdict.threshold}" is crossed with ${measured(verdict)}`;
      return `${what} from ${isoTime(window.start)} to ${isoTime(window.end)}${whose}\n`;
    })
    .join('');
}

function heading({ window, baseUrl, tally, count, stats, durationMs }: CheckResult, paint: Paint) {
  const range = `${shortTime(window.start)} to ${shortTime(window.end)} UTC`;
  const length = formatDuration(window.end - window.start);
  const throttled = stats.throttled > 0 ? `, ${formatCount(stats.throttled)} throttled` : '';
  const retries = stats.retries > 0 ? `, ${formatCount(stats.retries)} repeated` : '';
  const requests = `${counted(stats.requests, 'request')}${throttled}${retries}`;
  const details = `${counted(count.buckets.length, 'bucket')}, ${requests}, ${(durationMs / 1_000).toFixed(1)} s`;
  return [
    `${paint('bold', counted(tally.total, 'event'))} from ${paint('bold', range)} (${length})`,
    paint('dim', `${baseUrl} · ${details}`),
  ];
}

function statuses({ byStatus, total }: Tally, paint: Paint): string[] {
  if (total === 0) return ['No events.'];
  const entries = [...byStatus].sort(
    ([a, countA], [b, countB]) =>
      STATUS_GROUPS.indexOf(groupOf(a)) - STATUS_GROUPS.indexOf(groupOf(b)) ||
      countB - countA ||
      (a < b ? -1 : 1),
  );
  const most = Math.max(...entries.map(([, events]) => events));
  const rows = entries.map(([status, events]) => [
    groupOf(status),
    status,
    formatCount(events),
    share(events, total),
    '█'.repeat(Math.max(1, Math.round((BAR_WIDTH * events) / most))),
  ]);
  const style = (_: string, row: number) =>
    row === 0 ? 'dim' : GROUP_STYLES[groupOf(entries[row - 1]?.[0] ?? '')];
  const columns: Column[] = [
    { style },
    { style: (_, row) => (row === 0 ? 'dim' : undefined) },
    { align: 'right', style: (_, row) => (row === 0 ? 'dim' : 'bold') },
    { align: 'right', style: (_, row) => (row === 0 ? 'dim' : undefined) },
    { style },
  ];
  return table(columns, [['GROUP', 'STATUS', 'EVENTS', 'SHARE', ''], ...rows], paint);
}

function timeline({ count, tally, window }: CheckResult, paint: Paint): string[] {
  const unmetered = ({ byStatus }: Tally) => countInGroup(byStatus, 'unmetered');
  if (unmetered(tally) === 0) return [];
  const perBucket = count.buckets.map((bucket) => unmetered(bucket.tally));
  const perColumn = Math.ceil(perBucket.length / SPARK_WIDTH);
  const columns = Array.from({ length: Math.ceil(perBucket.length / perColumn) }, (_, column) =>
    perBucket
      .slice(column * perColumn, (column + 1) * perColumn)
      .reduce((sum, events) => sum + events, 0),
  );
  const most = Math.max(...columns);
  const step = formatDuration(perColumn * BUCKET_MS);
  return [
    paint(
      'dim',
      `UNMETERED OVER TIME (one column is ${step}, the highest ${counted(most, 'event')})`,
    ),
    `${paint('dim', clockTime(window.start))} ${paint('red', sparkline(columns))} ${paint('dim', clockTime(window.end))}`,
  ];
}

/** One character a value, scaled to the largest; zero is a dot on the line. */
export function sparkline(values: readonly number[]): string {
  const most = Math.max(0, ...values);
  return values
    .map((value) => (value === 0 ? '·' : SPARKS[Math.ceil((value / most) * SPARKS.length) - 1]))
    .join('');
}

function thresholds(verdicts: readonly Verdict[], paint: Paint): string[] {
  const rows = verdicts.map((verdict) => [
    { breached: 'CROSSED', ok: 'ok', insufficient: 'not judged' }[verdict.state],
    verdict.severity,
    verdict.threshold,
    verdict.state === 'insufficient' ? '-' : measured(verdict),
    verdict.reason ?? listGroups(verdict),
  ]);
  const stateStyle = (_: string, row: number): Style => {
    const verdict = verdicts[row - 1];
    if (!verdict || verdict.state === 'insufficient') return 'dim';
    if (verdict.state === 'ok') return 'green';
    return verdict.severity === 'critical' ? ['bold', 'red'] : ['bold', 'yellow'];
  };
  const dimHead = (_: string, row: number) => (row === 0 ? ('dim' as const) : undefined);
  return table(
    [
      { style: stateStyle },
      { style: dimHead },
      { style: dimHead, maxWidth: 70 },
      { align: 'right', style: dimHead },
      { maxWidth: 100 },
    ],
    [['VERDICT', 'SEVERITY', 'THRESHOLD', 'VALUE', ''], ...rows],
    paint,
  );
}

function groups(kind: 'account' | 'schema', { counts, cut }: Groups, paint: Paint): string[] {
  const concerned = topGroups(counts, TOP).filter(
    ({ unmetered, failed }) => unmetered + failed > 0,
  );
  if (concerned.length === 0) return [];
  const rows = concerned.map(({ name, unmetered, failed, total }) => [
    name === '' ? `(no ${kind})` : name,
    formatCount(unmetered),
    formatCount(failed),
    formatCount(total),
    share(unmetered + failed, total),
  ]);
  const dimHead = (_: string, row: number) => (row === 0 ? ('dim' as const) : undefined);
  const right: Column = { align: 'right', style: dimHead };
  const lines = table(
    [{ style: dimHead }, right, right, right, right],
    [[`TOP ${kind.toUpperCase()}S`, 'UNMETERED', 'FAILED', 'TOTAL', 'LOST'], ...rows],
    paint,
  );
  const note = `(more than ${formatCount(counts.size)} ${kind}s: those with problems were kept)`;
  return cut ? [...lines, paint('dim', note)] : lines;
}

function samples({ samples: byStatus, byStatus: counts }: Tally, paint: Paint): string[] {
  const mostFirst = [...byStatus].sort(
    ([a], [b]) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0) || (a < b ? -1 : 1),
  );
  const rows = mostFirst.flatMap(([status, events]) =>
    events
      .slice(0, 1)
      .map((event) => [
        status,
        event.referenceId ?? event.id ?? '(no id)',
        isoTime(event.createdAt).slice(11, 19),
        event.accountId === '' ? '(no account)' : event.accountId,
        event.schemaName === '' ? '(no schema)' : event.schemaName,
      ]),
  );
  if (rows.length === 0) return [];
  const dimHead = (_: string, row: number) => (row === 0 ? ('dim' as const) : undefined);
  return table(
    Array.from({ length: 5 }, () => ({ style: dimHead })),
    [['NEWEST OF EACH PROBLEM', 'EVENT', 'AT (UTC)', 'ACCOUNT', 'SCHEMA'], ...rows],
    paint,
  );
}

function remarks({ tally, count }: CheckResult, paint: Paint): string[] {
  const lines: string[] = [];
  if (tally.ignored > 0) {
    lines.push(`${counted(tally.ignored, 'event')} of ignored accounts and schemas counted apart.`);
  }
  if (tally.malformed > 0) {
    lines.push(paint('yellow', malformedSentence(tally)));
  }
  if (count.filteredHere) {
    lines.push('Togai ignored start_time and end_time; the events were picked out here.');
  } else if (count.timeField === 'timestamp') {
    lines.push('Togai filters by the events’ own timestamp, so they were counted by that.');
  }
  return lines;
}

/** What to say of events that could not be read. */
export function malformedSentence({ malformed, malformedExample }: Tally): string {
  const example = printable(malformedExample ?? '', 200);
  return `${counted(malformed, 'event')} could not be read and ${malformed === 1 ? 'is' : 'are'} in no other number (${example}).`;
}

function conclusion({ verdicts, tally }: CheckResult, paint: Paint): string[] {
  const crossed = verdicts.filter(({ state }) => state === 'breached');
  if (crossed.length === 0) return [paint('green', 'No threshold is crossed.')];
  const critical = crossed.some(({ severity }) => severity === 'critical');
  const style: Style = critical ? ['bold', 'red'] : ['bold', 'yellow'];
  const unmetered = countInGroup(tally.byStatus, 'unmetered');
  const [worst] = topGroups(tally.accounts.counts, 1);
  const whose =
    worst && worst.unmetered > 0
      ? `: ${counted(unmetered, 'unmetered event')}, ${formatCount(worst.unmetered)} of them of account ${printable(worst.name, 60)}`
      : '';
  return [
    paint(style, `${crossed.length} of ${counted(verdicts.length, 'threshold')} crossed${whose}.`),
    'Look the events above up in Togai, by reference id; what to do by status is in the README.',
  ];
}

/** An account or a schema with the numbers that matter. */
export interface TopGroup {
  readonly name: string;
  readonly unmetered: number;
  readonly failed: number;
  readonly total: number;
}

/** Those with the most problems first, then the largest, then by name. */
export function topGroups(counts: Groups['counts'], limit: number): TopGroup[] {
  return [...counts]
    .map(([name, { byStatus }]) => ({
      name,
      problems: countWhere(byStatus, isProblem),
      unmetered: countInGroup(byStatus, 'unmetered'),
      failed: countInGroup(byStatus, 'failed'),
      total: countWhere(byStatus, () => true),
    }))
    .sort((a, b) => b.problems - a.problems || b.total - a.total || (a.name < b.name ? -1 : 1))
    .slice(0, limit)
    .map(({ name, unmetered, failed, total }) => ({ name, unmetered, failed, total }));
}

export function countInGroup(counts: StatusCounts, group: StatusGroup): number {
  return countWhere(counts, (status) => groupOf(status) === group);
}

/** `412 events`, `6.1%` */
function measured({ value, unit }: Verdict): string {
  return unit === 'percent' ? `${trimmed(value)}%` : counted(value, 'event');
}

function listGroups({ groups: crossed, unit }: Verdict): string {
  const shown = crossed
    .slice(0, 3)
    .map(({ name, value, events }) =>
      unit === 'percent'
        ? `${printable(name, 60)} ${trimmed(value)}% (${counted(events, 'event')})`
        : `${printable(name, 60)} ${counted(events, 'event')}`,
    );
  const more = crossed.length - shown.length;
  return [...shown, ...(more > 0 ? [`${formatCount(more)} more`] : [])].join(', ');
}

function share(part: number, whole: number): string {
  const percent = whole === 0 ? 0 : (100 * part) / whole;
  return part > 0 && percent < 0.1 ? '<0.1%' : `${percent.toFixed(1)}%`;
}

function trimmed(value: number): string {
  return value.toFixed(1).replace(/\.0$/, '');
}

function clockTime(time: number): string {
  return shortTime(time).slice(11, 16);
}
