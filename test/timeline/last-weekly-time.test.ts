import { expect, test } from 'vitest';
import { lastWeekly } from '../../functions/monitor/timeline/last-weekly-time.ts';

const last = (at: string, zone: string) =>
  new Date(lastWeekly(Date.parse(at), 'MON', 8, zone)).toISOString();

test.each([
  ['on the day itself', '2026-11-23T08:00:00Z', 'UTC', '2026-11-23T08:00:00.000Z'],
  ['a minute before', '2026-11-23T07:59:00Z', 'UTC', '2026-11-16T08:00:00.000Z'],
  ['six days later', '2026-11-29T23:00:30Z', 'UTC', '2026-11-23T08:00:00.000Z'],
  ['in the east', '2026-11-23T03:00:00Z', 'Asia/Kolkata', '2026-11-23T02:30:00.000Z'],
  [
    'in the west, where it is still Sunday',
    '2026-11-23T03:00:00Z',
    'America/Los_Angeles',
    '2026-11-16T16:00:00.000Z',
  ],
  [
    'in winter time, though summer has begun since',
    '2027-03-30T10:00:00Z',
    'Europe/Berlin',
    '2027-03-29T06:00:00.000Z',
  ],
  [
    'in summer time, though winter has begun since',
    '2026-10-25T20:00:00Z',
    'Europe/Berlin',
    '2026-10-19T06:00:00.000Z',
  ],
])('the newest Monday morning is found %s', (_, at, zone, expected) => {
  expect(last(at, zone)).toBe(expected);
});
