import { expect, test } from 'vitest';
import type { Counts } from '../../functions/monitor/events/counts.ts';
import type { Notice } from '../../functions/monitor/notifications/one-time-notice.ts';
import { noteWatching } from '../../functions/monitor/notifications/watching-notice.ts';
import { countsOf } from '../support/evaluated-counts.ts';

function textOf(counts: Counts): string | undefined {
  const first = { window: { start: 0, end: 3_600_000 }, counts, whole: true };
  const watch = { at: 3_600_000, source: 'metrics', thresholds: [] } as const;
  const notices: readonly Notice[] = [];
  return noteWatching({ notices }, first, watch).notices[0]?.text;
}

test('events that are all in progress are no silence', () => {
  expect(textOf(countsOf({ in_progress: 30 }))).toMatch(
    /^Watching: 30 events of all accounts in the last hour, all in progress\.\n/,
  );
});

test('events in progress are not called safe', () => {
  const text = textOf(countsOf({ in_progress: 30, metered: 5 }));
  expect(text).toContain(
    'In progress, unbilled: 30. Nobody knows yet whether Togai bills them.\nDo: if they stay in progress for an hour, ask Togai.',
  );
  expect(text).not.toMatch(/No account loses events|Do: nothing/);
});

test('lost events of accounts without a name are told beside the named ones', () => {
  const counts = countsOf({ unmetered: 100 });
  const { accounts } = countsOf({ unmetered: 3 });
  expect(textOf({ ...counts, accounts })).toContain('Not billed: acme 3, others 97.\n');
});
