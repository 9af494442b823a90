import { headlineOf } from '../../text/headline.ts';
import { printable } from '../../text/text.ts';
import type { Notification } from '../notification.ts';
import { isEnd } from './phrases.ts';
import { renderSubject } from './subject-line.ts';
import { agoText, durationText, rangeText, timeText, type When } from './times.ts';

/** Sentences about failures of the monitor itself. */

interface FailureText {
  readonly headline: string;
  readonly why: string;
  /** Empty where the text has none. */
  readonly next: string;
}

/** Texts of failures end with the next step: `...; put a new token into the secret`, `...: check the base URL`. */
const NEXT =
  /[;.:] (?=(?:if it stays so|if that does not help|ask|check|choose|clear|correct|deploy|find|give|leave|look|lower|put|raise|remove|report|set|try|wait|write)\b)/gi;

/**
 * The parts of a failure: headline, cause, next step. For one that is over the headline stands in
 * `why`, too.
 */
export function failureParts(notification: Notification): FailureText {
  const text = printable(notification.reason, 1_000);
  const { headline, rest } = headlineOf(text);
  const isOver = isEnd(notification);
  const told = isOver ? text : rest;
  const at = [...told.matchAll(NEXT)].at(-1)?.index;
  if (at === undefined) return { headline, why: told, next: isOver ? 'Nothing to do.' : '' };
  const next = told.slice(at + 2);
  return {
    headline,
    why: `${told.slice(0, at)}.`,
    next: `${next.charAt(0).toUpperCase()}${next.slice(1).replace(/\.$/, '')}.`,
  };
}

/** The lines of a notice that its title does not have already. After an empty one come details. */
export function belowTitle(notification: Notification): string[] {
  const lines = notification.reason.split('\n').map((line) => printable(line, 1_000));
  const [first = '', ...rest] = lines;
  const titles = [`NOTICE ${first.replace(/\.$/, '')}`, `TEST: ${first}`];
  const isTitle = titles.includes(renderSubject(notification));
  return isTitle && rest.length > 0 ? rest : lines;
}

/** Since when monitoring is broken, or when it was, and the effect of that. */
export function failureLines(notification: Notification, when: When): string[] {
  const { failure, at } = notification;
  if (!failure) return [];
  const { onset, endedAt = at, kind, isBlind } = failure;
  if (isEnd(notification)) {
    const span = rangeText({ start: onset, end: endedAt }, when);
    const was = kind === 'nothing_arrives' ? 'No event came for' : 'It was broken for';
    const meant = isBlind ? ['No account was watched meanwhile.'] : [];
    return [`${was} ${durationText(onset, endedAt)}, ${span}.`, ...meant];
  }
  return [
    `Since ${timeText(onset, when)}, ${agoText(onset, at)}. Still going on.`,
    ...(isBlind
      ? [
          'All accounts (100%) are unwatched, longer with every minute. Until it works nobody is notified of events that are not billed.',
        ]
      : []),
    ...(kind === 'nothing_arrives'
      ? ['All accounts: none of their events (0%) arrives. With every hour more may be missing.']
      : []),
  ];
}
