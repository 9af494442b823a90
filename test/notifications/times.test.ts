import { expect, test } from 'vitest';
import { renderMessage } from '../../functions/monitor/notifications/formats/message.ts';
import { parseTimeZone } from '../../functions/monitor/settings/time-zone.ts';
import { examples } from '../support/hostile-notification.ts';
import { chatText } from '../support/messages.ts';

const CONTEXT = { dashboardUrl: '', runbookUrl: '', timeZone: 'Asia/Kolkata' };

test('local time stands beside UTC in the first block, by the name of the city', () => {
  const message = renderMessage(examples.opened, CONTEXT);
  const expected = 'ince 2 Mar 10:05 UTC (15:35 Kolkata time), 35 minutes ago.';
  expect(message.email).toContain(expected);
  expect(chatText(message)).toContain(expected);
});

test('the range of a loss is local, too', () => {
  const { email } = renderMessage(examples.beganAndEnded, CONTEXT);
  expect(email).toContain('in 45 minutes, 4 Mar 13:10 to 13:55 UTC (18:40 to 19:25 Kolkata time).');
});

test('a local time of another day has its day', () => {
  const { opened } = examples;
  const about = { ...opened.about, onset: Date.UTC(2026, 2, 1, 20) };
  const { email } = renderMessage({ ...opened, about }, CONTEXT);
  expect(email).toContain('Since 1 Mar 20:00 UTC (2 Mar 01:30 Kolkata time)');
});

test('the subject has UTC alone: it has no room for both', () => {
  expect(renderMessage(examples.opened, CONTEXT).subject).not.toContain('Kolkata');
});

test.each(['UTC', undefined])('no other time is shown for the zone %s', (timeZone) => {
  const { email } = renderMessage(examples.opened, { ...CONTEXT, timeZone });
  expect(email).not.toMatch(/ time\)/);
});

test.each([
  ['UTC', 'UTC'],
  ['Etc/UTC', 'UTC'],
  ['Asia/Kolkata', 'Asia/Kolkata'],
])('the zone %s is read as %s', (text, zone) => {
  expect(parseTimeZone(text)).toBe(zone);
});

test('a zone that does not exist is refused by name', () => {
  expect(() => parseTimeZone('Mars/Olympus')).toThrow(/"Mars\/Olympus" is not a time zone/);
});
