import { counted, printable } from '../../functions/monitor/text/text.ts';
import { formatDuration, shortTime } from '../../functions/monitor/timeline/time.ts';
import type { CheckResult } from '../check.ts';
import type { Paint } from '../terminal.ts';

/** How the events were counted, and which of them are not in the numbers, in sentences. */
export function remarks(result: CheckResult, paint: Paint): string[] {
  const { counts, count, counting } = result;
  const lines = counting === 'metrics' ? aboutMetrics(result, paint) : [];
  if (counts.ignored > 0) {
    lines.push(
      `${counted(counts.ignored, 'event')} of ignored accounts and schemas: counted apart, and in no other number.`,
    );
  }
  lines.push(...warnings(result).map((sentence) => paint('yellow', sentence)));
  if (count.filteredHere) {
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

function aboutMetrics({ window, asked, failedKnown }: CheckResult, paint: Paint): string[] {
  const known = failedKnown
    ? ''
    : ', and the accounts and schemas of the failed events are not known';
  const lines = [`Togai counted by the hour (POST /metrics): there are no samples${known}.`];
  if (window.start === asked) return lines;
  const extra = formatDuration(asked - window.start);
  return [
    ...lines,
    `The range starts on the hour: at ${shortTime(window.start)}, not at ${shortTime(asked)}.`,
    paint(
      'yellow',
      `The extra ${extra} add to every number, and lower the share of a loss that began later.`,
    ),
  ];
}

/** In sentences: ignore entries that are probably mistakes, events that could not be read, names that were not kept. */
export function warnings({ counts, ignoreRemarks }: CheckResult): string[] {
  const { malformed, malformedExample, accounts, schemas } = counts;
  const sentences = ignoreRemarks.map((remark) => `${remark.replace(/^t/, 'T')}.`);
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
