import { counted, printable } from '../../../functions/monitor/text/text.ts';
import { formatDuration } from '../../../functions/monitor/timeline/duration.ts';
import { shortTime } from '../../../functions/monitor/timeline/time.ts';
import type { Paint } from '../../terminal.ts';
import type { CheckResult } from '../check.ts';
import { namesExceed } from './figures.ts';

/** How the events were counted, and which of them are not in the numbers, in sentences. */
export function remarks(result: CheckResult, paint: Paint): string[] {
  const { counts, count, source, fromStack } = result;
  const lines = source === 'metrics' ? aboutMetrics(result, paint) : [];
  if (fromStack) lines.unshift(fromStack.sentence);
  if (counts.ignored > 0) {
    lines.push(
      `${counted(counts.ignored, 'event')} of ignored accounts and schemas: counted apart, and in no other number.`,
    );
  }
  lines.push(...warnings(result).map((sentence) => paint('yellow', sentence)));
  if (count.filteredHere && !result.lacksLate) {
    lines.push(
      'Togai ignored start_time and end_time, so this command picked the events of the range.',
    );
  } else if (count.timeField === 'timestamp') {
    lines.push(
      'Togai filters by the timestamp of an event, so the range is by that time, and not by arrival.',
    );
  }
  return lines;
}

function aboutMetrics(
  { window, asked, sourceReason, counts }: CheckResult,
  paint: Paint,
): string[] {
  const lines = [
    `${sourceReason} So Togai counted (POST /metrics), and it names no single events.`,
  ];
  if (namesExceed(counts, 'unmetered') || namesExceed(counts, 'failed')) {
    lines.push(
      'Togai was asked for accounts and schemas a moment later, so they may have a few events more than there are in all.',
    );
  }
  const extraMs = asked.start - window.start + (window.end - asked.end);
  if (extraMs <= 0) return lines;
  return [
    ...lines,
    `Togai counts whole hours, so the range is ${shortTime(window.start)} to ${shortTime(window.end)}, not ${shortTime(asked.start)} to ${shortTime(asked.end)}.`,
    paint(
      'yellow',
      `The extra ${formatDuration(extraMs)} add to every number, and lower the share of a loss that began later.`,
    ),
  ];
}

/** In sentences: ignore entries that are probably mistakes, events that could not be read, names that were not kept. */
export function warnings({ counts, ignoreRemarks, lacksLate }: CheckResult): string[] {
  const { malformed, malformedExample, accounts, schemas } = counts;
  const sentences = ignoreRemarks.map((remark) => `${remark.replace(/^t/, 'T')}.`);
  if (lacksLate) {
    sentences.push(
      'Togai ignored start_time and end_time, and nothing shows that its list is by arrival: events that came late may be missing, so the numbers are lower bounds.',
    );
  }
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
    if (truncated) {
      sentences.push(`There are more ${kind} than are kept: those with problems were kept first.`);
    }
  }
  return sentences;
}
