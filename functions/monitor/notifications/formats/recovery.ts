import { DAY_MS } from '../../timeline/time.ts';
import type { IncidentFacts, Notification } from '../notification.ts';
import { listed } from './account-sentences.ts';
import type { RenderContext } from './context.ts';
import { type Escape, unknownAccounts } from './phrases.ts';
import { timeText, type When } from './times.ts';
import { checkUrl, recoverUrl } from './why-and-do.ts';
import { amountText } from './worth.ts';

/** What has become of the lost events once a loss is over, and how they come onto the bill. */

interface How extends RenderContext, When {
  readonly timeZone: string | undefined;
  readonly escapeName: Escape;
}

/** A cycle that closes sooner leaves no time to wait for events that heal. */
const TIME_TO_WAIT_MS = 2 * DAY_MS;

/** `These events are not billed. Worth about 400 (base currency, an estimate).` */
export function notBilledText(about: IncidentFacts): string {
  const amount = amountText(about);
  const worth = amount === '' ? '' : ` Worth about ${amount} (base currency, an estimate).`;
  return `These events are not billed.${worth}`;
}

/** The next steps after a loss; none after anything else. */
export function recoverySteps(
  { kind, at }: Notification,
  about: IncidentFacts,
  how: How,
): string[] {
  if (about.nature !== 'loss') return [];
  const look =
    kind === 'closed' ? [linked('Look whether events are still lost', checkUrl(how))] : [];
  return [...look, ...unknownSteps(kind, about, how), ...billSteps(about, at, how)];
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

function billSteps({ cycleEnd }: IncidentFacts, at: number, how: How): string[] {
  const before = cycleEnd === undefined ? '' : ` before ${timeText(cycleEnd, how)}`;
  const url = recoverUrl(how);
  const way =
    url === '' ? '. Ask Togai, or the team that sends them, to bring them in again.' : `: ${url}`;
  if (cycleEnd !== undefined && cycleEnd - at < TIME_TO_WAIT_MS) {
    return [`Recover them now,${before}${way}`];
  }
  return ['Wait a day: some heal by themselves.', `Then recover the rest${before}${way}`];
}

function linked(text: string, url: string): string {
  return url === '' ? `${text}.` : `${text}: ${url}`;
}
