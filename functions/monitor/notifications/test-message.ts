import { compactTime, dayAndClock } from '../timeline/time.ts';
import type { Notification } from './notification.ts';

/** Shows people, before the first incident, that messages arrive. */
export function testNotification(at: number): Notification {
  return {
    id: `test.${compactTime(at)}`,
    kind: 'test',
    at,
    severity: 'warning',
    sequence: 1,
    reason: `Messages of the unmetered events monitor reach you here. There is nothing to do.\nSent ${dayAndClock(at)} UTC, because somebody asked for a test: about no event and no account, and nothing grows. You get this once.`,
  };
}
