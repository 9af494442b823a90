import { knownReason, reasonOfSubject } from '../cause-and-next-step-by-status.ts';
import type { Notification } from '../notification.ts';
import { type RenderContext, runbookAt } from './message-settings.ts';
import { isEnd } from './phrases.ts';

/** Links to the section of the runbook that a message is about. */

/** Where the steps are, and how to be quiet meanwhile; empty where there is nothing to do. */
export function stepsText(notification: Notification, context: RenderContext): string {
  const { kind, topic, failure } = notification;
  const isDone = kind === 'test' || (failure && isEnd(notification));
  if (isDone || context.runbookUrl === '') return '';
  const label = topic === undefined || topic === 'silence' ? 'Steps and silence' : 'Steps';
  return `${label}: ${runbookAt(context, sectionOf(notification))}`;
}

export function recoverUrl(context: RenderContext): string {
  return context.runbookUrl === '' ? '' : runbookAt(context, 'recover');
}

/** How to see whether events are still lost. */
export function checkUrl(context: RenderContext): string {
  return context.runbookUrl === '' ? '' : runbookAt(context, 'is-it-still-going-on');
}

const SECTION_OF_TOPIC = {
  gap: 'a-gap',
  watching: 'it-watches',
  digest: 'the-week',
  silence: 'quiet-it',
} as const;

function sectionOf(notification: Notification): string {
  const { about, topic, kind, failure } = notification;
  if (topic) return SECTION_OF_TOPIC[topic];
  if (failure?.kind === 'nothing_arrives') return 'no-event-arrives';
  if (!about) return kind === 'test' ? 'first-minute' : 'monitoring-is-broken';
  if (isEnd(notification)) return about.nature === 'loss' ? 'recover' : 'first-minute';
  const [found] = about.why;
  if (found) return knownReason(found.status).section;
  return reasonOfSubject(about.subject, about.summary.byStatus).section;
}
