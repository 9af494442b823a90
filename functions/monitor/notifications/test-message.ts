import { monitorNotification, type Notification } from './notification.ts';

/** Shows people, before the first incident, that messages arrive. */
export function testNotification(at: number): Notification {
  const reason = 'Alerts of the unmetered events monitor reach you here. There is nothing to do.';
  return monitorNotification('test', 'test', at, reason);
}
