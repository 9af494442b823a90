import { describe, expect, test } from 'vitest';
import { exampleNotifications } from '../../cli/preview/example-notifications.ts';
import { groupOf } from '../../functions/monitor/events/status-groups.ts';
import type { Notification } from '../../functions/monitor/notifications/notification.ts';

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
const stories = Object.entries<Notification>(exampleNotifications()).flatMap(([name, { about }]) =>
  about ? [{ name, about }] : [],
);

/** Somebody who checks an example by hand must not find a mistake. */
describe.each(stories)('the example $name adds up:', ({ about }) => {
  const { summary, accounts, unaffected, window } = about;

  test('its statuses are all events of the window', () => {
    expect(sum(summary.byStatus.map(([, events]) => events))).toBe(summary.total);
  });

  test('its buckets lost as many events as its statuses show', () => {
    const ofSubject = summary.byStatus.filter(([status]) => groupOf(status) === about.subject);
    expect(sum(summary.perBucket)).toBe(sum(ofSubject.map(([, events]) => events)));
  });

  test('its accounts lost as many events as it lost', () => {
    expect(sum(accounts.map(({ lost }) => lost))).toBe(about.lost);
  });

  test('no account lost more events than it sent', () => {
    for (const { lost, total } of accounts) expect(lost).toBeLessThanOrEqual(total ?? lost);
  });

  test('all 37 accounts are hit or not affected', () => {
    if (unaffected) expect(accounts.length + unaffected.accounts).toBe(37);
  });

  test('its window is an hour, which ends before its message', () => {
    expect(window.end - window.start).toBe(3_600_000);
  });
});

test('the newest ten minutes are those of the last two buckets', () => {
  const { about } = exampleNotifications().opened;
  expect(about.lately).toEqual({
    now: sum(about.summary.perBucket.slice(-2)),
    before: sum(about.summary.perBucket.slice(-4, -2)),
  });
});
