import { isTogether } from '../../incidents/accounts-of-one-cause.ts';
import { nameText } from '../../text/name-text.ts';
import { BUCKET_MS } from '../../timeline/bucket.ts';
import { MINUTE_MS } from '../../timeline/time.ts';
import type { AccountFacts, IncidentFacts, Notification } from '../notification.ts';
import { isSilent, NAMES } from './incident-sentences.ts';
import { type Escape, isCoarse, isEnd, unknownAccounts } from './phrases.ts';

/**
 * Sentences about the accounts of an incident: their common cause, and who of them joined, is
 * mended or has stopped.
 */

/** `All 25 began within 10 minutes and lose only events of schema api_calls: look for one cause.` */
export function commonText(about: IncidentFacts, escapeName: Escape): string {
  const { accounts, moreAccounts } = about;
  if (accounts.length < 2) return '';
  const began = isCoarse(about) ? '' : togetherText(accounts);
  const alike = alikeText(about, escapeName);
  const shared = [began, alike].filter((text) => text !== '').join(' and ');
  if (shared === '') return '';
  const count = `${accounts.length}`;
  const whole = accounts.length === 2 ? 'Both' : `All ${count}`;
  return `${moreAccounts > 0 ? `The largest ${count}` : whole} ${shared}: look for one cause.`;
}

function togetherText(accounts: readonly AccountFacts[]): string {
  const onsets = accounts.map(({ onset }) => onset);
  const [first, last] = [Math.min(...onsets), Math.max(...onsets)];
  if (!isTogether(first, last)) return '';
  // An onset is known to a bucket.
  return `began within ${Math.round((last - first + BUCKET_MS) / MINUTE_MS)} minutes`;
}

function alikeText({ summary }: IncidentFacts, escapeName: Escape): string {
  const [schema, ...others] = summary.truncated ? [] : summary.topSchemas;
  if (!schema || others.length > 0) return '';
  return `lose only events of schema ${escapeName(nameText('schema', schema.name))}`;
}

/** `New: umbrella. Mended: acme.`: the changes since the message before. */
export function newsText({ accounts }: IncidentFacts, escapeName: Escape): string {
  const news = accounts.filter(({ isNews }) => isNews);
  const list = (title: string, of: readonly AccountFacts[]) =>
    of.length === 0 ? [] : [`${title}: ${listed(of, escapeName)}.`];
  const isLosing = ({ endedAt, stoppedAt }: AccountFacts) => (endedAt ?? stoppedAt) === undefined;
  return [
    ...list('New', news.filter(isLosing)),
    ...list(
      'Mended',
      news.filter(({ endedAt }) => endedAt !== undefined),
    ),
  ].join(' ');
}

/**
 * `hooli sends nothing any more. Nobody knows whether it is mended.`, and whether a message will
 * follow. Empty where a sentence above is about all of them.
 */
export function stoppedText(notification: Notification, escapeName: Escape): string {
  const { about } = notification;
  if (!about || (!isEnd(notification) && isSilent(about))) return '';
  const stopped = unknownAccounts(about);
  if (stopped.length === 0) return '';
  const [verb, they] = stopped.length === 1 ? ['sends', 'it is'] : ['send', 'they are'];
  const end = isEnd(notification) ? ', and no message will tell' : '';
  return `${listed(stopped, escapeName)} ${verb} nothing any more. Nobody knows whether ${they} mended${end}.`;
}

export function listed(accounts: readonly AccountFacts[], escapeName: Escape): string {
  const shown = accounts.slice(0, NAMES).map(({ name }) => escapeName(nameText('account', name)));
  const more = accounts.length - shown.length;
  return [...shown, ...(more > 0 ? [`${more} more`] : [])].join(', ');
}
