import type { NotifiedChannel } from '../incidents/needs-notification.ts';
import type { Severity } from '../thresholds/threshold.ts';
import type { Range } from '../timeline/time.ts';
import type { NoticeTopic, Notification } from './notification.ts';

/** A message that people get once. */
export interface Notice {
  readonly id: string;
  readonly topic: NoticeTopic;
  /** The time of the run, epoch ms. */
  readonly at: number;
  readonly severity: Severity;
  /** Whole sentences. */
  readonly text: string;
  /** The parts of an SMS, the most urgent first. @default the lines of the text */
  readonly brief?: readonly string[] | undefined;
  readonly range?: Range | undefined;
  /** The channels that have it. */
  readonly told: readonly string[];
}

export function noticeNotification(notice: Notice): Notification {
  const { id, topic, at, severity, text, brief, range } = notice;
  return { id, kind: 'notice', topic, at, severity, sequence: 1, reason: text, brief, range };
}

/** The notices once a channel has one. A notice that every channel has is removed. */
export function noticesAfter(
  notices: readonly Notice[],
  id: string,
  channel: string,
  channels: readonly NotifiedChannel[],
): Notice[] {
  return notices
    .map((notice) => (notice.id === id ? { ...notice, told: [...notice.told, channel] } : notice))
    .filter((notice) => channels.some((one) => needsNotice(notice, one)));
}

/** Whether a channel needs a notice. A pager needs none. */
export function needsNotice({ told }: Notice, { name, criticalOnly }: NotifiedChannel): boolean {
  return !criticalOnly && !told.includes(name);
}
