import type { StatusAnswer } from '../../functions/monitor/on-call/answer-json.ts';
import { counted, printable } from '../../functions/monitor/text/text.ts';
import { formatDuration } from '../../functions/monitor/timeline/duration.ts';
import { parseTime, shortTime } from '../../functions/monitor/timeline/time.ts';
import { silenceLine } from './silence-lines.ts';

/** The status of a monitor for people, a line each. */
export function statusLines(status: StatusAnswer): string[] {
  const { open, ended, silences } = status;
  return [
    ...lastRunLines(status),
    open.length === 0 ? 'No incident is open.' : `${counted(open.length, 'open incident')}:`,
    ...open.flatMap(openLines),
    ...ended.map(
      ({ incidentId, subject, kind, endedAt, stillInWindow }) =>
        `Ended: ${incidentId} ${printable(subject, 200)}, ${kind} at ${timeText(endedAt)}${stillInWindow ? ', still in the window' : ''}`,
    ),
    ...silences.map((silence) => `Silence ${silenceLine(silence)}`),
  ];
}

function lastRunLines({ lastRun, at, open }: StatusAnswer): string[] {
  if (!lastRun) return ['No run has been done yet.'];
  const { completeAt, unfinished, problem, source, evaluatedTo } = lastRun;
  const ago = agoText(completeAt, at);
  const by = source === null ? '' : `, counted by ${source}`;
  const since = completeAt === null ? '' : ' since then';
  const isTold = open.some(({ failure }) => failure === problem);
  return [
    completeAt === null
      ? 'No complete run is known.'
      : `Last complete run: ${timeText(completeAt)}${ago}${by}.`,
    ...(evaluatedTo === null ? [] : [`Evaluated to: ${timeText(evaluatedTo)}.`]),
    ...(unfinished > 0 ? [`${counted(unfinished, 'run')}${since} did not finish.`] : []),
    // An open incident says it below.
    ...(problem === null || isTold ? [] : [`Problem: ${printable(problem, 500)}`]),
  ];
}

function openLines(open: StatusAnswer['open'][number]): string[] {
  const { incidentId, subject, severity, threshold, failure, accounts, moreAccounts } = open;
  const names = accounts.map((name) => (name === '' ? '(no account)' : printable(name, 80)));
  const more = moreAccounts > 0 ? [`${moreAccounts} more`] : [];
  const whose = names.length > 0 ? `: ${[...names, ...more].join(', ')}` : '';
  const what = failure === null ? printable(subject, 200) : printable(failure, 500);
  const rule = threshold === null ? '' : ` (${printable(threshold, 200)})`;
  const head = `  ${incidentId} ${severity.toUpperCase()} ${what} since ${onsetText(open)}${whose}${rule}`;
  const details = detailsOf(open);
  return details.length > 0 ? [head, `    ${details.join(' · ')}`] : [head];
}

/** `2026-11-18 14:01 UTC`, or `2026-11-18 14:00 UTC or later (by 2026-11-18 15:00 UTC)`, `before 2026-11-18 15:00 UTC`, or `2026-11-18 14:01 UTC or earlier` */
function onsetText({ onset, onsetUntil, onsetOrEarlier }: StatusAnswer['open'][number]): string {
  // A function of an older version says neither.
  if (!onsetUntil) return `${timeText(onset)}${onsetOrEarlier ? ' or earlier' : ''}`;
  return onsetOrEarlier
    ? `before ${timeText(onsetUntil)}`
    : `${timeText(onset)} or later (by ${timeText(onsetUntil)})`;
}

function detailsOf({ acknowledgedBy, silences, notified }: StatusAnswer['open'][number]): string[] {
  return [
    ...Object.entries(notified).map(
      ([channel, { kind, at }]) => `${channel}: ${kind} ${timeText(at)}`,
    ),
    ...(acknowledgedBy === null ? [] : [`acknowledged by ${printable(acknowledgedBy, 80)}`]),
    ...(silences.length > 0 ? [`under ${silences.join(', ')}`] : []),
  ];
}

function agoText(time: string | null, now: string): string {
  const [from, to] = [time === null ? undefined : parseTime(time), parseTime(now)];
  if (from === undefined || to === undefined || to <= from) return '';
  return `, ${formatDuration(to - from)} ago`;
}

/** `2026-11-18 14:01 UTC` */
function timeText(iso: string): string {
  const time = parseTime(iso);
  return time === undefined ? printable(iso, 40) : `${shortTime(time)} UTC`;
}
