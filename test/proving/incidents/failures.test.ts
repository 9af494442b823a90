import { describe, expect, test } from 'vitest';
import type { PublishedMessage } from '../../../proving/history.ts';
import { broken, type Story } from './hand-made.ts';
import { fault, message, minute, type Published } from './parts.ts';

const DOWN = { kind: 'server-error', share: 1, status: 503 };

function failure(
  at: number,
  kind: PublishedMessage['kind'],
  sequence: number,
  reason = 'Togai is away.',
): Published {
  return message(at, kind, sequence, [], {
    reason,
    incident: 'monitor',
    subject: 'monitor',
    failure: 'cannot_count',
    threshold: null,
    window: null,
  });
}

/** Togai is away for an hour. */
const AWAY: Story = {
  sending: [{ account: 'acme' }],
  faults: [fault(58, 118, DOWN)],
  outcome: (at) => (at >= 60 && at < 120 ? 'failed' : undefined),
};

test('a failure is told after three runs over 15 minutes, and its end', () => {
  const messages = [failure(75, 'opened', 1), failure(120, 'resolved', 2)];
  expect(broken({ ...AWAY, messages })).toEqual([]);
});

test('a failure that nobody is told of', () => {
  expect(broken(AWAY)).toEqual(['failure-notified']);
});

test('a failure whose end nobody is told of', () => {
  expect(broken({ ...AWAY, messages: [failure(75, 'opened', 1)] })).toEqual(['failure-notified']);
});

test('a failure that is told after one run', () => {
  const messages = [failure(60, 'opened', 1), failure(120, 'resolved', 2)];
  expect(broken({ ...AWAY, messages })).toEqual(['failure-has-a-cause']);
});

test('a failure that ends before a run has counted', () => {
  const messages = [
    failure(75, 'opened', 1),
    failure(90, 'resolved', 2),
    failure(95, 'opened', 3),
    failure(120, 'resolved', 4),
  ];
  expect(broken({ ...AWAY, messages }).sort()).toEqual(['failure-has-a-cause', 'failure-notified']);
});

test.each([
  ['another cause is told at once', 'The token is rejected.', []],
  ['the same cause is not told again', 'Togai is away for 90 min.', ['messages-in-order']],
])('%s', (_, reason, invariants) => {
  const messages = [
    failure(75, 'opened', 1),
    failure(85, 'changed', 2, 'Togai is away for 85 min.'),
    failure(90, 'changed', 3, reason),
    failure(120, 'resolved', 4),
  ];
  expect(broken({ ...AWAY, messages })).toEqual(invariants);
});

test('a run that hangs has failed from its beginning on', () => {
  const outcome = (at: number) =>
    at === 60 ? 'superseded' : at < 60 || at > 70 ? undefined : 'failed';
  const hangs = (at: number) => (at === 60 ? 16 : 0);
  const messages = [failure(75, 'opened', 1), failure(75, 'resolved', 2)];
  expect(broken({ ...AWAY, outcome, hangs, messages })).toEqual([]);
});

test('a run that finds the lease taken has not failed', () => {
  const outcome = (at: number) => (at === 60 ? 'failed' : at < 60 || at > 70 ? undefined : 'held');
  const messages = [failure(75, 'opened', 1), failure(75, 'resolved', 2)];
  expect(broken({ ...AWAY, outcome, messages })).toEqual(['failure-has-a-cause']);
});

describe('buckets that do not fit into a run', () => {
  const large = (tooLarge: readonly number[], messages: readonly Published[]) =>
    broken({ sending: AWAY.sending, tooLarge, messages });

  test('are told by the run that has the third one of an hour, and their end after an hour', () => {
    const messages = [failure(75, 'opened', 1), failure(135, 'resolved', 2)];
    expect(large([60, 65, 70], messages)).toEqual([]);
  });

  test('are told where there are only two', () => {
    const messages = [failure(75, 'opened', 1), failure(135, 'resolved', 2)];
    expect(large([60, 70], messages)).toContain('failure-has-a-cause');
  });

  test('have an end that nobody is told of', () => {
    expect(large([60, 65, 70], [failure(75, 'opened', 1)])).toEqual(['failure-notified']);
  });
});

/** No run for ten hours; six can be caught up with. */
const GAP: Story = {
  hours: 16,
  sending: [{ account: 'acme', everySeconds: 60 }],
  faults: [fault(119, 719, { kind: 'runs-skipped' })],
  isSkipped: (at) => at >= 120 && at < 720,
};
const notice = (at: number, id = 'gap') =>
  message(at, 'notice', 1, [], {
    incident: 'none',
    id,
    incidentId: null,
    subject: null,
    topic: 'gap',
    window: {
      start: new Date(minute(115)).toISOString(),
      end: new Date(minute(360)).toISOString(),
    },
  });

test('a gap is told once', () => {
  expect(broken({ ...GAP, messages: [notice(720)] })).toEqual([]);
});

test('a gap that nobody is told of', () => {
  expect(broken(GAP)).toEqual(['gap-told-once']);
});

test('a gap that is told twice', () => {
  expect(broken({ ...GAP, messages: [notice(720), notice(780, 'again')] })).toEqual([
    'gap-told-once',
  ]);
});

test('a notice that comes again though its delivery was stored', () => {
  expect(broken({ ...GAP, messages: [notice(720), notice(725)] })).toEqual([
    'repeated-only-after-a-crash',
  ]);
});
