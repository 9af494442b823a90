import { compactTime } from '../timeline/time.ts';
import type { Notification } from './notification.ts';

/** Shows people, before the first incident, that messages arrive. */
export function testNotification(at: number): Notification {
  return {
    id: `test.${compactTime(at)}`,
    kind: 'test',
    at,
    severity: 'warning',
    sequence: 1,
    reason:
      'Messages of the unmetered events monitor reach you here. There is nothing to do.\nYou get this once, because somebody asked for a test.',
  };
}
