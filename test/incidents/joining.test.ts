import { describe, expect, test } from 'vitest';
import { type PlayedBucket, playIncidents, START, toldIn } from '../support/incident-play.ts';

const BUCKET = 5 * 60_000;

const MANY = Array.from({ length: 700 }, (_, index) => `account ${String(index).padStart(3, '0')}`);

/** Accounts that lose all of their ten events from a bucket on. */
const broken =
  (from: Readonly<Record<string, number>>) =>
  (bucket: number): PlayedBucket =>
    Object.fromEntries(
      Object.entries(from).map(([name, first]) => [name, bucket >= first ? [10, 0] : [0, 10]]),
    );

const fromFirst = (names: readonly string[], bucket: number) =>
  Object.fromEntries(names.map((name) => [name, bucket]));

const openOf = ({ incidents }: ReturnType<typeof playIncidents>) =>
  incidents.filter(({ end }) => !end);

describe('while one account is broken', () => {
  test('another one that breaks within 30 minutes joins', () => {
    const play = playIncidents(20, broken({ acme: 0, globex: 4 }));
    expect(toldIn(play)).toEqual(['10:05 opened acme', '10:35 changed acme globex']);
  });

  test('another one that breaks later opens an incident of its own', () => {
    const play = playIncidents(20, broken({ acme: 0, globex: 9 }));
    expect(toldIn(play)).toEqual(['10:05 opened acme', '10:50 opened globex']);
  });

  test('another one that loses too little for a rule opens nothing', () => {
    const play = playIncidents(30, (bucket) => ({
      acme: [10, 0],
      globex: bucket === 15 ? [6, 4] : [0, 10],
    }));
    expect(toldIn(play)).toEqual(['10:05 opened acme']);
  });

  test('several that are too much together open one incident with their names', () => {
    const play = playIncidents(20, (bucket) => ({
      acme: [10, 0],
      b: bucket === 15 ? [6, 4] : [0, 10],
      c: bucket === 15 ? [6, 4] : [0, 10],
    }));
    expect(toldIn(play)).toEqual(['10:05 opened acme', '11:20 opened b c', '11:35 resolved']);
  });

  test('a spread loss opens an incident of its own', () => {
    const spread = Object.fromEntries(MANY.slice(0, 100).map((name) => [name, [1, 99] as const]));
    const play = playIncidents(16, (bucket) => ({ acme: [10, 0], ...(bucket >= 12 && spread) }));
    expect(toldIn(play)).toEqual(['10:05 opened acme', '11:05 opened others']);
  });

  test('a chronic account hides nobody', () => {
    const play = playIncidents(320, broken({ test: 0, acme: 300 }), { repeatMinutes: 0 });
    expect(toldIn(play)).toEqual(['10:05 opened test', '11:05 opened acme']);
  });
});

describe('many accounts', () => {
  test('25 that break at once are one incident', () => {
    const play = playIncidents(20, broken(fromFirst(MANY.slice(0, 25), 6)));
    expect(play.told.map(({ kind }) => kind)).toEqual(['opened']);
    expect(openOf(play).map(({ accounts }) => accounts.length)).toEqual([25]);
  });

  test('the 51st account is named as the first is', () => {
    const names = fromFirst(MANY.slice(0, 50), 6);
    const play = playIncidents(20, broken({ ...names, acme: 9 }));
    expect(openOf(play)[0]?.accounts.map(({ name }) => name)).toContain('acme');
    expect(play.told.map(({ kind }) => kind)).toEqual(['opened', 'changed']);
  });

  test('of 600 that break at once 500 are named, and the rest is one sum', () => {
    const play = playIncidents(12, broken(fromFirst(MANY.slice(0, 600), 6)));
    expect(openOf(play).map(({ accounts }) => accounts.length)).toEqual([500]);
    expect(openOf(play)[0]?.others).toBeDefined();
    expect(play.told.map(({ kind }) => kind)).toEqual(['opened']);
  });

  test('those with the greatest loss are named', () => {
    const names = MANY.slice(0, 600);
    const play = playIncidents(3, () =>
      Object.fromEntries(names.map((name, index) => [name, [10 + index, 0] as const])),
    );
    const named = openOf(play)[0]?.accounts.map(({ name }) => name);
    expect(named?.toSorted()).toEqual(names.slice(100));
  });

  test('beside 500 names one more account that breaks soon is among the others', () => {
    const names = fromFirst(MANY.slice(0, 500), 6);
    const play = playIncidents(14, broken({ ...names, acme: 9 }));
    expect(openOf(play).map(({ others }) => others !== undefined)).toEqual([true]);
    expect(play.told.map(({ kind }) => kind)).toEqual(['opened']);
  });

  test('beside 500 names one more account that breaks late opens its own', () => {
    const names = fromFirst(MANY.slice(0, 500), 0);
    const play = playIncidents(14, broken({ ...names, acme: 12 }));
    expect(toldIn(play).at(-1)).toBe('11:05 opened acme');
  });

  test('a sixth cause joins the newest of five incidents', () => {
    const names = Object.fromEntries(MANY.slice(0, 7).map((name, index) => [name, 8 * index]));
    const play = playIncidents(70, broken(names), { repeatMinutes: 0 });
    expect(openOf(play).map(({ accounts }) => accounts.length)).toEqual([1, 1, 1, 1, 3]);
  });
});

