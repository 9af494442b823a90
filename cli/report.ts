import {
  type Counts,
  countWhere,
  type Groups,
  type StatusCounts,
} from '../functions/monitor/events/counts.ts';
import {
  groupOf,
  STATUS_GROUPS,
  type StatusGroup,
} from '../functions/monitor/events/status-groups.ts';
import { sparkline } from '../functions/monitor/notifications/formats/sparkline.ts';
import { rankGroups } from '../functions/monitor/notifications/window-summary.ts';
import { counted, formatCount, printable } from '../functions/monitor/text/text.ts';
import type { Evaluation, InsufficientReason } from '../functions/monitor/thresholds/evaluate.ts';
import { BUCKET_MS } from '../functions/monitor/timeline/bucket.ts';
import {
  DAY_MS,
  formatDuration,
  HOUR_MS,
  isoTime,
  shortTime,
} from '../functions/monitor/timeline/time.ts';
import { BUCKET_NOUN } from '../functions/monitor/timeline/timeline.ts';
import type { CheckResult } from './check.ts';
import { type Column, type Paint, type Style, table } from './terminal.ts';

const BAR_WIDTH = 24;
const SPARK_WIDTH = 60;
const DEFAULT_TOP = 5;

const GROUP_STYLES: Readonly<Record<StatusGroup, Style>> = {
  metered: 'green',
  unmetered: 'red',
  failed: 'yellow',
  duplicate: 'gray',
  in_progress: 'cyan',
  reverted: 'gray',
  unknown: 'magenta',
};

const DOUBTS: Readonly<Record<InsufficientReason, string>> = {
  incomplete: 'not every bucket was counted completely',
  'in progress': 'over a tenth of the events are still in progress',
  'too few': 'a share of fewer events than --minimum-events says nothing',
  truncated: 'there are more names than were kept',
};

