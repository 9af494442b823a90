import { describe, expect, test } from 'vitest';
import { type Played, type PlayedBucket, playIncidents, START } from '../support/incident-play.ts';
import { once } from '../support/once.ts';
import { Chance } from './chance.ts';

const DAY = 288;
const SEEDS = Array.from({ length: 10 }, (_, index) => index);
const NAMES = Array.from({ length: 5 }, (_, index) => `account ${index}`);

const countOf = ({ told }: Played, kind: string) => told.filter((one) => one.kind === kind).length;

describe('a leak of twelve events an hour', () => {
  test('of one account has no false end in two days, ten times', () => {
    const ends = SEEDS.map((seed) => {
      const chance = new Chance(seed);
      const play = playIncidents(2 * DAY, () => {
        const lost = chance.events(1);
        return { acme: [lost, 100 - lost], globex: [0, 300] };
      });
      return countOf(play, 'resolved');
    });
    expect(Math.max(...ends)).toBeLessThan(1);
  });

  test('over many accounts has no false end in two days, ten times', () => {
    const ends = SEEDS.map((seed) => {
      const chance = new Chance(seed);
      const play = playIncidents(2 * DAY, () => {
        const bucket: Record<string, [number, number]> = {};
        for (const name of NAMES) bucket[name] = [0, 100];
        for (let left = chance.events(1); left > 0; left--) {
          bucket[NAMES[chance.between(0, 4)] ?? ''] = [1, 99];
        }
        return bucket;
      });
      return countOf(play, 'resolved');
    });
    expect(Math.max(...ends)).toBeLessThan(1);
  });
});

describe('a batch every two hours, all lost', () => {
  const batch = (rest: PlayedBucket) => (bucket: number) =>
    bucket % 24 === 0 ? { acme: [30, 0] as const, globex: [0, 100] as const } : rest;

  test('opens once where the account sends nothing else', () => {
    const play = playIncidents(3 * DAY, batch({ globex: [0, 100] }));
    expect(countOf(play, 'opened')).toBe(1);
  });

  test('opens at most twice a day where the account sends other events meanwhile', () => {
    const play = playIncidents(3 * DAY, batch({ acme: [0, 30], globex: [0, 100] }));
    expect(countOf(play, 'opened')).toBeLessThanOrEqual(6);
  });
});

describe.each(SEEDS)('a leak that comes and goes every 5 minutes to 5 hours (%i)', (seed) => {
  const LAST = 2 * DAY;
  const play = once(() => {
    const chance = new Chance(seed + 100);
    const isLeaking: boolean[] = [];
    while (isLeaking.length < LAST) {
      const next = !isLeaking.at(-1);
      for (let left = chance.between(1, 60); left > 0; left--) isLeaking.push(next);
    }
    isLeaking[LAST - 1] = true;
    return playIncidents(LAST + DAY, (bucket) => ({
      acme: bucket < LAST && isLeaking[bucket] ? [10, 10] : [0, 20],
      globex: [0, 100],
    }));
  });

  test('opens at most five times in two days', () => {
    expect(countOf(play(), 'opened')).toBeLessThanOrEqual(5);
  });

  test('is over within seven hours once it is', () => {
    const { incidents } = play();
    const end = incidents.at(-1)?.end;
    expect(end?.kind).toBe('resolved');
    expect((end?.seenAt ?? 0) - (START + LAST * 300_000)).toBeLessThanOrEqual(7 * 3_600_000);
  });
});
