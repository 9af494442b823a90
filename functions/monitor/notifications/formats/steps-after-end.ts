import { DAY_MS } from '../../timeline/time.ts';
import type { IncidentFacts, Notification } from '../notification.ts';
import { amountText, ESTIMATE } from '../worth-text.ts';
import { listed } from './account-sentences.ts';
import type { RenderContext } from './message-settings.ts';
import { type Escape, unknownAccounts } from './phrases.ts';
import { checkUrl, recoverUrl } from './runbook-links.ts';
import { timeText, type When } from './times.ts';

/** The fate of the lost events once a loss is over, and their way onto the bill. */

interface How extends RenderContext, When {
  readonly timeZone: string | undefined;
  readonly escapeName: Escape;
}

/** A cycle that closes sooner leaves no time to wait for events that heal. */
const TIME_TO_WAIT_MS = 2 * DAY_MS;

/** `These events are not billed yet. Worth about 400 (estimate in base currency).` */
export function notBilledText(about: IncidentFacts): string {
  const amount = amountText(about);
  const worth = amount === '' ? '' : ` Worth about ${amount} (${ESTIMATE}).`;
  return `These events are not billed yet.${worth}`;
}

/** The next steps after an end. */
export function recoverySteps(
  { kind, at }: Notification,
  about: IncidentFacts,
  how: How,
): string[] {
  if (about.nature !== 'loss') return ['Nothing to do.'];
  const look =
    kind === 'closed'
      ? [linked('Check whether it is over (then a check shows no lost events)', checkUrl(how))]
      : [];
  return [...look, ...unknownSteps(kind, about, how), ...billSteps(kind, about, at, how)];
}

function unknownSteps(
  kind: Notification['kind'],
  about: IncidentFacts,
  { escapeName }: How,
): string[] {
  const unknown = kind === 'resolved' ? unknownAccounts(about) : [];
  if (unknown.length === 0) return [];
  const [verb, whose] = unknown.length === 1 ? ['sends', 'its'] : ['send', 'their'];
  return [
    `Ask why ${listed(unknown, escapeName)} ${verb} nothing. Look whether ${whose} next events are billed.`,
  ];
}

function billSteps(
  kind: Notification['kind'],
  { cycleEnd }: IncidentFacts,
  at: number,
  how: How,
): string[] {
  const before = cycleEnd === undefined ? '' : ` before ${timeText(cycleEnd, how)}`;
  const url = recoverUrl(how);
  const way =
    url === '' ? '. Ask Togai, or the team that sends them, to bring them in again.' : `: ${url}`;
  // Before its cause is mended, the same events would be lost again.
  if (kind === 'closed') return [`Once it is over, recover them${before}${way}`];
  if (!mayWait(cycleEnd, at)) {
    return [`Recover them now,${before}${way}`];
  }
  return [
    'Wait a day: Togai may bill some of them late, by itself.',
    `Then recover the rest${before}${way}`,
  ];
}

/** Whether there is time to wait for events that heal. */
export function mayWait(cycleEnd: number | undefined, at: number): boolean {
  return cycleEnd === undefined || cycleEnd - at >= TIME_TO_WAIT_MS;
}

function linked(text: string, url: string): string {
  return url === '' ? `${text}.` : `${text}: ${url}`;
}
