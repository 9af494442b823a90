import { describe, expect, test } from 'vitest';
import type { Piece } from '../../functions/monitor/events/pieces.ts';
import { type PlayedBucket, playIncidents, toldIn } from '../support/incident-play.ts';

const DAY = 288;
/** One bucket is a window, so that each end shows that bucket alone. */
const WINDOW = { windowMinutes: 5 };

const kindsOf = ({ told }: ReturnType<typeof playIncidents>) =>
  told.map(({ at, kind }) => `${at} ${kind}`);

/** A bucket with so many events of another status. */
const withStatus = (status: string, eventsIn: (bucket: number) => number) => ({
  ...WINDOW,
  piece: (piece: Piece, bucket: number): Piece => {
    const events = eventsIn(bucket);
    const { counts } = piece;
    const byStatus = new Map([...counts.byStatus, [status, events]]);
    return { ...piece, counts: { ...counts, byStatus, total: counts.total + events } };
  },
});

const traffic = (): PlayedBucket => ({ acme: [0, 60] });

describe('too few events', () => {
  const play = (eventsIn: (bucket: number) => number) =>
    playIncidents(20, (bucket) => ({ acme: [0, eventsIn(bucket)] }), {
      ...WINDOW,
      thresholds: 'total < 10',
    });

  test('are an incident without accounts', () => {
    const { incidents } = play((bucket) => (bucket >= 5 ? 0 : 20));
    expect(incidents.map(({ nature, accounts }) => [nature, accounts])).toEqual([['level', []]]);
  });

  test('are over after three ok evaluations', () => {
    expect(kindsOf(play((bucket) => (bucket >= 5 && bucket < 8 ? 0 : 20)))).toEqual([
      '10:30 opened',
      '10:55 resolved',
    ]);
  });

  test('are not over while they come back', () => {
    expect(kindsOf(play((bucket) => (bucket % 3 === 2 ? 0 : 20)))).toEqual(['10:15 opened']);
  });

  test('show the least of them', () => {
    const { incidents } = play((bucket) => [9, 4, 7][bucket] ?? 20);
    expect(incidents.map(({ worst }) => worst)).toEqual([4]);
  });

  test('show the least of them anew when they come back after the end', () => {
    const { incidents } = play((bucket) => ({ 0: 4, 8: 7, 9: 8 })[bucket] ?? 20);
    expect(incidents.map(({ reopened, worst }) => [reopened, worst])).toEqual([[1, 7]]);
  });
});

describe('events in progress', () => {
  const play = (eventsIn: (bucket: number) => number, thresholds = 'in_progress >= 25%') =>
    playIncidents(20, traffic, { ...withStatus('INGESTION_IN_PROGRESS', eventsIn), thresholds });

  test('are a level', () => {
    expect(kindsOf(play((bucket) => (bucket >= 5 && bucket < 8 ? 40 : 0)))).toEqual([
      '10:30 opened',
      '10:55 resolved',
    ]);
  });

  test('keep their first value, also that of before they open', () => {
    const { incidents } = play(
      (bucket) => [25, 40, 60][bucket] ?? 60,
      'in_progress >= 25% for 10m',
    );
    expect(incidents.map(({ firstValue, worst }) => [firstValue, worst])).toEqual([
      [expect.closeTo(29.4, 1), 50],
    ]);
  });

  test('open after as long as the rule asks', () => {
    const rules = 'in_progress >= 25% for 15m';
    expect(kindsOf(play((bucket) => (bucket >= 5 ? 40 : 0), rules))).toEqual(['10:45 opened']);
  });

  test('open nothing where they are fewer in between', () => {
    const rules = 'in_progress >= 25% for 15m';
    expect(kindsOf(play((bucket) => (bucket % 3 === 0 ? 0 : 40), rules))).toEqual([]);
  });

  test('become critical', () => {
    const rules = 'in_progress >= 25%, in_progress >= 50% critical';
    expect(kindsOf(play((bucket) => (bucket < 5 ? 30 : 100), rules))).toEqual([
      '10:05 opened',
      '10:30 escalated',
    ]);
  });
});

