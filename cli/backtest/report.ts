import { counted, formatCount, printable } from '../../functions/monitor/text/text.ts';
import { formatDuration } from '../../functions/monitor/timeline/duration.ts';
import { shortTime } from '../../functions/monitor/timeline/time.ts';
import { dimHead, table } from '../check/report/table.ts';
import type { Paint } from '../terminal.ts';
import type { ComparedSet, Comparison } from './compare-rule-sets.ts';
import { hoursText, incidentLine, projectedLine, unnoticedLine } from './lines.ts';
import { nightText } from './numbers.ts';
import { printRules, type Suggestion } from './suggest.ts';

export interface ReportContext {
  /** Where the counts are from: `monitor.json`. */
  readonly source: string;
  readonly windowMs: number;
  /** A sentence about the counts; empty where they are those of the monitor. */
  readonly note: string;
  readonly timeZone: string;
  /** The command that deploys some rules. */
  readonly deploy: (rules: ComparedSet['rules']) => string;
}

/** The report of a backtest for a terminal. */
export function reportBacktest(
  comparison: Comparison,
  context: ReportContext,
  paint: Paint,
): string {
  const { sets, suggestions } = comparison;
  return [
    ...heading(comparison, context, paint),
    '',
    ...summary(comparison, context.timeZone, paint),
    ...sets.flatMap((set) => ['', ...details(set, paint)]),
    '',
    paint('bold', `Limits by the quiet part of this time, for the rules of A`),
    ...suggestions.map((suggestion) => suggestionLine(suggestion, paint)),
    '',
    ...commands(sets, context, paint),
    '',
  ].join('\n');
}

function heading(
  { range, events, pieces, missingMs }: Comparison,
  { source, windowMs, note }: ReportContext,
  paint: Paint,
): string[] {
  const from = `${shortTime(range.start)} to ${shortTime(range.end)} UTC`;
  const length = formatDuration(range.end - range.start);
  const missing = missingMs > 0 ? ` · ${formatDuration(missingMs)} not counted` : '';
  const window = `windows of ${formatDuration(windowMs)}`;
  return [
    `${paint('bold', counted(events, 'event'))} from ${paint('bold', from)} (${length})`,
    paint(
      'dim',
      `${printable(source, 200)} · ${counted(pieces, 'evaluation')} · ${window}${missing}`,
    ),
    ...(note === '' ? [] : [note]),
  ];
}

function summary({ sets, range }: Comparison, timeZone: string, paint: Paint): string[] {
  const head = [
    '',
    'incidents',
    'critical',
    'hours open',
    'notified/week',
    'at night/week',
    'lost unnoticed',
  ];
  const rows = sets.map(({ name, numbers }) => [
    name,
    formatCount(numbers.incidents),
    formatCount(numbers.critical),
    hoursText(numbers),
    numbers.notificationsPerWeek.toFixed(1),
    numbers.atNightPerWeek.toFixed(1),
    `${formatCount(numbers.unnoticed)} of ${formatCount(numbers.lost)}`,
  ]);
  const right = { align: 'right', style: dimHead } as const;
  const columns = [{}, right, right, right, right, right, right];
  const legend = [
    `notified: notifications to each channel; at night: those ${nightText(timeZone)}`,
    'lost unnoticed: lost events that are in no incident',
    projectedLine(range),
  ].filter((line) => line !== '');
  return [...table(columns, [head, ...rows], paint), ...legend.map((line) => paint('dim', line))];
}

function details({ name, rules, numbers }: ComparedSet, paint: Paint): string[] {
  const { first, longest, worst } = numbers;
  const labelled = [
    { label: 'first', incident: first },
    { label: 'longest', incident: longest },
    { label: 'worst', incident: worst },
  ];
  const byIncident = [...Map.groupBy(labelled, ({ incident }) => incident)];
  return [
    `${paint('bold', name)}  ${printRules(rules)}`,
    ...byIncident.flatMap(([incident, labels]) => {
      const label = labels.map((each) => each.label).join(', ');
      return incident ? `   ${label}: ${incidentLine(incident)}` : [];
    }),
    `   unnoticed: ${unnoticedLine(numbers)}`,
  ];
}

function suggestionLine({ rule, suggested, reason }: Suggestion, paint: Paint): string {
  const [before, after] = [printRules([rule]), printRules([suggested])];
  const change = before === after ? before : `${before} → ${paint('bold', after)}`;
  return `   ${change}\n      ${paint('dim', reason)}`;
}

function commands(sets: readonly ComparedSet[], { deploy }: ReportContext, paint: Paint): string[] {
  return sets.flatMap(({ name, rules }) => [
    `Deploy ${name === 'suggested' ? 'the suggested limits' : `the rules of ${name}`}:`,
    `  ${paint('bold', deploy(rules))}`,
  ]);
}