describe('an account that was mended', () => {
  const again = (bucket: number) =>
    playIncidents(bucket + 10, (now) => ({
      acme: now < 3 || now >= bucket ? [10, 0] : [0, 10],
      globex: [0, 10],
    }));

  test('and breaks again within six hours has the same incident', () => {
    const play = again(60);
    expect(toldIn(play)).toEqual(['10:05 opened acme', '10:30 resolved', '15:05 opened acme']);
    expect(play.incidents.map(({ reopened }) => reopened)).toEqual([1]);
  });

  test('and breaks again after six hours has another incident', () => {
    expect(again(90).incidents.map(({ reopened }) => reopened)).toEqual([0, 0]);
  });

  test('and breaks again while its incident goes on joins it again', () => {
    const play = playIncidents(30, (bucket) => ({
      acme: bucket < 3 || bucket >= 20 ? [10, 0] : [0, 10],
      globex: [10, 0],
    }));
    expect(toldIn(play)).toEqual([
      '10:05 opened acme globex',
      '10:35 changed globex',
      '11:45 changed acme globex',
    ]);
  });

  test('and breaks again in a piece that began before the window has the events of all of it', () => {
    const [first, last] = [20, 34];
    const play = playIncidents(
      60,
      (bucket) => ({ acme: bucket < 3 ? [10, 0] : bucket === last ? [45, 10] : [0, 10] }),
      {
        piece: (piece, bucket) => {
          if (bucket === last) return { ...piece, start: START + first * BUCKET };
          return bucket < first || bucket > last ? piece : undefined;
        },
      },
    );
    expect(toldIn(play)).toContain('12:55 opened acme');
    expect(play.incidents.map(({ accounts }) => accounts[0]?.facts.lost)).toEqual([75]);
  });

  test('is as grave as it is now when it begins again', () => {
    const play = playIncidents(
      36,
      (bucket) => ({ acme: [bucket < 3 ? 100 : bucket >= 30 ? 10 : 0, 10] }),
      { thresholds: 'unmetered >= 10, unmetered >= 90 critical' },
    );
    expect(play.told.map(({ kind, incident }) => [kind, incident.severity])).toEqual([
      ['opened', 'critical'],
      ['resolved', 'critical'],
      ['opened', 'warning'],
    ]);
  });
});

describe('an account that is mended, and loses events again with the account of a newer incident', () => {
  const isOf = (bucket: number, from: number, to: number) => bucket >= from && bucket < to;
  const lostIn = (globexAgain: (bucket: number) => boolean) =>
    playIncidents(130, (bucket) => ({
      acme: isOf(bucket, 24, 90) ? [20, 0] : [0, 20],
      globex:
        isOf(bucket, 24, 28) || isOf(bucket, 62, 70) || globexAgain(bucket) ? [20, 0] : [0, 20],
      initech: isOf(bucket, 60, 70) ? [20, 0] : [0, 20],
    })).incidents.map(({ accounts }) => accounts.map(({ name, facts }) => `${name} ${facts.lost}`));

  test('has the new events in the newer incident alone', () => {
    expect(lostIn(() => false)).toEqual([
      ['acme 1320', 'globex 80'],
      ['initech 200', 'globex 160'],
    ]);
  });

  test('has only the events after that in the first one, if it comes back to it', () => {
    expect(lostIn((bucket) => isOf(bucket, 76, 81))).toEqual([
      ['acme 1320', 'globex 180'],
      ['initech 200', 'globex 160'],
    ]);
  });
});

test('an incident that begins again loses no event of the bucket that leaves the window then', () => {
  const isLost = (bucket: number) => bucket < 10 || (bucket >= 17 && bucket < 19);
  const play = playIncidents(50, (bucket) => ({
    acme: isLost(bucket) ? [10, 0] : [0, 10],
    globex: [0, 100],
  }));
  expect(play.incidents.map(({ reopened }) => reopened)).toEqual([1]);
  expect(play.incidents[0]?.accounts[0]?.facts.lost).toBe(120);
});
