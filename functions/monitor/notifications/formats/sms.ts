import type { Notification } from '../notification.ts';
import { renderSubject } from './subject.ts';

/** One line, short enough for a single message. */
export function renderSms(notification: Notification): string {
  return `Togai monitor: ${renderSubject(notification)}`;
}
