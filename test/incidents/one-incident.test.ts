import { describe, expect, test } from 'vitest';
import { playIncidents, timeOf, toldIn } from '../support/incident-play.ts';
import { Chance } from './chance.ts';

const BROKEN_FROM = 24;

describe('the plan of one customer is detached from 12:00 to 12:20', () => {
  const play = () =>
    playIncidents(40, (bucket) => ({
      acme: bucket >= BROKEN_FROM && bucket < BROKEN_FROM + 4 ? [20, 0] : [0, 20],
      globex: [0, 30],
    }));

  test('is one message when it begins and one when it is over', () => {
    expect(toldIn(play())).toEqual(['12:05 opened acme', '12:35 resolved']);
  });

  test('began with the first bucket of the loss', () => {
    expect(play().incidents.map(({ onset }) => timeOf(onset))).toEqual(['12:00']);
  });

  test('ended with the last bucket of the loss', () => {
    expect(play().incidents.map(({ end }) => timeOf(end?.at ?? 0))).toEqual(['12:20']);
  });

  test('keeps its whole loss once all of it has left the window', () => {
    const [incident] = play().incidents;
    expect(incident?.accounts[0]?.facts.lost).toBe(80);
  });
});

describe.each([1, 2, 3, 4, 5])(
  'strays of one event in a thousand in every account (%i)',
  (seed) => {
    const play = () => {
      const chance = new Chance(seed);
      return playIncidents(
        100,
        (bucket) =>
          Object.fromEntries(
            Array.from({ length: 10 }, (_, index) => {
              const isBroken = index === 3 && bucket >= BROKEN_FROM && bucket < BROKEN_FROM + 6;
              const lost = isBroken ? 800 : chance.events(0.8);
              return [`account ${index}`, [lost, 800 - lost] as const];
            }),
          ),
        { thresholds: 'unmetered >= 500', repeatMinutes: 0 },
      );
    };

    test('name the broken account alone', () => {
      expect(play().incidents.map(({ accounts }) => accounts.map(({ name }) => name))).toEqual([
        ['account 3'],
      ]);
    });

    test('leave the onset where the loss began', () => {
      expect(play().incidents.map(({ onset }) => timeOf(onset))).toEqual(['12:00']);
    });

    test('hold the end up for half an hour at most', () => {
      const [opened, resolved, ...more] = play().told;
      expect([opened?.kind, resolved?.kind, more]).toEqual(['opened', 'resolved', []]);
      expect((resolved?.incident.end?.seenAt ?? 0) - (opened?.incident.onset ?? 0)).toBeLessThan(
        61 * 60_000,
      );
    });
  },
);

describe('a loss of 1% that is spread over a thousand accounts', () => {
  const play = (buckets = 50) => {
    const chance = new Chance(1);
    return playIncidents(buckets, (bucket) =>
      Object.fromEntries(
        Array.from({ length: 1000 }, (_, index) => {
          const isBroken = bucket >= BROKEN_FROM && bucket < BROKEN_FROM + 6;
          const lost = isBroken && chance.next() < 0.1 ? 1 : 0;
          return [`account ${index}`, [lost, 10 - lost] as const];
        }),
      ),
    );
  };

  test('is one incident without names, and ends half an hour after the loss', () => {
    expect(toldIn(play())).toEqual(['12:05 opened others', '12:45 resolved']);
  });
});

test('a loss that is seen before its accounts have names leaves no others behind', () => {
  const play = playIncidents(60, (bucket) => ({
    ...Object.fromEntries(
      ['a', 'b', 'c', 'd'].map((name) => [
        name,
        bucket >= BROKEN_FROM && bucket < BROKEN_FROM + 12 ? [3, 3] : [0, 6],
      ]),
    ),
    strays: [bucket === BROKEN_FROM + 1 ? 1 : 0, 100],
  }));
  expect(toldIn(play).slice(0, 2)).toEqual(['12:05 opened others', '12:35 changed a b c d']);
});

test('a loss that grows began with its first bucket', () => {
  const play = playIncidents(3, (bucket) => ({ acme: [5 + 4 * bucket, 10] }), {
    thresholds: 'unmetered >= 20',
  });
  expect(play.incidents.map(({ onset }) => timeOf(onset))).toEqual(['10:00']);
});

test('an incident that began and ended in one run is one message', () => {
  const play = playIncidents(24, (bucket) => ({ acme: bucket === 2 ? [20, 0] : [0, 20] }), {
    bucketsARun: 12,
  });
  expect(play.told.map(({ at, kind, reason }) => [at, kind, reason])).toEqual([
    ['11:00', 'resolved', 'It began and ended before anybody could be notified.'],
  ]);
});

test('an incident that ended and began again in one run goes on for people', () => {
  const isLost = (bucket: number) => (bucket >= 10 && bucket < 13) || bucket >= 22;
  const play = playIncidents(24, (bucket) => ({ acme: isLost(bucket) ? [20, 0] : [0, 20] }), {
    bucketsARun: 12,
  });
  expect(toldIn(play)).toEqual(['11:00 opened acme']);
});
