import type { SilenceAnswer } from '../../functions/monitor/on-call/answer-json.ts';
import { printable } from '../../functions/monitor/text/text.ts';
import { formatDuration } from '../../functions/monitor/timeline/duration.ts';
import { parseTime, shortTime } from '../../functions/monitor/timeline/time.ts';

/** `acme until 2026-11-18 14:01 UTC, by mira (s-7k2f): migration` */
export function silenceText(silence: SilenceAnswer): string {
  const { id, by, comment } = silence;
  const why = comment === null ? '' : `: ${printable(comment, 300)}`;
  return `${whatText(silence)} ${whenText(silence)}, by ${printable(by, 80)} (${id})${why}`;
}

/** Its state, and the rest as above. */
export function silenceLine(silence: SilenceAnswer): string {
  const { state, endedBy } = silence;
  const ended = endedBy === null ? 'over' : `ended by ${printable(endedBy, 80)}`;
  const words = { waiting: 'waiting', in_force: 'in force', over: ended };
  return `${words[state]}: ${silenceText(silence)}`;
}

function whatText({ account, subject, incident }: SilenceAnswer): string {
  if (account !== null) return printable(account, 200);
  if (subject !== null) return `all that is ${printable(subject, 200)}`;
  return incident === null ? 'everything' : `incident ${printable(incident, 40)}`;
}

function whenText({ until, forMinutes }: SilenceAnswer): string {
  const end = until === null ? undefined : parseTime(until);
  return end === undefined
    ? `for ${formatDuration(forMinutes * 60_000)}, from the next run on`
    : `until ${shortTime(Math.floor(end / 60_000) * 60_000)} UTC`;
}
