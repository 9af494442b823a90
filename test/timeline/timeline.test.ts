import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { timelineOf } from '../../functions/monitor/timeline/timeline.ts';
import { watermarkFrom } from '../../functions/monitor/timeline/watermark.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const at = (text: string) => Date.parse(`2026-11-18T${text}Z`);
const clock = (time: number) => new Date(time).toISOString().slice(11, 16);

describe('counting by metrics', () => {
  const hours = timelineOf('metrics', HOUR);

  test.each([
    ['in an hour: that hour so far, and one closed hour', '10:35', '09:00', ['10:00', '10:35']],
    ['at the end of an hour: that hour', '11:00', '10:00', ['11:00']],
    ['just after: it, and the new one', '11:05', '10:00', ['11:00', '11:05']],
  ])('a window ends %s', (_, end, start, ends) => {
    const window = hours.windowOf(at(end));
    expect([clock(window.start), clock(window.end)]).toEqual([start, end]);
    expect(hours.bucketsOf(window).map((bucket) => clock(bucket.end))).toEqual(ends);
  });

  test('a window is as long as the setting says, and less than an hour longer', () => {
    fc.assert(
      fc.property(fc.nat(2_000_000), fc.constantFrom(1, 2, 3, 6, 12, 24), (index, length) => {
        const end = index * 5 * MINUTE;
        const { start } = timelineOf('metrics', length * HOUR).windowOf(end);
        expect(end - start).toBeGreaterThanOrEqual(length * HOUR);
        expect(end - start).toBeLessThan((length + 1) * HOUR);
      }),
    );
  });

  test.each([
    ['nothing was evaluated before', undefined, '10:35', ['10:35']],
    ['the newest was evaluated before', '10:35', '10:35', ['10:35']],
    ['one more window is counted', '10:30', '10:35', ['10:35']],
    ['an hour has ended since', '10:55', '11:05', ['11:00', '11:05']],
    [
      'hours were missed: closed ones only, in order',
      '07:20',
      '10:35',
      ['08:00', '09:00', '10:00', '10:35'],
    ],
    ['fewer windows are counted than were evaluated', '10:35', '09:00', []],
  ])('windows are evaluated if %s', (_, evaluatedTo, newest, ends) => {
    const before = evaluatedTo === undefined ? undefined : at(evaluatedTo);
    expect(hours.endsAfter(before, at(newest)).map(clock)).toEqual(ends);
  });

  test('a record of five minutes is not a record of an hour, and an hour is not five minutes', () => {
    const [ofFive, ofHour] = [{ start: at('10:00') }, { start: at('10:00'), end: at('10:35') }];
    const five = timelineOf('events', HOUR);
    expect([hours.owns(ofHour), hours.owns(ofFive)]).toEqual([true, false]);
    expect([five.owns(ofHour), five.owns(ofFive)]).toEqual([false, true]);
  });

  test.each([
    [
      'the open hour was counted',
      [['09:00', '10:00'] as const, ['10:00', '10:35'] as const],
      '10:35',
    ],
    [
      'an hour was left open in the middle',
      [['09:00', '09:50'] as const, ['10:00', '10:35'] as const],
      '09:50',
    ],
    ['nothing was counted', [], '09:20'],
  ])('the watermark after 09:20 if %s', (_, counted, watermark) => {
    const records = counted.map(([start, end]) => ({ start: at(start), end: at(end) }));
    expect(clock(watermarkFrom(hours, at('09:20'), records))).toBe(watermark);
  });
});

describe('counting by events', () => {
  const buckets = timelineOf('events', HOUR);

  test.each([
    ['nothing was evaluated before', undefined, '10:35', ['10:35']],
    ['some were missed: all of them, in order', '10:20', '10:35', ['10:25', '10:30', '10:35']],
    ['fewer windows are counted than were evaluated', '10:35', '10:20', []],
  ])('windows are evaluated if %s', (_, evaluatedTo, newest, ends) => {
    const before = evaluatedTo === undefined ? undefined : at(evaluatedTo);
    expect(buckets.endsAfter(before, at(newest)).map(clock)).toEqual(ends);
  });

  test('the watermark is the start of the first missing bucket', () => {
    const records = ['10:00', '10:05', '10:15'].map((start) => ({ start: at(start) }));
    expect(clock(watermarkFrom(buckets, at('10:00'), records))).toBe('10:10');
  });
});
