import { expect, test } from 'vitest';
import { BUCKET } from '../../../proving/world/scenario.ts';
import { broken, type Story, UNMETERED } from './hand-made.ts';
import { fault, losing, message, minute } from './parts.ts';

/** Acme loses everything for half an hour; globex loses nothing. */
const ONE_CAUSE: Story = {
  sending: [{ account: 'acme', lost: [[60, 90]] }, { account: 'globex' }],
};
const OPENED = message(65, 'opened', 1, [losing('acme', 30, 60)]);
const RESOLVED = message(105, 'resolved', 2, [losing('acme', 180, 60, 90)]);

test.each([
  ['a list', false],
  ['Togai metrics', true],
])('an incident that is told as it was breaks nothing, counted by %s', (_, byMetrics) => {
  const shift = byMetrics ? 5 : 0;
  const messages = byMetrics
    ? [
        message(65, 'opened', 1, [losing('acme', 30, 60)]),
        message(105 + shift, 'resolved', 2, [losing('acme', 180, 60, 90)]),
      ]
    : [OPENED, RESOLVED];
  expect(broken({ ...ONE_CAUSE, byMetrics, messages })).toEqual([]);
});

test.each([false, true])('a cause that nobody is told of (by metrics: %s)', (byMetrics) => {
  expect(broken({ ...ONE_CAUSE, byMetrics })).toEqual(['cause-notified']);
});

test('a cause that is told a run too late', () => {
  const late = message(75, 'opened', 1, [losing('acme', 90, 60)]);
  expect(broken({ ...ONE_CAUSE, messages: [late, RESOLVED] })).toEqual(['cause-notified']);
});

test('a cause that is told late because the channel was away', () => {
  const late = message(75, 'opened', 1, [losing('acme', 90, 60)]);
  const faults = [fault(64, 74, { kind: 'publish-refused', share: 1 })];
  expect(broken({ ...ONE_CAUSE, messages: [late, RESOLVED], faults })).toEqual([]);
});

test('a message about another account', () => {
  const other = message(65, 'opened', 1, [losing('globex', 30, 60)]);
  const messages = [other, message(105, 'resolved', 2, [losing('globex', 180, 60, 90)])];
  expect(broken({ ...ONE_CAUSE, messages })).toContain('cause-notified');
});

/** Globex begins an hour after acme, while the incident of acme is open. */
const TWO_CAUSES: Story = {
  sending: [
    { account: 'acme', lost: [[60, 180]] },
    { account: 'globex', lost: [[120, 150]] },
  ],
  repeatMinutes: 0,
};
const FIRST = [
  message(65, 'opened', 1, [losing('acme', 30, 60)]),
  message(195, 'resolved', 2, [losing('acme', 720, 60, 180)]),
];

test('a second cause that opens an incident of its own', () => {
  const second = [
    message(125, 'opened', 1, [losing('globex', 30, 120)], { incident: 'two' }),
    message(165, 'resolved', 2, [losing('globex', 180, 120, 150)], { incident: 'two' }),
  ];
  expect(broken({ ...TWO_CAUSES, messages: [...FIRST, ...second] })).toEqual([]);
});

test('a second cause that hides behind the first', () => {
  expect(broken({ ...TWO_CAUSES, messages: FIRST })).toEqual(['cause-notified']);
});

test('a second cause that breaches a threshold by schema only together with the first', () => {
  const bySchema = { ...UNMETERED, by: 'schema', limit: 5 } as const;
  const sending = [
    { account: 'globex', lost: [[60, 180]] as const },
    { account: 'acme', lost: [[120, 150]] as const, everySeconds: 240 },
  ];
  const messages = [
    message(65, 'opened', 1, [losing('globex', 30, 60)]),
    message(195, 'resolved', 2, [losing('globex', 720, 60, 180)]),
  ];
  const story = { ...TWO_CAUSES, sending, messages };
  expect(broken({ ...story, thresholds: [UNMETERED, bySchema] })).toEqual([]);
});

/** Globex begins ten minutes after acme: it joins. */
const JOINED: Story = {
  sending: [
    { account: 'acme', lost: [[60, 180]] },
    { account: 'globex', lost: [[70, 180]] },
  ],
  repeatMinutes: 0,
};
const BOTH = [losing('acme', 720, 60, 180), losing('globex', 660, 70, 180)];

test('an account that joins is told within half an hour', () => {
  const messages = [
    OPENED,
    message(95, 'changed', 2, [losing('acme', 210, 60), losing('globex', 150, 70)]),
    message(195, 'resolved', 3, BOTH),
  ];
  expect(broken({ ...JOINED, messages })).toEqual([]);
});

test('an account that joins and is never told', () => {
  const messages = [OPENED, message(195, 'resolved', 2, BOTH)];
  expect(broken({ ...JOINED, messages })).toEqual(['cause-notified']);
});

/** Acme recovers for an hour, and breaks again. */
const AGAIN: Story = {
  sending: [
    {
      account: 'acme',
      lost: [
        [60, 90],
        [150, 180],
      ],
    },
    { account: 'globex' },
  ],
  hours: 6,
};

