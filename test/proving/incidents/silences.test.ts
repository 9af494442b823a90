import { expect, test } from 'vitest';
import type { SilenceScope } from '../../../proving/world/silencing.ts';
import { broken, type Story } from './hand-made.ts';
import { fault, losing, message, silence, silenceNotice } from './parts.ts';

/** Acme loses everything from minute 60 to 150; globex loses nothing. */
const SENDING = [{ account: 'acme', lost: [[60, 150]] as const }, { account: 'globex' }];
const OPENED = message(65, 'opened', 1, [losing('acme', 30, 60)]);
const RESOLVED = message(165, 'resolved', 2, [losing('acme', 540, 60, 150)]);
const ALL = { all: true } as const;
const UNMETERED = { subject: 'unmetered' };
const ACME = { account: 'acme' };
const SCOPES: readonly SilenceScope[] = [ALL, UNMETERED, ACME];

/** A silence with its two notices. */
function silencedStory(
  from: number,
  to: number,
  scope: SilenceScope,
  messages: Story['messages'] = [],
): Story {
  const made = silence(from, to, scope);
  const notices = [silenceNotice(from + 5, made, 'made'), silenceNotice(to + 5, made, 'over')];
  return {
    sending: SENDING,
    silences: [made],
    messages: [...notices, ...messages].sort((a, b) => a.at - b.at),
    repeatMinutes: 0,
  };
}

test.each(SCOPES)(
  'an incident that begins and ends in a silence of %o is told to nobody',
  (scope) => {
    expect(broken(silencedStory(50, 240, scope))).toEqual([]);
  },
);

test.each(SCOPES)('an incident that is opened in a silence of %o', (scope) => {
  expect(broken(silencedStory(50, 240, scope, [OPENED, RESOLVED]))).toContain('silence-kept');
});

test.each(SCOPES)('the end of an incident that people know is told in a silence of %o', (scope) => {
  expect(broken(silencedStory(80, 240, scope, [OPENED, RESOLVED]))).toEqual([]);
  expect(broken(silencedStory(80, 280, scope, [OPENED]))).toEqual(['ended-in-time']);
});

test.each(SCOPES)('an incident that nobody knows opens at once after a silence of %o', (scope) => {
  const opened = message(95, 'opened', 1, [losing('acme', 210, 60)]);
  expect(broken(silencedStory(50, 90, scope, [opened, RESOLVED]))).toEqual([]);
});

test.each(SCOPES)('an incident that opens half an hour after a silence of %o', (scope) => {
  const opened = message(120, 'opened', 1, [losing('acme', 360, 60)]);
  expect(broken(silencedStory(50, 90, scope, [opened, RESOLVED]))).toEqual(['cause-notified']);
});

test.each(SCOPES)('people are reminded at once after a silence of %o', (scope) => {
  const reminder = message(105, 'reminder', 2, [losing('acme', 270, 60)]);
  const resolved = message(165, 'resolved', 3, [losing('acme', 540, 60, 150)]);
  expect(broken(silencedStory(80, 100, scope, [OPENED, reminder, resolved]))).toEqual([]);
  expect(broken(silencedStory(80, 100, scope, [OPENED, RESOLVED]))).toEqual(['silence-over']);
});

test('nobody has to be reminded after a silence when nothing is lost any more', () => {
  expect(broken(silencedStory(80, 155, UNMETERED, [OPENED, RESOLVED]))).toEqual([]);
});

test('a reminder without a silence before it', () => {
  const reminder = message(105, 'reminder', 2, [losing('acme', 270, 60)]);
  const resolved = message(165, 'resolved', 3, [losing('acme', 540, 60, 150)]);
  const messages = [OPENED, reminder, resolved];
  expect(broken({ sending: SENDING, messages, repeatMinutes: 0 })).toEqual(['messages-in-order']);
});

