import { describe, expect, test } from 'vitest';
import { incidentsIn, lossEndedAt } from '../../cli/check/ended-losses.ts';
import { parseThresholds } from '../../functions/monitor/thresholds/grammar.ts';
import {
  type PlayedBucket,
  pieceOf,
  playIncidents,
  START,
  timeOf,
} from '../support/incident-play.ts';

const HOUR = 12;
const BUCKET = 300_000;
const IGNORED = { accounts: new Set<string>(), schemas: new Set<string>() };

/** acme loses half of its events for four buckets. */
const mended = (bucket: number): PlayedBucket => ({
  acme: bucket < 4 ? [10, 10] : [0, 20],
  globex: [0, 20],
});

/** The end of the loss in an hour, as seen from its counts alone. */
function endOf(
  bucketAt: (bucket: number) => PlayedBucket,
  rule = 'unmetered >= 10',
  buckets = HOUR,
) {
  const thresholds = parseThresholds(rule);
  const pieces = Array.from({ length: buckets }, (_, bucket) => pieceOf(bucket, bucketAt(bucket)));
  const window = { start: START, end: START + buckets * BUCKET };
  const options = { thresholds, minimumEvents: 20, ignoreLists: IGNORED };
  const incidents = incidentsIn(pieces, window, options);
  const ends = thresholds.map((threshold) => lossEndedAt(threshold, incidents));
  return ends.map((end) => (end === undefined ? undefined : timeOf(end)));
}

describe('a loss that still breaches a rule over the window has ended', () => {
  test('with the last bucket in which anything was lost', () => {
    expect(endOf(mended)).toEqual(['10:20']);
  });

  test('at the time that the monitor would have told people', () => {
    const [incident] = playIncidents(HOUR, mended).incidents;
    expect(endOf(mended)).toEqual([incident?.end && timeOf(incident.end.at)]);
  });

  test('also for a rule that must be breached for longer than the known time', () => {
    expect(endOf(mended, 'unmetered >= 10 for 90m')).toEqual(['10:20']);
  });

  test('with the last of several losses', () => {
    const two = (bucket: number): PlayedBucket => ({
      ...mended(bucket),
      globex: bucket < 7 ? [10, 10] : [0, 20],
    });
    expect(endOf(two)).toEqual(['10:35']);
  });

  test('for each subject by itself', () => {
    const rules = 'unmetered >= 10, unmetered by account >= 20%, failed >= 1';
    expect(endOf(mended, rules)).toEqual(['10:20', '10:20', undefined]);
  });
});

describe('a loss has not ended', () => {
  test('while it goes on', () => {
    expect(endOf(() => ({ acme: [10, 10] }))).toEqual([undefined]);
  });

  test('while one of its accounts goes on', () => {
    const one = (bucket: number) => ({ ...mended(bucket), globex: [10, 10] as const });
    expect(endOf(one)).toEqual([undefined]);
  });

  test('while another loss goes on', () => {
    const two = (bucket: number): PlayedBucket => ({
      acme: bucket < 3 ? [10, 10] : [0, 20],
      globex: bucket > 9 ? [10, 10] : [0, 20],
    });
    expect(endOf(two)).toEqual([undefined]);
  });

  test('before 15 minutes have passed without it', () => {
    expect(endOf((bucket) => ({ acme: bucket < 10 ? [10, 10] : [0, 20] }))).toEqual([undefined]);
  });

  test('before enough events have come to tell', () => {
    expect(endOf((bucket) => ({ acme: bucket < 4 ? [10, 90] : [0, 5] }))).toEqual([undefined]);
  });

  test('while an account that lost events sends nothing any more', () => {
    const silent = (bucket: number): PlayedBucket => ({
      ...mended(bucket),
      ...(bucket < 4 && { hooli: [20, 0] as const }),
    });
    const { accounts, end } = playIncidents(2 * HOUR, silent).incidents[0] ?? {};
    expect([accounts?.length, end?.kind]).toEqual([2, 'resolved']);
    expect(endOf(silent, 'unmetered >= 10', 2 * HOUR)).toEqual([undefined]);
  });

  test('if nothing was lost', () => {
    expect(endOf(() => ({ acme: [0, 20] }))).toEqual([undefined]);
  });
});

test('a rule about anything else than lost events has no end of a loss', () => {
  expect(endOf(mended, 'total >= 1')).toEqual([undefined]);
});