test('an account that recovered and broke again is told again', () => {
  const again = message(155, 'opened', 3, [losing('acme', 30, 150)]);
  const end = message(275, 'resolved', 4, [losing('acme', 360, 60, 180)]);
  expect(broken({ ...AGAIN, messages: [OPENED, RESOLVED, again, end], repeatMinutes: 0 })).toEqual(
    [],
  );
  expect(broken({ ...AGAIN, messages: [OPENED, RESOLVED] })).toEqual(['cause-notified']);
});

test('an account that was told as mended in an open incident, and breaks again', () => {
  const sending = [
    {
      account: 'acme',
      lost: [
        [60, 70],
        [130, 240],
      ] as const,
    },
    { account: 'globex', lost: [[60, 240]] as const },
  ];
  const begin = [
    message(65, 'opened', 1, [losing('acme', 30, 60), losing('globex', 30, 60)]),
    message(85, 'changed', 2, [losing('acme', 60, 60, 70), losing('globex', 150, 60)]),
  ];
  const end = message(330, 'resolved', 4, [
    losing('acme', 720, 60, 240),
    losing('globex', 1_080, 60, 240),
  ]);
  const again = message(135, 'changed', 3, [losing('acme', 90, 60), losing('globex', 450, 60)]);
  const story = { sending, hours: 6, repeatMinutes: 0 };
  expect(broken({ ...story, messages: [...begin, again, end] })).toEqual([]);
  const never = { ...end, content: { ...end.content, sequence: 3 } };
  expect(broken({ ...story, messages: [...begin, never] })).toEqual(['cause-notified']);
});

test('a second incident for an account of an open one', () => {
  const messages = [
    OPENED,
    message(75, 'opened', 1, [losing('acme', 90, 60)], { incident: 'two' }),
    RESOLVED,
    message(105, 'resolved', 2, [losing('acme', 180, 60, 90)], { incident: 'two' }),
  ];
  expect(broken({ ...ONE_CAUSE, messages })).toEqual(['one-cause-one-incident']);
});

test('an onset where nothing was lost', () => {
  const early = message(65, 'opened', 1, [losing('acme', 30, 45)]);
  expect(broken({ ...ONE_CAUSE, messages: [early, RESOLVED] })).toEqual(['onset-true']);
});

test('an onset at the crossing of the limit, and not at the first loss', () => {
  const sending = [{ account: 'acme', lost: [[45, 90]] as const, oneIn: 5 }, { account: 'globex' }];
  // Six events are lost in a bucket: the second one crosses the limit.
  const messages = (onset: number) => [
    message(55, 'opened', 1, [losing('acme', 12, 45)]),
    message(70, 'escalated', 2, [losing('acme', 30, onset)], { severity: 'critical' }),
    message(105, 'resolved', 3, [losing('acme', 54, 45, 90)]),
  ];
  const story = { sending, hours: 4 };
  expect(broken({ ...story, messages: messages(45) })).toEqual([]);
  expect(broken({ ...story, messages: messages(65) })).toEqual(['onset-true']);
});

test('an incident of an account that was ignored on the days before', () => {
  const ignoredAccounts = [{ name: 'acme', lastDay: '2026-03-02' }];
  expect(broken({ ...ONE_CAUSE, messages: [OPENED, RESOLVED], ignoredAccounts })).toEqual([]);
});

test('an onset of an account that nobody ignores, where another one was ignored', () => {
  const ignoredAccounts = [{ name: 'globex', lastDay: '2026-03-02' }];
  const early = message(65, 'opened', 1, [losing('acme', 30, 45)]);
  expect(broken({ ...ONE_CAUSE, messages: [early, RESOLVED], ignoredAccounts })).toEqual([
    'onset-true',
  ]);
});

test.each([179, 181])('a loss of %i events where 180 were lost', (lost) => {
  const wrong = message(105, 'resolved', 2, [losing('acme', lost, 60, 90)]);
  expect(broken({ ...ONE_CAUSE, messages: [OPENED, wrong] })).toEqual(['lost-true']);
});

test('the start of the world is a bucket of the timeline', () => {
  expect(minute(0) % BUCKET).toBe(0);
});

test('a stray event after people were told that an account is mended', () => {
  const messages = [
    message(5, 'opened', 1, [losing('globex', 30, 0)]),
    message(65, 'changed', 2, [losing('globex', 390, 0), losing('acme', 31, 0)]),
    message(110, 'changed', 3, [losing('globex', 660, 0), losing('acme', 181, 0, 90)]),
  ];
  const isMissing = (again: readonly [number, number]) =>
    broken({
      sending: [
        { account: 'globex', lost: [[0, 300]] as const },
        { account: 'acme', lost: [[60, 90], again] as const },
      ],
      messages,
      repeatMinutes: 0,
    }).includes('cause-notified');
  expect([isMissing([104, 104.1]), isMissing([100, 110])]).toEqual([false, true]);
});
