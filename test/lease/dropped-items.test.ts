import { expect, test } from 'vitest';
import { takeLease } from '../../functions/monitor/lease/lease.ts';
import { NEW_STATE } from '../../functions/monitor/monitor-state.ts';

test('the write that drops an unreadable part of the state holds the message about it: no crash can lose both', () => {
  const item = { name: 'an alert', sentence: 'An alert cannot be read: it was removed.' };
  const state = takeLease(NEW_STATE, {
    runId: 'run',
    scheduledTime: 1_000,
    now: 1_000,
    leaseMs: 60_000,
    unreadable: [item],
  });
  expect(state).toMatchObject({ failures: { storage: { failure: { what: item.sentence } } } });
});
