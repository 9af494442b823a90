import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { holdsAlways } from '../properties/cases.ts';
import {
  type IncidentPlayOptions,
  type Played,
  type PlayedBucket,
  playIncidents,
} from '../support/incident-play.ts';

const NAMES = ['acme', 'globex', 'initech', 'umbrella'];
const BUCKETS = 48;
const RULES = [
  'unmetered >= 10',
  'unmetered >= 20, unmetered >= 60 critical',
  'unmetered >= 10 for 15m',
  'unmetered >= 10%, unmetered by account >= 50% critical',
  'unmetered >= 20, total < 20, unmetered by account >= 40%',
];

/** Each account is broken for some stretches; in between it loses a stray now and then. */
const anyAccount = fc.record({
  metered: fc.constantFrom(0, 1, 10, 100),
  stretches: fc.array(fc.tuple(fc.nat(BUCKETS), fc.integer({ min: 1, max: 20 })), { maxLength: 3 }),
  lost: fc.constantFrom(1, 3, 10, 40),
  strays: fc.array(fc.nat(BUCKETS), { maxLength: 3 }),
  pauses: fc.array(fc.nat(BUCKETS), { maxLength: 6 }),
});

const anyWorld = fc.record({
  accounts: fc.array(anyAccount, { minLength: 1, maxLength: NAMES.length }),
  thresholds: fc.constantFrom(...RULES),
  windowMinutes: fc.constantFrom(5, 15, 60, 240),
  missing: fc.array(fc.nat(BUCKETS), { maxLength: 3 }),
});

type World = typeof anyWorld extends fc.Arbitrary<infer W> ? W : never;

function play(world: World, options: IncidentPlayOptions = {}): Played {
  const bucketAt = (bucket: number): PlayedBucket =>
    Object.fromEntries(
      world.accounts.flatMap(({ metered, stretches, lost, strays, pauses }, index) => {
        if (pauses.includes(bucket)) return [];
        const isBroken = stretches.some(
          ([first, length]) => bucket >= first && bucket < first + length,
        );
        const events = isBroken ? lost : strays.includes(bucket) ? 1 : 0;
        return [[NAMES[index] ?? '', [events, isBroken ? 0 : metered]] as const];
      }),
    );
  const { thresholds, windowMinutes } = world;
  return playIncidents(BUCKETS, bucketAt, {
    thresholds,
    windowMinutes,
    piece: (one, bucket) => (world.missing.includes(bucket) ? undefined : one),
    ...options,
  });
}

/** Without the facts that only messages use. */
const withoutMessages = ({ incidents, alerts }: Played) => ({
  alerts,
  incidents: incidents.map((incident) => ({
    ...incident,
    accounts: incident.accounts.map((account) => ({ ...account, joinedAt: 0 })),
    reopened: 0,
    notified: {},
  })),
});

describe('any traffic', () => {
  test('gives the same incidents when each end is evaluated three times', () =>
    holdsAlways(
      fc.property(anyWorld, (world) => {
        expect(withoutMessages(play(world, { times: 3 }))).toEqual(withoutMessages(play(world)));
      }),
      2,
    ));

  test.each([3, 12, 48])('gives the same incidents when %i ends are evaluated in one run', (ends) =>
    holdsAlways(
      fc.property(anyWorld, (world) => {
        const complete = { ...world, missing: [] };
        const many = play(complete, { bucketsARun: ends, isFirstRun: false });
        const one = play(complete, { isFirstRun: false });
        expect(withoutMessages(many)).toEqual(withoutMessages(one));
      }),
      2,
    ),
  );

  test('has an opening, then changes, then an end in the messages of each incident', () =>
    holdsAlways(
      fc.property(anyWorld, (world) => {
        const { told } = play(world, { repeatMinutes: 60 });
        for (const messages of Map.groupBy(told, ({ incident }) => incident.id).values()) {
          let isOpen = false;
          for (const { kind } of messages) {
            expect(isOpen).toBe(kind !== 'opened' && (isOpen || kind !== 'resolved'));
            isOpen = kind !== 'resolved' && kind !== 'closed';
          }
        }
      }),
    ));

  test('has no account in two open incidents', () =>
    holdsAlways(
      fc.property(anyWorld, (world) => {
        const owned = play(world).incidents.flatMap(({ end, accounts }) =>
          end ? [] : accounts.flatMap(({ name, endedAt }) => (endedAt === undefined ? name : [])),
        );
        expect(owned).toEqual([...new Set(owned)]);
      }),
    ));

  test('is notified later where nothing could be delivered', () =>
    holdsAlways(
      fc.property(anyWorld, fc.nat(BUCKETS - 1), (world, from) => {
        const complete = { ...world, missing: [] };
        const { told, incidents } = play(complete, { isDelivered: (run) => run >= from });
        const heard = new Set(told.map(({ incident }) => incident.id));
        const unheard = incidents.filter(({ id, end }) => !heard.has(id) && end?.kind !== 'closed');
        expect(unheard).toEqual([]);
      }),
    ));
});
