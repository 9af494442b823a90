import { expect, test } from 'vitest';
import { broken, type Story, UNMETERED } from './hand-made.ts';
import { fault, losing, message, type Published } from './parts.ts';

const CRITICAL = { ...UNMETERED, critical: true };
const severity = { severity: 'critical' } as const;

/** Acme loses everything for two hours. */
const PAGED: Story = {
  sending: [{ account: 'acme', lost: [[60, 180]] }, { account: 'globex' }],
  thresholds: [CRITICAL],
  channels: ['sns', 'pager'],
  repeatMinutes: 0,
};
const OPENED = message(65, 'opened', 1, [losing('acme', 30, 60)], severity);
const ENDED = message(195, 'resolved', 2, [losing('acme', 720, 60, 180)], severity);
const paged = (one: Published): Published => ({ ...one, channel: 'pager' });
const toBoth = (one: Published): Published[] => [one, paged(one)];

test('a pager is told of critical incidents only', () => {
  const warnings = [OPENED, ENDED].map((one) => ({
    ...one,
    content: { ...one.content, severity: 'warning' as const },
  }));
  expect(broken({ ...PAGED, thresholds: [UNMETERED], messages: warnings })).toEqual([]);
});

test('a pager that is told of a critical incident and its end', () => {
  expect(broken({ ...PAGED, messages: [OPENED, ENDED, paged(OPENED), paged(ENDED)] })).toEqual([]);
});

test('a page of an incident that no critical rule is about', () => {
  const story = { ...PAGED, thresholds: [UNMETERED], messages: [OPENED, ENDED].flatMap(toBoth) };
  expect(broken(story)).toContain('pager-critical-only');
});

test.each([
  ['a warning', { severity: 'warning' as const }],
  ['a reminder', { kind: 'reminder' as const }],
])('a page that is %s', (_, change) => {
  const page = paged({ ...OPENED, content: { ...OPENED.content, ...change } });
  expect(broken({ ...PAGED, messages: [OPENED, ENDED, page] })).toContain('pager-critical-only');
});

test('a pager that is not told of a critical incident', () => {
  const found = broken({ ...PAGED, messages: [OPENED, ENDED] });
  expect(found.sort()).toEqual(['cause-notified', 'each-channel']);
});

test('no page of accounts that breach a critical rule only together with one of a warning', () => {
  const sending = [
    { account: 'acme', lost: [[60, 62]] as const, to: 62 },
    { account: 'globex', lost: [[80, 85]] as const },
  ];
  const warning = { ...UNMETERED, limit: 5 };
  const incident = { incident: 'two' };
  const messages = [
    message(65, 'opened', 1, [losing('acme', 12, 60)]),
    message(85, 'opened', 1, [losing('globex', 30, 80)], incident),
    message(100, 'resolved', 2, [losing('globex', 30, 80, 85)], incident),
  ];
  const thresholds = [warning, { ...CRITICAL, limit: 40 }];
  expect(broken({ ...PAGED, thresholds, sending, messages })).toEqual([]);
});

test('a second page without names, of an incident beside one that has names by now', () => {
  const sending = [
    { account: 'acme', lost: [[60, 240]] as const },
    { account: 'globex', lost: [[120, 240]] as const },
  ];
  const page = (at: number, incident: string) =>
    paged(message(at, 'opened', 1, [], { ...severity, incident }));
  const joined = message(90, 'changed', 2, [losing('acme', 180, 60)], severity);
  const second = message(125, 'opened', 1, [], { ...severity, incident: 'two' });
  const pages = [page(65, 'one'), page(125, 'two')];
  const messages = [message(65, 'opened', 1, [], severity), joined, second, ...pages];
  const story = { ...PAGED, sending, thresholds: [CRITICAL] };
  expect(broken({ ...story, messages })).not.toContain('one-cause-one-incident');
  const withoutName = messages.filter((one) => one !== joined);
  expect(broken({ ...story, messages: withoutName })).toContain('one-cause-one-incident');
});

test('a page that is never closed', () => {
  const found = broken({ ...PAGED, messages: [OPENED, ENDED, paged(OPENED)] });
  expect(found.sort()).toEqual(['each-channel', 'ended-in-time']);
});

test('no page of an incident that is over before the pager can be reached', () => {
  const faults = [fault(62, 197, { kind: 'publish-refused', share: 1, channel: 'pager' })];
  expect(broken({ ...PAGED, messages: [OPENED, ENDED], faults })).toEqual([]);
});

test('no page of an account that joins', () => {
  const sending = [
    { account: 'acme', lost: [[60, 180]] as const },
    { account: 'globex', lost: [[70, 180]] as const },
  ];
  const both = [losing('acme', 720, 60, 180), losing('globex', 660, 70, 180)];
  const end = message(195, 'resolved', 3, both, severity);
  const changed = [losing('acme', 210, 60), losing('globex', 150, 70)];
  const messages = [OPENED, message(95, 'changed', 2, changed, severity), end];
  const pages = [OPENED, message(195, 'resolved', 2, both, severity)].map(paged);
  expect(broken({ ...PAGED, sending, messages: [...messages, ...pages] })).toEqual([]);
});