test('duplicates are a level', () => {
  const options = withStatus('INGESTION_FAILED_DUPLICATE_EVENT', (bucket) =>
    bucket === 3 ? 30 : 0,
  );
  const play = playIncidents(10, traffic, { ...options, thresholds: 'duplicate >= 20' });
  expect(play.incidents.map(({ nature, subject }) => [nature, subject])).toEqual([
    ['level', 'duplicate'],
  ]);
  expect(kindsOf(play)).toEqual(['10:20 opened', '10:35 resolved']);
});

describe('an evaluation with too little to go by', () => {
  const breachedUntil = 5;
  const play = (eventsIn: (bucket: number) => number, buckets = 12) =>
    playIncidents(
      buckets,
      (bucket) => (bucket < breachedUntil ? { acme: [0, 60] } : { acme: [0, eventsIn(bucket)] }),
      {
        ...withStatus('INGESTION_FAILED_DUPLICATE_EVENT', (bucket) =>
          bucket < breachedUntil ? 30 : 0,
        ),
        thresholds: 'duplicate >= 20%',
        repeatMinutes: 0,
      },
    );

  test('ends nothing', () => {
    expect(kindsOf(play(() => 3))).toEqual(['10:05 opened']);
  });

  test('does not begin the count of ok evaluations anew', () => {
    const { told } = play((bucket) => (bucket === 6 ? 3 : 60));
    expect(told.map(({ at, kind }) => `${at} ${kind}`)).toEqual(['10:05 opened', '10:45 resolved']);
  });

  test('closes after 24 hours', () => {
    const { told } = play(() => 3, DAY + 10);
    expect(told.at(-1)?.reason).toContain('for 24 hours there was too little traffic to evaluate');
  });

  test('does not begin the time of a rule anew', () => {
    const play = playIncidents(10, (bucket) => ({ acme: bucket === 2 ? [0, 3] : [30, 30] }), {
      ...WINDOW,
      thresholds: 'unmetered >= 20% for 15m',
    });
    expect(kindsOf(play)).toEqual(['10:20 opened']);
  });
});

test('a level that comes back within six hours has the same incident', () => {
  const play = playIncidents(60, (bucket) => ({ acme: [0, bucket % 40 === 0 ? 0 : 20] }), {
    ...WINDOW,
    thresholds: 'total < 10',
  });
  expect(play.incidents.map(({ reopened }) => reopened)).toEqual([1]);
});

describe('a loss', () => {
  test.each([
    ['unmetered >= 10%', 'loss'],
    ['unmetered by account >= 50%', 'loss'],
    ['INGESTION_COMPLETED_EVENT_* >= 10%', 'level'],
    ['INGESTION_COMPLETED_EVENT_NOT_* >= 10', 'loss'],
  ])('by the rule %s is a %s', (thresholds, nature) => {
    const play = playIncidents(12, () => ({ acme: [30, 0], globex: [0, 30] }), { thresholds });
    expect(play.incidents.map((incident) => incident.nature)).toEqual([nature]);
  });

  test('waits as long as its rule asks', () => {
    const play = playIncidents(10, () => ({ acme: [30, 0] }), {
      thresholds: 'unmetered >= 10 for 20m',
    });
    expect(toldIn(play)).toEqual(['10:25 opened acme']);
  });

  test('escalates once', () => {
    const play = playIncidents(30, () => ({ acme: [10, 0] }), {
      thresholds: 'unmetered >= 10, unmetered >= 50 critical',
    });
    expect(toldIn(play)).toEqual(['10:05 opened acme', '10:25 escalated acme']);
  });

  test('opens nothing by a share of too few events', () => {
    const play = playIncidents(1, () => ({ acme: [9, 0] }), { thresholds: 'unmetered >= 10%' });
    expect(toldIn(play)).toEqual([]);
  });
});
