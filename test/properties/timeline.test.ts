import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { holds } from '../../functions/monitor/counting/listing/list-queries.ts';
import { BUCKET_MS, bucketStart, bucketsOf } from '../../functions/monitor/timeline/bucket.ts';
import { DAY_MS, HOUR_MS, parseTime, type Range } from '../../functions/monitor/timeline/time.ts';
import { holdsAlways } from './cases.ts';
import { anyText } from './texts.ts';

/** Times around clock changes in Berlin, in New York and (by half an hour) on Lord Howe, and around leap seconds. */
const ODD_MOMENTS = [
  '2026-03-29T01:00:00Z',
  '2026-10-25T01:00:00Z',
  '2026-03-08T07:00:00Z',
  '2026-11-01T06:00:00Z',
  '2026-04-04T15:00:00Z',
  '2026-10-03T15:30:00Z',
  '2017-01-01T00:00:00Z',
  '1970-01-01T00:00:00Z',
  '2028-02-29T00:00:00Z',
].map((text) => Date.parse(text));

const moment = fc.oneof(
  fc.integer({ min: Date.UTC(1900, 0), max: Date.UTC(9000, 0) }),
  fc
    .tuple(fc.constantFrom(...ODD_MOMENTS), fc.integer({ min: -2 * HOUR_MS, max: 2 * HOUR_MS }))
    .map(([odd, offset]) => odd + offset),
);
const range: fc.Arbitrary<Range> = fc
  .tuple(moment, fc.integer({ min: 1, max: 30 * HOUR_MS }))
  .map(([start, length]) => ({ start, end: start + length }));
const within = ({ start, end }: Range) => fc.integer({ min: start, max: end - 1 });

const twoDigits = (number: number) => String(number).padStart(2, '0');

/** A time in one of the spellings of ISO 8601, and its epoch ms. */
const spelt = fc
  .record({
    day: fc.integer({ min: Date.UTC(2000, 0) / DAY_MS, max: Date.UTC(2100, 0) / DAY_MS }),
    hour: fc.nat(23),
    minute: fc.nat(59),
    // The sixtieth is a leap second.
    second: fc.oneof(fc.nat(60), fc.constant(60)),
    fraction: fc.stringMatching(/^\d{0,9}$/),
    letter: fc.constantFrom('T', 't'),
    point: fc.constantFrom('.', ','),
    zone: fc.oneof(
      fc.constantFrom(
        { text: '', minutes: 0 },
        { text: 'Z', minutes: 0 },
        { text: 'z', minutes: 0 },
      ),
      fc
        .tuple(fc.constantFrom(1, -1), fc.nat(23), fc.nat(59), fc.constantFrom(':', ''))
        .map(([sign, hours, minutes, colon]) => ({
          text: `${sign < 0 ? '-' : '+'}${twoDigits(hours)}${colon}${twoDigits(minutes)}`,
          minutes: sign * (hours * 60 + minutes),
        })),
    ),
  })
  .map(({ day, hour, minute, second, fraction, letter, point, zone }) => ({
    text: [
      new Date(day * DAY_MS).toISOString().slice(0, 10),
      letter,
      [hour, minute, second].map(twoDigits).join(':'),
      fraction === '' ? '' : point + fraction,
      zone.text,
    ].join(''),
    time:
      day * DAY_MS +
      hour * HOUR_MS +
      (minute - zone.minutes) * 60_000 +
      second * 1_000 +
      Math.floor(Number(`0.${fraction.slice(0, 3)}0`) * 1_000 + 0.5),
  }));

