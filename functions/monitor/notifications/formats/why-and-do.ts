import type { Explanation } from '../../incidents/incident.ts';
import { nameText } from '../../text/name-text.ts';
import { knownReason, reasonOfSubject } from '../known-reasons.ts';
import type { IncidentFacts, Notification } from '../notification.ts';
import { type RenderContext, runbookAt } from './context.ts';
import { countAccounts, type Escape, isEnd, isOne } from './phrases.ts';
import { timeText, type When } from './times.ts';

/** Why it happens, and what to do: Togai's record of a sample knows best, else the status does. */

/** `The account has no price plan. Togai took the events in and billed none (schema api_calls).` */
export function whyText(about: IncidentFacts, escapeText: Escape): string {
  const [found] = about.why;
  if (!found) {
    const { why, status } = reasonOf(about);
    return status === undefined ? why : `${why} Status: ${escapeText(status)}.`;
  }
  const [schema, ...others] = about.summary.topSchemas;
  const isOfOne = schema && others.length === 0 && !about.summary.truncated;
  // Many accounts have a sentence of their own about what they share.
  if (!isOfOne || !isOne(about)) return escapeText(found.why, 600);
  return `${escapeText(found.why, 600)} Schema: ${escapeText(nameText('schema', schema.name))}.`;
}

function reasonOf({ subject, summary }: IncidentFacts) {
  return reasonOfSubject(subject, summary.byStatus);
}

/** The next step, and for a loss the one after it. */
export function doTexts(about: IncidentFacts, escapeText: Escape): string[] {
  const next = about.why[0]?.next ?? reasonOf(about).next;
  const first = escapeText(next, 400);
  if (about.nature === 'level') return [first];
  return [`1. ${first}`, '2. Wait for RESOLVED. Then recover the lost events.'];
}

/** `30 Nov 18:30 UTC: then acme's billing cycle closes.` */
export function deadlineText(about: IncidentFacts, when: When): string {
  if (about.cycleEnd === undefined) return '';
  const cycle = countAccounts(about) > 1 ? 'the first billing cycle' : 'the billing cycle';
  return `${timeText(about.cycleEnd, when)}: then ${cycle} closes.`;
}

/** A link to the section of the runbook that a message asks for; empty for none. */
export function stepsUrl(notification: Notification, context: RenderContext): string {
  return context.runbookUrl === '' ? '' : runbookAt(context, sectionOf(notification));
}

export function recoverUrl(context: RenderContext): string {
  return context.runbookUrl === '' ? '' : runbookAt(context, 'recover');
}

const SECTION_OF_TOPIC = {
  gap: 'a-gap',
  watching: 'it-watches',
  digest: 'the-week',
  silence: 'quiet-it',
} as const;

function sectionOf(notification: Notification): string {
  const { about, topic, kind } = notification;
  if (topic) return SECTION_OF_TOPIC[topic];
  if (!about) return kind === 'test' ? 'first-minute' : 'monitoring-is-broken';
  if (isEnd(notification)) return about.nature === 'loss' ? 'recover' : 'first-minute';
  const [found] = about.why;
  return found ? sectionFor(found) : reasonOf(about).section;
}

function sectionFor({ status }: Explanation): string {
  return knownReason(status).section;
}
