import { expect, test } from 'vitest';
import { broken, type Story } from './hand-made.ts';
import { fault, losing, message } from './parts.ts';

const ONE_CAUSE: Story = {
  sending: [{ account: 'acme', lost: [[60, 90]] }, { account: 'globex' }],
  repeatMinutes: 0,
};
const OPENED = message(65, 'opened', 1, [losing('acme', 30, 60)]);
const endAt = (at: number) => message(at, 'resolved', 2, [losing('acme', 180, 60, 90)]);

test('an end that is told 25 minutes after the loss', () => {
  expect(broken({ ...ONE_CAUSE, messages: [OPENED, endAt(115)] })).toEqual([]);
});

test('an end that is told an hour after the loss', () => {
  expect(broken({ ...ONE_CAUSE, messages: [OPENED, endAt(150)] })).toEqual(['ended-in-time']);
});

test('an end that is never told', () => {
  expect(broken({ ...ONE_CAUSE, messages: [OPENED] })).toEqual(['ended-in-time']);
});

test('an end that a silence has kept back for hours, though strays go on in another account', () => {
  const sending = [
    { account: 'acme', lost: [[60, 90]] as const },
    { account: 'globex' },
    { account: 'globex', everySeconds: 1_200, lost: [[90, 720]] as const },
  ];
  const acme = { ...losing('acme', 180, 60, 90), total: 180 };
  const end = (at: number) => message(at, 'resolved', 2, [acme], { endedAt: acme.end });
  const story = { ...ONE_CAUSE, hours: 12, sending };
  expect(broken({ ...story, messages: [OPENED, end(115)] })).toEqual([]);
  expect(broken({ ...story, messages: [OPENED, end(545)] })).toEqual(['ended-in-time']);
});

test('an end that is told late because the channel was away', () => {
  const faults = [fault(95, 149, { kind: 'publish-refused', share: 1 })];
  expect(broken({ ...ONE_CAUSE, messages: [OPENED, endAt(150)], faults })).toEqual([]);
});

test('an account that sends too little to prove anything may stay open', () => {
  const sending = [{ account: 'acme', lost: [[60, 90]] as const, to: 92 }, { account: 'globex' }];
  expect(broken({ ...ONE_CAUSE, sending, messages: [OPENED] })).toEqual([]);
});

test('an end while the loss goes on', () => {
  const early = message(80, 'resolved', 2, [losing('acme', 90, 60, 75)]);
  const again = message(85, 'opened', 3, [losing('acme', 150, 60)]);
  const end = message(105, 'resolved', 4, [losing('acme', 180, 60, 90)]);
  const messages = [OPENED, early, again, end];
  expect(broken({ ...ONE_CAUSE, messages })).toContain('not-ended-early');
});

test('an end by Togai metrics where as many lost events healed as were lost', () => {
  const acme = { account: 'acme', lost: [[60, 260]] as const };
  const globex = { account: 'globex' };
  const messages = [OPENED, message(240, 'resolved', 2, [losing('acme', 960, 60, 220)])];
  const story = { ...ONE_CAUSE, byMetrics: true, messages };
  const healing = [{ ...acme, keptOneIn: 2 }, globex];
  expect(broken({ ...story, sending: healing })).not.toContain('not-ended-early');
  expect(broken({ ...story, sending: [acme, globex] })).toContain('not-ended-early');
});

test('an end after two buckets without loss', () => {
  expect(broken({ ...ONE_CAUSE, messages: [OPENED, endAt(100)] })).toEqual(['not-ended-early']);
});

test('an end on buckets that were not counted', () => {
  const story = { ...ONE_CAUSE, uncounted: [95] };
  expect(broken({ ...story, messages: [OPENED, endAt(105)] })).toEqual(['not-ended-early']);
});

test('an end on the traffic of another account', () => {
  const sending = [{ account: 'acme', lost: [[60, 90]] as const, to: 90 }, { account: 'globex' }];
  const story = { ...ONE_CAUSE, sending };
  expect(broken({ ...story, messages: [OPENED, endAt(105)] })).toEqual(['not-ended-early']);
});

test('an incident of events without an account may stay open, where Togai metrics count', () => {
  const nobodys = { account: '', lost: [[60, 90]] as const };
  const story = { ...ONE_CAUSE, sending: [...ONE_CAUSE.sending, nobodys], byMetrics: true };
  const withNobody = message(65, 'opened', 1, [losing('acme', 30, 60), losing('', 30, 60)]);
  expect(broken({ ...story, messages: [withNobody] })).toEqual([]);
  expect(broken({ ...story, messages: [OPENED] })).toContain('ended-in-time');
});

/** Globex is mended after two minutes, and acme goes on for nine hours. Globex loses an event every hour meanwhile. */
const STRAYS_BESIDE = [
  { account: 'acme', lost: [[60, 600]] as const },
  { account: 'globex', lost: [[60, 62]] as const },
  { account: 'globex', everySeconds: 3_600, lost: [[90, 600]] as const },
];
const BESIDE: Story = {
  hours: 12,
  repeatMinutes: 0,
  sending: STRAYS_BESIDE,
  messages: [
    message(65, 'opened', 1, [losing('acme', 30, 60), losing('globex', 12, 60)]),
    message(110, 'changed', 2, [losing('acme', 300, 60), losing('globex', 12, 60, 65)]),
    message(615, 'resolved', 3, [
      losing('acme', 3_240, 60, 600),
      { ...losing('globex', 20, 60, 65), total: 3_252 },
    ]),
  ],
};

