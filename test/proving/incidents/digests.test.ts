import { expect, test } from 'vitest';
import { broken, type Story } from './hand-made.ts';
import { fault, losing, message, minute, type Published } from './parts.ts';

const DAY = 86_400_000;
const END = minute(120);
const WEEK = { start: new Date(END - 7 * DAY).toISOString(), end: new Date(END).toISOString() };

/** Acme loses 180 events before the end of the week. */
const ONE_CAUSE: Story = {
  sending: [{ account: 'acme', lost: [[30, 60]] }, { account: 'globex' }],
  hasDigest: true,
  repeatMinutes: 0,
};
const MESSAGES = [
  message(35, 'opened', 1, [losing('acme', 30, 30)]),
  message(75, 'resolved', 2, [losing('acme', 180, 30, 60)]),
];

/** The digest of a run at a minute of the world. */
function digest(at: number, lost: string, id = 'digest'): Published {
  const nothing = { incidentId: null, subject: null, threshold: null, onset: null };
  const reason = `The week to 3 Mar: at least ${lost} of 2,880 events not billed (6%).`;
  return message(at, 'notice', 1, [], { ...nothing, id, topic: 'digest', window: WEEK, reason });
}

test.each<[string, readonly Published[], readonly string[]]>([
  ['once, with the lost events', [digest(120, '180')], []],
  ['never', [], ['digest-told-once']],
  ['too late', [digest(130, '180')], ['digest-told-once']],
  ['twice', [digest(120, '180'), digest(125, '180', 'again')], ['digest-told-once']],
  ['with each event twice', [digest(120, '360')], ['digest-true']],
  ['without half of the events', [digest(120, '90')], ['digest-true']],
])('a week that is told %s', (_, digests, expected) => {
  expect(broken({ ...ONE_CAUSE, messages: [...MESSAGES, ...digests] })).toEqual(expected);
});

test('a week that is told late because the channel was away', () => {
  const faults = [fault(119, 129, { kind: 'publish-refused', share: 1 })];
  const messages = [...MESSAGES, digest(130, '180')];
  expect(broken({ ...ONE_CAUSE, messages, faults })).toEqual([]);
});

/** Acme loses 12 events before the first digest, and 24 in the week after it. */
const TWO_WEEKS: Story = {
  hours: 7 * 24 + 3,
  sending: [
    {
      account: 'acme',
      everySeconds: 300,
      lost: [
        [30, 90],
        [3_000, 3_120],
      ],
    },
  ],
  thresholds: [],
  hasDigest: true,
};

test.each([
  ['of its own', '24', []],
  ['of both weeks', '36', ['digest-true']],
  ['of the week before', '12', ['digest-true']],
  ['but one', '23', ['digest-true']],
])('a whole week that is told with the lost events %s', (_, lost, expected) => {
  const week = {
    start: new Date(END).toISOString(),
    end: new Date(END + 7 * DAY).toISOString(),
  };
  const second = digest(120 + 7 * 1_440, lost, 'second');
  const messages = [digest(120, '12'), { ...second, content: { ...second.content, window: week } }];
  expect(broken({ ...TWO_WEEKS, messages })).toEqual(expected);
});

test('a pager has no digest', () => {
  const messages = [...MESSAGES, digest(120, '180')];
  expect(broken({ ...ONE_CAUSE, messages, channels: ['sns', 'pager'] })).toEqual([]);
});
