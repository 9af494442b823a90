import { countWhere, type Groups } from '../../../functions/monitor/events/counts.ts';
import { isProblem } from '../../../functions/monitor/events/status-groups.ts';
import { RUNBOOK_URL } from '../../../functions/monitor/notifications/formats/message-settings.ts';
import { rankGroups } from '../../../functions/monitor/notifications/window-summary.ts';
import { nameText } from '../../../functions/monitor/text/name-text.ts';
import { counted, formatCount, printable } from '../../../functions/monitor/text/text.ts';
import { isoTime } from '../../../functions/monitor/timeline/time.ts';
import type { Paint, Style } from '../../terminal.ts';
import type { CheckedThreshold, CheckResult } from '../check.ts';
import { countInGroup, namesExceed } from './figures.ts';
import { resolvedText } from './thresholds.ts';

/** The last lines: how many thresholds are breached, the losses with their worst account and schema, the next step. */
export function conclusion(result: CheckResult, paint: Paint): string[] {
  const { evaluations, counts, isPart, window } = result;
  const total = counted(evaluations.length, 'threshold');
  const breached = evaluations.filter(({ state }) => state === 'breached');
  const insufficient = evaluations.filter(({ state }) => state === 'insufficient').length;
  const missing = insufficient === 0 ? '' : ` Not enough data for ${insufficient} of ${total}.`;
  const losses = lossesIn(result);
  if (breached.length === 0) {
    const style = insufficient === 0 && losses.length === 0 ? 'green' : 'yellow';
    const part = isPart ? ' by the counts before the interruption' : '';
    const all = losses.length === 0 ? '' : ` ${lostInAll(result)} all the same:`;
    const none = paint(style, `No threshold is breached${part}.${missing}${all}`);
    return [none, ...losses, ...listThem(result, 'List them')];
  }
  const critical = breached.some(({ severity }) => severity === 'critical');
  const style: Style = critical ? ['bold', 'red'] : ['bold', 'yellow'];
  const next =
    counts.samples.size > 0
      ? [
          'Next: look up the reference ids above in Togai.',
          ...listThem(result, 'List all lost events'),
        ]
      : listThem(result, 'Next: list them, with reference ids');
  return [
    paint(style, `${breached.length} of ${total} breached.${missing}`),
    ...resolution(breached, window.end),
    ...(losses.length > 1 ? [`${lostInAll(result)}:`] : []),
    ...losses,
    ...next,
    `Steps for each status: ${RUNBOOK_URL}#by-status`,
  ];
}

/** The end of the loss, if every loss that breaches a rule is over. */
function resolution(breached: readonly CheckedThreshold[], windowEnd: number): string[] {
  const ends = breached.flatMap(({ lossEndedAt }) => lossEndedAt ?? []);
  if (ends.length < breached.length) return [];
  const end = Math.max(...ends);
  const last = breached.find(({ lossEndedAt }) => lossEndedAt === end);
  return [`The loss is over: ${resolvedText(end, last ?? {}, windowEnd)}, still in the window.`];
}

/** `509 unmetered events: 507 of account acme, 138 of schema message_sent.` */
function lossIn(
  { counts, isPart, lacksLate }: CheckResult,
  group: 'unmetered' | 'failed',
): string | undefined {
  const { byStatus, accounts, schemas } = counts;
  const events = countInGroup(byStatus, group);
  if (events === 0) return undefined;
  const owners = [...worstOf('account', accounts, group), ...worstOf('schema', schemas, group)];
  const about = namesExceed(counts, group) ? 'about ' : '';
  const list = owners.length === 0 ? '' : `: ${about}${owners.join(', ')}`;
  const atLeast = isPart || lacksLate ? 'At least ' : '';
  return `${atLeast}${counted(events, `${group} event`)}${list}.`;
}

/** The losses of each group, in sentences. */
function lossesIn(result: CheckResult): string[] {
  const unknown = countInGroup(result.counts.byStatus, 'unknown');
  return [
    ...(['unmetered', 'failed'] as const).flatMap((group) => lossIn(result, group) ?? []),
    ...(unknown > 0 ? [`${counted(unknown, 'event')} with a status that is not known.`] : []),
  ];
}

/** `7 events are lost` */
function lostInAll({ counts: { byStatus }, isPart, lacksLate }: CheckResult): string {
  const lost = countWhere(byStatus, isProblem);
  const atLeast = isPart || lacksLate ? 'At least ' : '';
  return `${atLeast}${counted(lost, 'event')} ${lost === 1 ? 'is' : 'are'} lost`;
}

/** The command that lists the lost events of the same range, by any Togai. Nothing where none is lost, or Togai is simulated. */
function listThem(result: CheckResult, words: string): string[] {
  const { asked, baseUrl, namesBaseUrl, counts } = result;
  if (namesBaseUrl === undefined) return [];
  if (countWhere(counts.byStatus, isProblem) === 0) return [];
  const range = `--from ${isoTime(asked.start)} --to ${isoTime(asked.end)}`;
  const place = namesBaseUrl ? ` --togai-base-url ${baseUrl}` : '';
  return [`${words}: npx unmetered lost ${range}${place}`];
}

/** `507 of account acme`; nothing if no account has lost any. */
function worstOf(
  kind: 'account' | 'schema',
  { byName }: Groups,
  group: 'unmetered' | 'failed',
): string[] {
  const [worst] = rankGroups(byName).sort((a, b) => b[group] - a[group]);
  if (!worst || worst[group] === 0) return [];
  const noun = worst.name === '' ? '' : `${kind} `;
  return [`${formatCount(worst[group])} of ${noun}${printable(nameText(kind, worst.name), 60)}`];
}