test('an end after strays of an account that was mended before', () => {
  expect(broken(BESIDE)).toEqual([]);
});

test('an end after an account that was mended has lost a little of its window', () => {
  const again = { account: 'globex', everySeconds: 60, lost: [[600, 612]] as const };
  expect(broken({ ...BESIDE, sending: [...STRAYS_BESIDE, again] })).toEqual([]);
});

test('an end after an account that was mended has lost enough to be named again', () => {
  const again = { account: 'globex', everySeconds: 60, lost: [[560, 612]] as const };
  const sending = [...STRAYS_BESIDE, again];
  expect(broken({ ...BESIDE, sending })).toContain('not-ended-early');
});

test('an account that has stopped holds up no end', () => {
  const sending = [
    { account: 'acme', lost: [[60, 90]] as const, to: 90 },
    { account: 'globex', lost: [[60, 90]] as const },
  ];
  const messages = [
    message(65, 'opened', 1, [losing('acme', 30, 60), losing('globex', 30, 60)]),
    message(150, 'resolved', 2, [
      losing('acme', 180, 60, undefined, 90),
      losing('globex', 180, 60, 90),
    ]),
  ];
  expect(broken({ ...ONE_CAUSE, sending, messages })).toEqual([]);
});

/** A leak that comes and goes: half an hour of loss, then an hour without. */
const COMES_AND_GOES: Story = {
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
  repeatMinutes: 0,
};
const REOPENED = [OPENED, endAt(105), message(155, 'opened', 3, [losing('acme', 210, 60)])];

test('an end waits one and a half times the longest pause', () => {
  const end = message(270, 'resolved', 4, [losing('acme', 360, 60, 180)]);
  expect(broken({ ...COMES_AND_GOES, messages: [...REOPENED, end] })).toEqual([]);
});

test('an end that has learnt nothing from the last pause', () => {
  const end = message(195, 'resolved', 4, [losing('acme', 360, 60, 180)]);
  expect(broken({ ...COMES_AND_GOES, messages: [...REOPENED, end] })).toEqual(['not-ended-early']);
});

/** Two looks of Togai metrics with an outage between them, and a loss after it. */
function afterOutage(lost: Story['sending'][number]['lost'], [from, to]: [number, number]): Story {
  const sending = [{ account: 'acme', lost: lost ?? [] }, { account: 'globex' }];
  const isSkipped = (at: number) => at >= from && at < to;
  return { sending, byMetrics: true, isSkipped, hours: 7, repeatMinutes: 0 };
}

test('an end learns nothing from a pause inside of an hour that a look has counted as one', () => {
  const lost = [
    [62, 66],
    [105, 109],
    [122, 126],
  ] as const;
  const messages = [
    message(120, 'opened', 1, [losing('acme', 48, 60)]),
    message(150, 'resolved', 2, [losing('acme', 72, 60, 130)]),
  ];
  expect(broken({ ...afterOutage(lost, [65, 120]), messages })).toEqual([]);
  expect(broken({ ...afterOutage(lost, [0, 0]), messages })).toContain('not-ended-early');
});

test('an end that has learnt nothing from a whole hour without loss in one look', () => {
  const lost = [
    [62, 92],
    [190, 200],
  ] as const;
  const messages = [
    message(185, 'opened', 1, [losing('acme', 180, 60)]),
    message(220, 'resolved', 2, [losing('acme', 240, 60, 200)]),
  ];
  expect(broken({ ...afterOutage(lost, [65, 185]), messages })).toEqual(['not-ended-early']);
});

test('an end after a loss that no look asks a name for, because it was hours ago', () => {
  const sending = [
    { account: 'acme', lost: [[60, 90]] as const, to: 90 },
    { account: 'acme', from: 95, everySeconds: 1_800, lost: [[210, 220]] as const },
    { account: 'globex' },
  ];
  const messages = [OPENED, message(435, 'resolved', 2, [losing('acme', 180, 60, 90)])];
  const after = (to: number) => ({ ...afterOutage([], [100, to]), hours: 8, sending, messages });
  expect(broken(after(420))).not.toContain('not-ended-early');
  expect(broken(after(100))).toContain('not-ended-early');
});

test('a stray event in a thousand does not keep an incident open', () => {
  const sending = [
    { account: 'acme', lost: [[60, 90]] as const, everySeconds: 1 },
    { account: 'acme', lost: [[-60, 300]] as const, everySeconds: 1_000 },
    { account: 'globex' },
  ];
  const messages = [
    message(65, 'opened', 1, [losing('acme', 300, 60)]),
    message(110, 'resolved', 2, [losing('acme', 1_802, 60, 90)]),
  ];
  expect(broken({ ...ONE_CAUSE, sending, messages })).toEqual([]);
});

test('lost events that are reverted later count for the proof that is needed', () => {
  const sending = [
    { account: 'acme', lost: [[60, 90]] as const, everySeconds: 120, keptOneIn: 5 },
    { account: 'globex' },
  ];
  const messages = [
    message(85, 'opened', 1, [losing('acme', 12, 60)]),
    message(115, 'resolved', 2, [losing('acme', 15, 60, 90)]),
  ];
  expect(broken({ ...ONE_CAUSE, sending, messages })).toEqual([]);
});