describe.each(['UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe'])(
  'on a machine in %s',
  (zone) => {
    beforeEach(() => {
      vi.stubEnv('TZ', zone);
    });
    afterEach(() => {
      vi.unstubAllEnvs();
    });

    test('the machine really has that zone', () => {
      expect(new Intl.DateTimeFormat().resolvedOptions().timeZone).toBe(zone);
      const offsets = [0, 3, 6, 9].map((month) => new Date(2026, month, 15).getTimezoneOffset());
      expect(new Set(offsets).size > 1).toBe(zone !== 'UTC');
    });

    test('buckets cover any range without gap or overlap', () =>
      holdsAlways(
        fc.property(range, (any) => {
          const buckets = bucketsOf(any);
          const starts = [...buckets.map(({ start }) => start), any.end];
          const ends = [any.start, ...buckets.map(({ end }) => end)];
          expect(starts).toEqual(ends);
        }),
        3,
      ));

    test('buckets begin and end at multiples of five minutes, except at the edges of a range', () =>
      holdsAlways(
        fc.property(range, (any) => {
          const inner = bucketsOf(any).slice(1);
          expect(inner.filter(({ start }) => start % BUCKET_MS !== 0)).toEqual([]);
          expect(
            bucketsOf(any).filter(({ start, end }) => end <= start || end - start > BUCKET_MS),
          ).toEqual([]);
        }),
        3,
      ));

    test('each time of a range lies in exactly one bucket, which `bucketStart` finds', () =>
      holdsAlways(
        fc.property(
          range.chain((any) => fc.tuple(fc.constant(any), within(any))),
          ([any, time]) => {
            const holding = bucketsOf(any).filter((bucket) => holds(bucket, time));
            expect(holding).toHaveLength(1);
            expect(bucketStart(holding[0]?.start ?? Number.NaN)).toBe(bucketStart(time));
          },
        ),
        3,
      ));

    test('a time reads the same in every spelling, and a leap second as the second after it', () =>
      holdsAlways(
        fc.property(spelt, ({ text, time }) => {
          expect(parseTime(text)).toBe(time);
        }),
      ));
  },
);

describe('a text that is no time', () => {
  const usual = moment
    .filter((time) => time >= Date.UTC(1970, 0))
    .map((time) => new Date(time).toISOString());
  const changed = fc
    .tuple(usual, fc.nat(22), fc.oneof(fc.constantFrom(...'0123456789:.-TZ '), anyText))
    .map(([text, at, other]) => text.slice(0, at) + other + text.slice(at + 1));

  test('is refused by the fast path as by the slow one', () =>
    holdsAlways(
      fc.property(changed, (text) => {
        // The fast path takes only a capital Z.
        const twin = text.endsWith('Z') ? `${text.slice(0, -1)}z` : text;
        expect(parseTime(text)).toBe(parseTime(twin));
      }),
    ));

  test('is a day, an hour, a minute or a second that does not exist', () => {
    const parts = fc.record({
      year: fc.integer({ min: 2000, max: 2099 }),
      month: fc.nat(99),
      day: fc.nat(99),
      hour: fc.nat(99),
      minute: fc.nat(99),
      second: fc.nat(99),
    });
    return holdsAlways(
      fc.property(parts, ({ year, month, day, hour, minute, second }) => {
        const daysOfMonth = new Date(Date.UTC(year, month, 0)).getUTCDate();
        const exists =
          month >= 1 &&
          month <= 12 &&
          day >= 1 &&
          day <= daysOfMonth &&
          hour <= 23 &&
          minute <= 59 &&
          second <= 60;
        const date = [year, ...[month, day].map(twoDigits)].join('-');
        const text = `${date}T${[hour, minute, second].map(twoDigits).join(':')}Z`;
        expect(parseTime(text) !== undefined).toBe(exists);
      }),
    );
  });

  test('is a time with something before or behind it', () => {
    const something = anyText.filter((text) => text !== '');
    return holdsAlways(
      fc.property(usual, something, (text, more) => {
        expect(parseTime(text + more)).toBeUndefined();
        expect(parseTime(more + text)).toBeUndefined();
      }),
    );
  });

  test('is any other text', () =>
    holdsAlways(
      fc.property(anyText, (text) => {
        fc.pre(!/^\d{4}-\d\d-\d\dT/i.test(text));
        expect(parseTime(text)).toBeUndefined();
      }),
    ));
});
