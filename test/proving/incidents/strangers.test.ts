import { expect, test } from 'vitest';
import { broken, type Story } from './hand-made.ts';
import { losing, message, type Published, silence, silenceNotice } from './parts.ts';

/** Acme loses everything from minute 60 to 150; globex loses nothing. */
const SENDING = [{ account: 'acme', lost: [[60, 150]] as const }, { account: 'globex' }];
const OPENED = message(65, 'opened', 1, [losing('acme', 30, 60)]);
const RESOLVED = message(165, 'resolved', 2, [losing('acme', 540, 60, 150)]);

/** A silence of globex with its notices, in each channel. */
function silencedGlobex(
  from: number,
  to: number,
  messages: Story['messages'] = [],
  channels: readonly [string, ...string[]] = ['sns'],
): Story {
  const made = silence(from, to, { account: 'globex' });
  const notices = [silenceNotice(from + 5, made, 'made'), silenceNotice(to + 5, made, 'over')];
  const everywhere = channels.flatMap((channel) => notices.map((one) => ({ ...one, channel })));
  return {
    sending: SENDING,
    silences: [made],
    messages: [...everywhere, ...messages].sort((a, b) => a.at - b.at),
    channels,
    repeatMinutes: 0,
  };
}

const inEvents = (one: Published): Published => ({ ...one, channel: 'events' });

test('a silence of an account that loses nothing changes nothing', () => {
  expect(broken(silencedGlobex(50, 240, [OPENED, RESOLVED]))).toEqual([]);
  expect(broken(silencedGlobex(50, 240))).toEqual(['cause-notified']);
});

test('slow losses beside those of a silenced account may have ended with it, told to nobody', () => {
  const slow = (account: string) => ({
    ...{ account, everySeconds: 600, lost: [[60, 150]] as const },
  });
  const story = (lost: Story['sending'][number]['lost']) => ({
    ...silencedGlobex(50, 290),
    sending: [slow('acme'), slow('initech'), { account: 'globex', lost: lost ?? [] }],
  });
  expect(broken(story([[60, 65]]))).not.toContain('cause-notified');
  expect(broken(story([]))).toContain('cause-notified');
});

test('an end that one channel is not told of, in a silence of another account', () => {
  const messages = [OPENED, RESOLVED, inEvents(OPENED), inEvents(RESOLVED)];
  const channels = ['sns', 'events'] as const;
  expect(broken(silencedGlobex(50, 240, messages, channels))).toEqual([]);
  const apart = [OPENED, inEvents(OPENED), inEvents(RESOLVED)];
  expect(broken(silencedGlobex(50, 240, apart, channels))).toContain('each-channel');
});

test('an incident that one channel is never told of, in a silence of another account', () => {
  const messages = [inEvents(OPENED), inEvents(RESOLVED)];
  expect(broken(silencedGlobex(50, 240, messages, ['sns', 'events']))).toContain('each-channel');
});

test('a reminder after a silence of another account', () => {
  const reminder = message(105, 'reminder', 2, [losing('acme', 270, 60)]);
  const resolved = message(165, 'resolved', 3, [losing('acme', 540, 60, 150)]);
  expect(broken(silencedGlobex(80, 100, [OPENED, reminder, resolved]))).toEqual([
    'messages-in-order',
  ]);
});

test('an incident that opens when its loss has left the window, after a silence of another account', () => {
  const onset = OPENED.content.onset;
  const late = message(240, 'opened', 1, [losing('acme', 540, 60)], { onset });
  expect(broken(silencedGlobex(50, 235, [late]))).toContain('no-false-open');
});

test('a second incident without names in a silence of an account that loses nothing', () => {
  const nameless = { othersLost: 30, onset: OPENED.content.onset };
  const messages = [
    message(65, 'opened', 1, [], nameless),
    message(70, 'opened', 1, [], { ...nameless, incident: 'two' }),
  ];
  expect(broken(silencedGlobex(50, 240, messages))).toContain('one-cause-one-incident');
});

