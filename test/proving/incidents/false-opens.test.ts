import { expect, test } from 'vitest';
import { broken, type Story, UNMETERED } from './hand-made.ts';
import { fault, losing, message } from './parts.ts';

/** Acme loses everything for half an hour; globex loses nothing. */
const ONE_CAUSE: Story = {
  sending: [{ account: 'acme', lost: [[60, 90]] }, { account: 'globex' }],
};
const OPENED = message(65, 'opened', 1, [losing('acme', 30, 60)]);
const RESOLVED = message(105, 'resolved', 2, [losing('acme', 180, 60, 90)]);

test('an incident that opens for a few stray events', () => {
  const sending = [{ account: 'acme', lost: [[60, 61]] as const }, { account: 'globex' }];
  const messages = [
    message(65, 'opened', 1, [losing('acme', 6, 60)]),
    message(80, 'resolved', 2, [losing('acme', 6, 60, 65)]),
  ];
  expect(broken({ sending, messages })).toEqual(['no-false-open']);
});

test.each([
  ['a list', false, ['no-false-open']],
  ['Togai metrics', true, []],
])(
  'an account that opens by its share since its first loss, counted by %s',
  (_, byMetrics, expected) => {
    const thresholds = [{ ...UNMETERED, by: 'account', limit: 50, unit: 'percent' } as const];
    const messages = [OPENED, message(110, 'resolved', 2, [losing('acme', 180, 60, 90)])];
    expect(broken({ ...ONE_CAUSE, byMetrics, messages, thresholds })).toEqual(expected);
  },
);

test('an incident whose losses have left the window before anybody could be told', () => {
  const sending = [{ account: 'acme', to: 75, lost: [[60, 75]] as const }, { account: 'globex' }];
  const messages = [message(140, 'opened', 1, [losing('acme', 90, 60, undefined, 75)])];
  const faults = [fault(64, 139, { kind: 'publish-refused', share: 1 })];
  expect(broken({ hours: 4, sending, messages, faults, repeatMinutes: 0 })).toEqual([]);
});

test('an incident whose losses are in an earlier window of the same run', () => {
  const lost = [
    [6, 7],
    [61, 62],
  ] as const;
  const sending = [{ account: 'acme', lost }, { account: 'globex' }];
  const messages = [
    message(80, 'opened', 1, [losing('acme', 12, 5)]),
    message(145, 'resolved', 2, [losing('acme', 12, 5, 65)]),
  ];
  const isSkipped = (at: number) => at >= 65 && at < 80;
  const story = { sending, messages, repeatMinutes: 0 };
  expect(broken({ ...story, isSkipped })).toEqual([]);
  expect(broken(story)).toContain('no-false-open');
});

test('a share in one window that was held up, and not the share in all the time since the onset', () => {
  const sending = [
    { account: 'acme', lost: [[60, 90]] as const, oneIn: 10 },
    { account: 'globex', everySeconds: 2 },
  ];
  const shareOf = (limit: number) => [{ ...UNMETERED, limit, unit: 'percent' } as const];
  const messages = [
    message(180, 'opened', 1, [losing('acme', 18, 60, 90)]),
    message(185, 'resolved', 2, [losing('acme', 18, 60, 90)]),
  ];
  const faults = [fault(64, 179, { kind: 'publish-refused', share: 1 })];
  const story = { hours: 5, sending, messages, faults, repeatMinutes: 0 };
  expect(broken({ ...story, thresholds: shareOf(0.6) })).toEqual([]);
  expect(broken({ ...story, thresholds: shareOf(1.5) })).toEqual(['no-false-open']);
});

test('an incident that opens again for losses that its end had counted', () => {
  const again = message(110, 'opened', 3, [losing('acme', 180, 60)]);
  const messages = [OPENED, RESOLVED, again, message(115, 'closed', 4)];
  expect(broken({ ...ONE_CAUSE, messages })).toEqual(['no-false-open']);
});
