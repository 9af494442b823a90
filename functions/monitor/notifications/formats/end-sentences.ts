import { counted } from '../../text/text.ts';
import type { IncidentFacts, Notification } from '../notification.ts';
import {
  beganAndEnded,
  clockText,
  countAccounts,
  durationText,
  type Escape,
  isEnd,
  lostText,
  spanText,
} from './phrases.ts';
import { trendText, whoBefore } from './sentences.ts';

/** How an incident ended: `acme: mended. No event lost since 10:40 UTC.` */
export function endText(
  notification: Notification,
  about: IncidentFacts,
  escapeName: Escape,
): string {
  const who = whoBefore(about, escapeName);
  const how = howItEnded(notification, about, escapeName);
  return who === '' ? how.charAt(0).toUpperCase() + how.slice(1) : `${who}${how}`;
}

function howItEnded(notification: Notification, about: IncidentFacts, escapeName: Escape): string {
  const { kind, at } = notification;
  const end = clockText(about.endedAt ?? at, at);
  if (kind === 'closed') {
    const because = about.ended?.because;
    const reason = because ? `closed because ${escapeName(because, 300)}` : 'closed';
    return `${reason}. It is not known to be ${about.nature === 'level' ? 'over' : 'mended'}.`;
  }
  const isFirst = beganAndEnded(notification);
  const begun = isFirst ? 'began and ended before anybody could be notified.' : '';
  if (about.nature === 'level') return begun || `within the limit again since ${end} UTC.`;
  // Where accounts are not named, a stray event may still be lost.
  const isMended = about.othersLost === 0 && countAccounts(about) > 0;
  if (!isMended) return begun || `over since ${end} UTC.`;
  return `${begun || 'mended.'} No event lost since ${end} UTC.`;
}

/** `Proof: 480 events since the last loss, none of them lost.` */
export function proofText({ nature, since }: IncidentFacts): string {
  if (nature === 'level' || since <= 0) return '';
  return `Proof: ${counted(since, 'event')} since the last loss, none of them lost.`;
}

/** `Lost: 412 of 430 events, 10:05 to 10:40 UTC (35 min).` */
export function lossText(about: IncidentFacts, at: number, escapeText: Escape): string {
  const range = { start: about.onset, end: about.endedAt ?? at };
  const lasted = durationText(range.start, range.end);
  const span = `${spanText(range, at, ' to ')} UTC (${lasted})`;
  return about.nature === 'level'
    ? `It lasted from ${span}. ${trendText(about, escapeText)}`
    : `Lost: ${lostText(about)}, ${span}.`;
}

/** Since when monitoring is broken, or when it was, and what that means. */
export function failureLines(notification: Notification): string[] {
  const { failure, at } = notification;
  if (!failure) return [];
  const { onset, endedAt = at, kind } = failure;
  if (isEnd(notification)) {
    const span = spanText({ start: onset, end: endedAt }, at, ' to ');
    return [`It was broken from ${span} UTC (${durationText(onset, endedAt)}).`];
  }
  return [
    `Since ${clockText(onset, at)} UTC, ${durationText(onset, at)} ago. Still going on.`,
    ...(kind === 'cannot_count'
      ? ['Meanwhile nobody is notified of events that are not billed.']
      : []),
  ];
}
