import { counted } from '../../text/text.ts';
import type { IncidentFacts, Notification } from '../notification.ts';
import { beganText, whoBefore, worstText } from './incident-sentences.ts';
import {
  beganAndEnded,
  countAccounts,
  type Escape,
  isOne,
  lostShare,
  lostText,
} from './phrases.ts';
import { durationText, rangeText, sinceClockText, timeText, type When } from './times.ts';

/** How an incident ended: `acme: mended. No event lost since 26 Nov 10:40 UTC.` */
export function endText(
  notification: Notification,
  about: IncidentFacts,
  escapeName: Escape,
  when: When,
): string {
  const who = whoBefore(about, escapeName);
  const how = howItEnded(notification, about, escapeName, when);
  return who === '' ? how.charAt(0).toUpperCase() + how.slice(1) : `${who}${how}`;
}

function howItEnded(
  notification: Notification,
  about: IncidentFacts,
  escapeName: Escape,
  when: When,
): string {
  const { kind, at } = notification;
  const end = timeText(about.endedAt ?? at, when);
  if (kind === 'closed') {
    const because = about.ended?.because;
    const reason = because ? `closed because ${escapeName(because, 300)}` : 'closed';
    return `${reason}. Nobody knows whether it is ${about.nature === 'level' ? 'over' : 'mended'}.`;
  }
  const isFirst = beganAndEnded(notification);
  const begun = isFirst ? 'began and ended before a run of the monitor saw it.' : '';
  if (about.nature === 'level') return begun || `within the limit again since ${end}.`;
  // Where accounts are not named, a stray event may still be lost.
  const isNobodyElse = about.othersLost === 0 && countAccounts(about) > 0;
  if (!isNobodyElse) return begun || `over since ${end}.`;
  return `${begun || mendedText(about)} No event lost since ${end}.`;
}

/** `mended.`, or `24 of them mended.` */
function mendedText(about: IncidentFacts): string {
  const open = about.accounts.filter(({ endedAt }) => endedAt === undefined).length;
  const all = countAccounts(about);
  return open === 0 || open === all ? 'mended.' : `${all - open} of them mended.`;
}

/** `Proof: it sent 480 events since then, none of them lost.` */
export function proofText(about: IncidentFacts): string {
  const { nature, since } = about;
  if (nature === 'level' || since <= 0) return '';
  const who = isOne(about) ? 'it' : 'they';
  return `Proof: ${who} sent ${counted(since, 'event')} since then, none of them lost.`;
}

/**
 * Whether more messages may follow: `No more messages about this incident, unless it begins again.`
 */
export function noMoreText({ kind }: Notification): string {
  return kind === 'closed'
    ? 'No more messages about this incident. If it goes on, nobody is notified, unless another rule is breached.'
    : 'No more messages about this incident, unless it begins again.';
}

/** `Lost: 412 of 430 events (95.8%) in 35 minutes, 26 Nov 10:05 to 10:40 UTC.` */
export function lossText(about: IncidentFacts, when: When): string {
  const range = { start: about.onset, end: about.endedAt ?? when.at };
  const began = beganText(about, when);
  if (began !== '') return `Lost: ${lostText(about)}, ${rangeText(range, when)}. ${began}`;
  const lasted = durationText(range.start, range.end);
  const span = rangeText(range, when);
  if (about.nature === 'level') return `It lasted ${lasted}, ${span}; ${worstText(about)}`;
  const isClosed = about.ended?.kind === 'closed';
  const end = isClosed ? ' The count stops there; when the loss ends is not known.' : '';
  const share = lostShare(about);
  const lost = `${lostText(about)}${share === '' ? '' : ` (${share})`}`;
  return `Lost: ${lost} in ${lasted}, ${span}.${end}`;
}

/** `Still open: globex, since 26 Nov 11:20 UTC.` */
export function stillOpenText({ stillOpen }: IncidentFacts, escapeName: Escape): string {
  if (!stillOpen || stillOpen.count === 0) return '';
  const { count, whose } = stillOpen;
  const first = `${escapeName(whose)}, ${sinceClockText(stillOpen)}`;
  return `Still open: ${counted(count, 'other incident')} (${first}${count > 1 ? ', and more' : ''}).`;
}