test('a silence that people end early is over then', () => {
  const made = silence(50, 240, UNMETERED, 90);
  const notices = [silenceNotice(55, made, 'made'), silenceNotice(95, made, 'over')];
  const late = message(120, 'opened', 1, [losing('acme', 360, 60)]);
  const story = (opened: typeof late): Story => ({
    sending: SENDING,
    silences: [made],
    messages: [...notices, opened, RESOLVED],
  });
  expect(broken(story(message(95, 'opened', 1, [losing('acme', 210, 60)])))).toEqual([]);
  expect(broken(story(late))).toEqual(['cause-notified']);
});

test('a reminder of an acknowledged incident', () => {
  const reminder = message(130, 'reminder', 2, [losing('acme', 420, 60)]);
  const resolved = message(165, 'resolved', 3, [losing('acme', 540, 60, 150)]);
  const acknowledged = { incidentId: 'one' };
  const story = silencedStory(80, 240, acknowledged, [OPENED, reminder, resolved]);
  expect(broken({ ...story, repeatMinutes: 60 })).toEqual(['silence-kept']);
});

/** Globex loses events, too, and only acme is silenced. */
const BOTH = [
  { account: 'acme', lost: [[60, 150]] as const },
  { account: 'globex', lost: [[60, 150]] as const },
];

test('the accounts that are not silenced are told', () => {
  const opened = message(65, 'opened', 1, [losing('globex', 30, 60)]);
  const resolved = message(165, 'resolved', 2, [losing('globex', 540, 60, 150)]);
  const story = { ...silencedStory(50, 240, ACME, [opened, resolved]), sending: BOTH };
  expect(broken(story)).toEqual([]);
  expect(broken({ ...silencedStory(50, 240, ACME), sending: BOTH })).toEqual(['cause-notified']);
});

test('a message that names a silenced account beside another', () => {
  const both = [losing('acme', 30, 60), losing('globex', 30, 60)];
  const ended = [losing('acme', 540, 60, 150), losing('globex', 540, 60, 150)];
  const messages = [message(65, 'opened', 1, both), message(165, 'resolved', 2, ended)];
  const story = { ...silencedStory(50, 240, ACME, messages), sending: BOTH };
  expect(broken(story)).toEqual(['silence-kept']);
});

test('an incident that opens by the losses of a silenced account', () => {
  const nameless = message(65, 'opened', 1, [], { othersLost: 30, onset: OPENED.content.onset });
  const resolved = message(165, 'resolved', 2, [], { othersLost: 540 });
  const story = silencedStory(50, 240, ACME, [nameless, resolved]);
  expect(broken(story)).toContain('no-false-open');
});

test('a silence that nobody is told of, and one that is told again and again', () => {
  const made = silence(50, 90, UNMETERED);
  const sending = [{ account: 'globex' }];
  const notices = [silenceNotice(55, made, 'made'), silenceNotice(95, made, 'over')];
  const [first] = notices;
  expect(broken({ sending, silences: [made] })).toEqual(['silence-told']);
  expect(broken({ sending, silences: [made], messages: first ? [first] : [] })).toEqual([
    'silence-told',
  ]);
  const again = message(100, 'notice', 1, [], { ...notices[1]?.content, id: 's-1-again' });
  expect(broken({ sending, silences: [made], messages: [...notices, again] })).toEqual([
    'silence-told',
  ]);
});

test('channels differ after a silence that began when one of them could not be reached', () => {
  const made = silence(80, 280, UNMETERED);
  const notices = ['sns', 'events'].map((channel) => ({
    ...silenceNotice(85, made, 'made'),
    channel,
  }));
  const story: Story = {
    hours: 4,
    sending: SENDING,
    channels: ['sns', 'events'],
    silences: [made],
    messages: [OPENED, ...notices, RESOLVED],
    faults: [fault(64, 84, { kind: 'publish-refused', share: 1, channel: 'events' })],
    repeatMinutes: 0,
  };
  expect(broken(story)).toEqual([]);
});
