import { expect, test } from 'vitest';
import { broken, type Story } from './hand-made.ts';
import { fault, losing, message, type Published } from './parts.ts';

/** Acme loses everything for three hours. */
const LONG: Story = {
  sending: [{ account: 'acme', lost: [[60, 240]] }, { account: 'globex' }],
};
const acme = losing('acme', 30, 60);
const OPENED = message(65, 'opened', 1, [acme]);
const endWith = (sequence: number, at = 255) =>
  message(at, 'resolved', sequence, [losing('acme', 1_080, 60, 240)]);
const toldIn = (channel: string, one: Published): Published => ({ ...one, channel });

test.each<[string, readonly Published[]]>([
  [
    'a reminder each hour',
    [message(125, 'reminder', 2, [acme]), message(185, 'reminder', 3, [acme]), endWith(4)],
  ],
  ['one step up', [message(70, 'escalated', 2, [acme], { severity: 'critical' }), endWith(3)]],
  [
    'a change each half hour',
    [message(70, 'changed', 2, [acme]), message(100, 'changed', 3, [acme]), endWith(4)],
  ],
])('%s is in order', (_, messages) => {
  expect(broken({ ...LONG, messages: [OPENED, ...messages] })).toEqual([]);
});

test.each<[string, readonly Published[]]>([
  ['a number is left out', [endWith(3)]],
  ['it opens twice', [message(75, 'opened', 2, [acme]), endWith(3)]],
  ['it escalates to the same severity', [message(75, 'escalated', 2, [acme]), endWith(3)]],
  [
    'changes come too often',
    [message(70, 'changed', 2, [acme]), message(80, 'changed', 3, [acme]), endWith(4)],
  ],
  ['a reminder comes too early', [message(90, 'reminder', 2, [acme]), endWith(3)]],
  ['a reminder comes after the end', [endWith(2), message(275, 'reminder', 3, [acme])]],
  ['the end is told twice', [endWith(2), endWith(3, 260)]],
])('the order is broken where %s', (_, messages) => {
  expect(broken({ ...LONG, messages: [OPENED, ...messages] })).toContain('messages-in-order');
});

test('no reminder comes where none are wanted', () => {
  const messages = [OPENED, message(185, 'reminder', 2, [acme]), endWith(3)];
  expect(broken({ ...LONG, messages, repeatMinutes: 0 })).toEqual(['messages-in-order']);
});

test('accounts that have all stopped are no reminder', () => {
  const stopped = losing('acme', 1_080, 60, undefined, 240);
  const sending = [{ account: 'acme', lost: [[60, 240]] as const, to: 240 }, { account: 'globex' }];
  const messages = [OPENED, message(290, 'reminder', 2, [stopped])];
  expect(broken({ ...LONG, sending, messages })).toEqual(['messages-in-order']);
});

test('an incident that began and ended unheard is one message', () => {
  const faults = [fault(62, 258, { kind: 'publish-refused', share: 1 })];
  expect(broken({ ...LONG, messages: [endWith(1, 260)], faults })).toEqual([]);
});

test.each([
  ['could not be delivered', { kind: 'publish-refused', share: 1 }],
  ['was decided by runs that died', { kind: 'short-runs', timeoutMs: 6_000 }],
])('an incident whose end %s may open again', (_, how) => {
  const lost = [60, 100] as const;
  const sending = [{ account: 'acme', lost: [lost, [130, 240] as const] }, { account: 'globex' }];
  const faults = [fault(112, 132, how)];
  const again = message(140, 'opened', 2, [losing('acme', 300, 60)]);
  const end = message(295, 'resolved', 3, [losing('acme', 900, 60, 240)]);
  const messages = [OPENED, again, end];
  expect(broken({ ...LONG, hours: 7, sending, messages, faults })).toEqual([]);
});

const REPEATED = [OPENED, { ...OPENED, at: 70 }, endWith(2)];

test('a message is repeated without a reason', () => {
  expect(broken({ ...LONG, messages: REPEATED })).toEqual(['repeated-only-after-a-crash']);
});

test('a message that comes again after the end does not open the incident', () => {
  const messages = [OPENED, endWith(2), { ...OPENED, at: 260 }];
  expect(broken({ ...LONG, messages, repeatMinutes: 0 })).toEqual(['repeated-only-after-a-crash']);
});

test('a message is repeated after its answer was lost', () => {
  const messages = [{ ...OPENED, seen: false }, ...REPEATED.slice(1)];
  const faults = [fault(64, 67, { kind: 'publish-unseen', share: 1 })];
  expect(broken({ ...LONG, messages, faults })).toEqual([]);
});

test.each([
  ['a run that died', 'killed', 'killed-after-publish'],
  ['a write that failed', 'threw', 'record-refused'],
])('a message is repeated after %s', (_, how, kind) => {
  const outcome = (at: number) => (at === 65 ? how : undefined);
  const faults = [fault(64, 67, { kind, share: 1 })];
  expect(broken({ ...LONG, messages: REPEATED, outcome, faults })).toEqual([]);
});

test('a message whose delivery was not stored may go on as another kind', () => {
  const outcome = (at: number) => (at === 65 ? 'killed' : undefined);
  const critical = message(70, 'opened', 1, [acme], { severity: 'critical' });
  const messages = [OPENED, critical, endWith(2)];
  const faults = [fault(64, 67, { kind: 'killed-after-publish', share: 1 })];
  expect(broken({ ...LONG, messages, outcome, faults })).toEqual([]);
});

const CHANNELS = ['sns', 'eventbridge'] as const;

test('each channel gets its own messages', () => {
  const messages = CHANNELS.flatMap((channel) =>
    [OPENED, endWith(2)].map((one) => toldIn(channel, one)),
  );
  expect(broken({ ...LONG, channels: ['sns', 'eventbridge'], messages, repeatMinutes: 0 })).toEqual(
    [],
  );
});

test('a channel that was away hears of an incident that goes on', () => {
  const faults = [fault(62, 148, { kind: 'publish-refused', share: 1, channel: 'eventbridge' })];
  const late = message(150, 'opened', 1, [losing('acme', 540, 60)]);
  const messages = [
    OPENED,
    endWith(2),
    ...[late, endWith(2)].map((one) => toldIn('eventbridge', one)),
  ];
  expect(
    broken({ ...LONG, channels: ['sns', 'eventbridge'], messages, faults, repeatMinutes: 0 }),
  ).toEqual([]);
});

test('a channel that gets no end', () => {
  const messages = [OPENED, endWith(2), toldIn('eventbridge', OPENED)];
  const found = broken({ ...LONG, channels: ['sns', 'eventbridge'], messages, repeatMinutes: 0 });
  expect(found.sort()).toEqual(['each-channel', 'ended-in-time']);
});