/** Both lose events, in incidents of their own. */
const TWO_CAUSES = [
  { account: 'acme', lost: [[20, 150]] as const },
  { account: 'globex', lost: [[60, 150]] as const },
];
const TWO = [
  message(25, 'opened', 1, [losing('acme', 30, 20)]),
  message(65, 'opened', 1, [losing('globex', 30, 60)], { incident: 'two' }),
];
const ENDS = [
  message(165, 'resolved', 3, [losing('acme', 780, 20, 150)]),
  message(165, 'resolved', 3, [losing('globex', 540, 60, 150)], { incident: 'two' }),
];
const REMINDERS = [
  message(105, 'reminder', 2, [losing('acme', 510, 20)]),
  message(105, 'reminder', 2, [losing('globex', 270, 60)], { incident: 'two' }),
];

test('people are reminded of each incident after a silence of all', () => {
  const made = silence(80, 100, { all: true });
  const notices = [silenceNotice(85, made, 'made'), silenceNotice(105, made, 'over')];
  const story = (messages: readonly Published[]): Story => ({
    sending: TWO_CAUSES,
    silences: [made],
    messages: [...notices, ...messages].sort((a, b) => a.at - b.at),
    repeatMinutes: 0,
  });
  expect(broken(story([...TWO, ...REMINDERS, ...ENDS]))).toEqual([]);
  const [first] = REMINDERS;
  const missing = first ? [first] : [];
  const second = message(165, 'resolved', 2, [losing('globex', 540, 60, 150)], { incident: 'two' });
  const [end] = ENDS;
  const ends = end ? [end, second] : [];
  expect(broken(story([...TWO, ...missing, ...ends]))).toEqual(['silence-over']);
});

test('people are reminded of an account whose silence is over, while another one is silenced', () => {
  const both = {
    sending: [
      { account: 'acme', lost: [[60, 150]] as const },
      { account: 'globex', lost: [[60, 150]] as const },
    ],
  };
  const ofAcme = silence(80, 100, { account: 'acme' });
  const ofGlobex = { ...silence(75, 240, { account: 'globex' }), id: 's-2' };
  const notices = [
    silenceNotice(85, ofAcme, 'made'),
    silenceNotice(105, ofAcme, 'over'),
    silenceNotice(80, ofGlobex, 'made'),
    silenceNotice(245, ofGlobex, 'over'),
  ];
  const opened = message(65, 'opened', 1, [losing('acme', 30, 60), losing('globex', 30, 60)]);
  const reminder = message(105, 'reminder', 2, [losing('acme', 270, 60)]);
  const end = (sequence: number) =>
    message(165, 'resolved', sequence, [losing('acme', 540, 60, 150)]);
  const story = (messages: readonly Published[]): Story => ({
    ...both,
    silences: [ofAcme, ofGlobex],
    messages: [...notices, opened, ...messages].sort((a, b) => a.at - b.at),
    repeatMinutes: 0,
  });
  expect(broken(story([reminder, end(3)]))).toEqual([]);
  expect(broken(story([end(2)]))).toEqual(['silence-over']);
});

test('an end that comes twice in a silence', () => {
  const made = silence(80, 240, { subject: 'unmetered' });
  const notices = [silenceNotice(85, made, 'made'), silenceNotice(245, made, 'over')];
  const again = message(200, 'resolved', 3, [losing('acme', 540, 60, 150)]);
  const messages = [...notices, OPENED, RESOLVED, again].sort((a, b) => a.at - b.at);
  expect(broken({ sending: SENDING, silences: [made], messages, repeatMinutes: 0 })).toContain(
    'silence-kept',
  );
});

test.each([
  ['of an account in the window that it breached', 'acme', []],
  ['of an account without events', 'hooli', ['messages-in-order']],
])('a reminder of a level after a silence %s', (_, account, invariants) => {
  const made = silence(150, 190, { account });
  const level = { incident: 'level', subject: 'metered', threshold: 'metered < 60%' };
  const messages = [
    message(90, 'opened', 1, [], level),
    silenceNotice(155, made, 'made'),
    silenceNotice(195, made, 'over'),
    message(195, 'reminder', 2, [], level),
  ];
  const sending = [{ account: 'acme', lost: [[60, 300]] as const }];
  const thresholds = [
    {
      subject: 'metered',
      operator: '<',
      limit: 60,
      unit: 'percent',
      forMinutes: 0,
      critical: false,
    } as const,
  ];
  const story = { sending, thresholds, silences: [made], messages, repeatMinutes: 0 };
  expect(broken(story)).toEqual(invariants);
});