/** The result of a check for a person: what was counted, what breached, whose it is. */
export function report(result: CheckResult, paint: Paint, top = DEFAULT_TOP): string {
  const { counts, evaluations, failedKnown } = result;
  const sections = [
    heading(result, paint),
    statuses(counts, paint),
    timeline(result, paint),
    thresholds(evaluations, paint),
    groups('account', counts.accounts, { top, failedKnown }, paint),
    groups('schema', counts.schemas, { top, failedKnown }, paint),
    samples(counts, paint),
    remarks(result, paint),
    conclusion(result, paint),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

/** Only what breached, one line each; nothing when all is well. */
export function reportBreached({ evaluations, window }: CheckResult): string {
  return evaluations
    .filter(({ state }) => state === 'breached')
    .map((evaluation) => {
      const whose = evaluation.groups.length > 0 ? `: ${listGroups(evaluation)}` : '';
      const what = `${evaluation.severity}: "${evaluation.threshold}" is breached with ${measured(evaluation)}`;
      return `${what} from ${isoTime(window.start)} to ${isoTime(window.end)}${whose}\n`;
    })
    .join('');
}

function heading(
  { window, counting, baseUrl, counts, count, stats, durationMs }: CheckResult,
  paint: Paint,
) {
  const range = `${shortTime(window.start)} to ${shortTime(window.end)} UTC`;
  const length = formatDuration(window.end - window.start);
  const throttled = stats.throttled > 0 ? `, ${formatCount(stats.throttled)} throttled` : '';
  const retries = stats.retries > 0 ? `, ${formatCount(stats.retries)} repeated` : '';
  const requests = `${counted(stats.requests, 'request')}${throttled}${retries}`;
  const details = `${counted(count.complete.length, BUCKET_NOUN[counting])}, ${requests}, ${(durationMs / 1_000).toFixed(1)} s`;
  return [
    `${paint('bold', counted(counts.total, 'event'))} from ${paint('bold', range)} (${length})`,
    paint('dim', `${baseUrl} · ${details}`),
  ];
}

function statuses({ byStatus, total }: Counts, paint: Paint): string[] {
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

function timeline({ count, counting, counts, window }: CheckResult, paint: Paint): string[] {
  const unmetered = ({ byStatus }: Counts) => countInGroup(byStatus, 'unmetered');
  if (unmetered(counts) === 0) return [];
  const perBucket = count.complete.map((bucket) => unmetered(bucket.counts));
  const perColumn = Math.ceil(perBucket.length / SPARK_WIDTH);
  const columns = Array.from({ length: Math.ceil(perBucket.length / perColumn) }, (_, column) =>
    perBucket
      .slice(column * perColumn, (column + 1) * perColumn)
      .reduce((sum, events) => sum + events, 0),
  );
  const most = Math.max(...columns);
  const step = formatDuration(perColumn * (counting === 'metrics' ? HOUR_MS : BUCKET_MS));
  return [
    paint(
      'dim',
      `UNMETERED OVER TIME (one column is ${step}, the highest ${counted(most, 'event')})`,
    ),
    `${paint('dim', shortTime(window.start))} ${paint('red', sparkline(columns))} ${paint('dim', shortTime(window.end).slice(window.end - window.start < DAY_MS ? 11 : 0))}`,
  ];
}

function thresholds(evaluations: readonly Evaluation[], paint: Paint): string[] {
  const rows = evaluations.map((evaluation) => [
    { breached: 'BREACHED', ok: 'ok', insufficient: 'not enough data' }[evaluation.state],
    evaluation.severity,
    evaluation.threshold,
    evaluation.state === 'insufficient' ? '-' : measured(evaluation),
    evaluation.reason ? DOUBTS[evaluation.reason] : listGroups(evaluation),
  ]);
  const stateStyle = (_: string, row: number): Style => {
    const evaluation = evaluations[row - 1];
    if (!evaluation || evaluation.state === 'insufficient') return 'dim';
    if (evaluation.state === 'ok') return 'green';
    return evaluation.severity === 'critical' ? ['bold', 'red'] : ['bold', 'yellow'];
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
    [['EVALUATION', 'SEVERITY', 'THRESHOLD', 'VALUE', ''], ...rows],
    paint,
  );
}

function groups(
  kind: 'account' | 'schema',
  { byName }: Groups,
  { top, failedKnown }: { readonly top: number; readonly failedKnown: boolean },
  paint: Paint,
): string[] {
  const concerned = rankGroups(byName)
    .filter(({ unmetered, failed }) => unmetered + failed > 0)
    .slice(0, top);
  if (concerned.length === 0) return [];
  const rows = concerned.map(({ name, unmetered, failed, total }) => [
    name === '' ? `(no ${kind})` : name,
    formatCount(unmetered),
    failedKnown ? formatCount(failed) : '?',
    formatCount(total),
    failedKnown ? share(unmetered + failed, total) : atLeast(unmetered, total),
  ]);
  const dimHead = (_: string, row: number) => (row === 0 ? ('dim' as const) : undefined);
  const right: Column = { align: 'right', style: dimHead };
  return table(
    [{ style: dimHead }, right, right, right, right],
    [[`TOP ${kind.toUpperCase()}S`, 'UNMETERED', 'FAILED', 'TOTAL', 'LOST'], ...rows],
    paint,
  );
}

function samples({ samples: byProblem, byStatus }: Counts, paint: Paint): string[] {
  const mostFirst = [...byProblem].sort(
    ([a], [b]) => (byStatus.get(b) ?? 0) - (byStatus.get(a) ?? 0) || (a < b ? -1 : 1),
  );
  const rows = mostFirst.flatMap(([status, events]) =>
    events
      .slice(0, 1)
      .map((event) => [
        status,
        event.referenceId ?? event.id ?? '(no id)',
        shortTime(Math.floor(event.createdAt / 1_000) * 1_000),
        event.accountId === '' ? '(no account)' : event.accountId,
        event.schemaName === '' ? '(no schema)' : event.schemaName,
      ]),
  );
  if (rows.length === 0) return [];
  const dimHead = (_: string, row: number) => (row === 0 ? ('dim' as const) : undefined);
  return table(
    Array.from({ length: 5 }, () => ({ style: dimHead })),
    [['NEWEST OF EACH PROBLEM', 'REFERENCE ID', 'AT (UTC)', 'ACCOUNT', 'SCHEMA'], ...rows],
    paint,
  );
}

function remarks(
  { counts, count, counting, window, asked, failedKnown }: CheckResult,
  paint: Paint,
): string[] {
  const lines: string[] = [];
  if (counting === 'metrics') {
    const longer = window.start !== asked;
    const from = longer
      ? `, so from ${shortTime(window.start)} on, not from ${shortTime(asked)}`
      : '';
    const known = failedKnown ? '' : ', and whose failed events are is not known';
    lines.push(
      `Counted by Togai itself, by the hour${from} (POST /metrics): there are no samples${known}.`,
    );
    if (longer) {
      lines.push(
        paint(
          'yellow',
          `The ${formatDuration(asked - window.start)} before count with the rest: they add to every number, and thin the shares of what began later.`,
        ),
      );
    }
  }
  if (counts.ignored > 0) {
    lines.push(
      `${counted(counts.ignored, 'event')} of ignored accounts and schemas counted apart.`,
    );
  }
  lines.push(...reservations(counts).map((sentence) => paint('yellow', sentence)));
  if (count.filteredHere) {
    lines.push('Togai ignored start_time and end_time; the events were picked out here.');
  } else if (count.timeField === 'timestamp') {
    lines.push('Togai filters by the events’ own timestamp, so they were counted by that.');
  }
  return lines;
}

/** What the numbers do not tell, in sentences: events that could not be read, names that were not kept. */
export function reservations({ malformed, malformedExample, accounts, schemas }: Counts): string[] {
  const sentences: string[] = [];
  if (malformed > 0) {
    const example = printable(malformedExample ?? '', 200);
    const verb = malformed === 1 ? 'is' : 'are';
    sentences.push(
      `${counted(malformed, 'event')} could not be read and ${verb} in no other number (${example}).`,
    );
  }
  for (const [kind, { truncated }] of [
    ['accounts', accounts],
    ['schemas', schemas],
  ] as const) {
    if (truncated)
      sentences.push(
        `There are more ${kind} than can be kept: those with problems were kept first.`,
      );
  }
  return sentences;
}

function conclusion(
  { evaluations, counts, counting, failedKnown }: CheckResult,
  paint: Paint,
): string[] {
  const breached = evaluations.filter(({ state }) => state === 'breached');
  const open = evaluations.filter(({ state }) => state === 'insufficient').length;
  const left = open === 0 ? '' : ` ${open} of ${evaluations.length} could not be evaluated.`;
  if (breached.length === 0) {
    return [paint(open === 0 ? 'green' : 'yellow', `No threshold is breached.${left}`)];
  }
  const critical = breached.some(({ severity }) => severity === 'critical');
  const style: Style = critical ? ['bold', 'red'] : ['bold', 'yellow'];
  const lost = (['unmetered', 'failed'] as const)
    .map((group) => lossIn(counts, group, group === 'unmetered' || failedKnown))
    .filter((sentence) => sentence !== undefined);
  return [
    paint(
      style,
      `${breached.length} of ${counted(evaluations.length, 'threshold')} breached.${left}`,
    ),
    ...lost,
    counting === 'events'
      ? 'Look the events above up in Togai, by reference id; what to do by status is in the README.'
      : 'For reference ids and reasons count the events of a short time: npx unmetered check --since 5m. What to do by status is in the README.',
  ];
}

/** `509 unmetered events, 507 of them of account acme and 138 of schema message_sent.` */
function lossIn(
  { byStatus, accounts, schemas }: Counts,
  group: 'unmetered' | 'failed',
  whoseKnown: boolean,
) {
  const events = countInGroup(byStatus, group);
  if (events === 0) return undefined;
  const most = (kind: string, { byName }: Groups) => {
    const [worst] = rankGroups(byName).sort((a, b) => b[group] - a[group]);
    if (!worst || worst[group] === 0) return [];
    const name = worst.name === '' ? `without ${kind}` : `of ${kind} ${printable(worst.name, 60)}`;
    return [`${formatCount(worst[group])} ${name}`];
  };
  const whose = whoseKnown ? [...most('account', accounts), ...most('schema', schemas)] : [];
  const notified = whose.length === 0 ? '' : `: ${whose.join(', ')}`;
  return `${counted(events, `${group} event`)}${notified}.`;
}

export function countInGroup(byStatus: StatusCounts, group: StatusGroup): number {
  return countWhere(byStatus, (status) => groupOf(status) === group);
}

/** `412 events`, `6.1%` */
function measured({ value, unit }: Evaluation): string {
  return unit === 'percent' ? `${trimmed(value)}%` : counted(value, 'event');
}

function listGroups({ groups: breached, unit }: Evaluation): string {
  const shown = breached
    .slice(0, 3)
    .map(({ name, value, events }) =>
      unit === 'percent'
        ? `${printable(name, 60)} ${trimmed(value)}% (${counted(events, 'event')})`
        : `${printable(name, 60)} ${counted(events, 'event')}`,
    );
  const more = breached.length - shown.length;
  return [...shown, ...(more > 0 ? [`${formatCount(more)} more`] : [])].join(', ');
}

function share(part: number, whole: number): string {
  const percent = whole === 0 ? 0 : (100 * part) / whole;
  return part > 0 && percent < 0.1 ? '<0.1%' : `${percent.toFixed(1)}%`;
}

/** A part that may be larger than is known: its share is rounded down. */
function atLeast(part: number, whole: number): string {
  if (part === whole) return share(part, whole);
  return `≥ ${(Math.floor((1_000 * part) / whole) / 10).toFixed(1)}%`;
}

function trimmed(value: number): string {
  return value.toFixed(1).replace(/\.0$/, '');
}
