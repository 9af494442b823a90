import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NEW_SIEVE, sift } from '../../functions/monitor/counting/listing/repeated-pages.ts';
import { createSlicedCounter } from '../../functions/monitor/counting/listing/sliced-counts.ts';
import { sliced } from '../../functions/monitor/counting/listing/slices.ts';
import { TogaiError } from '../../functions/monitor/errors.ts';
import type { EventPage, UsageEvent } from '../../functions/monitor/events/event.ts';
import { BUCKET, countsOf, event, IGNORED, shuffled } from './any-events.ts';
import { holdsAlways } from './cases.ts';

describe('pages', () => {
  const named = fc
    .uniqueArray(event, { maxLength: 30, selector: ({ referenceId }) => referenceId })
    .map((list) => list.filter(({ identity }) => identity !== undefined));
  const dealt = fc.record({
    list: named.chain(shuffled),
    sizes: fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 30, maxLength: 30 }),
    again: fc.array(fc.array(fc.nat(20), { maxLength: 6 }), { minLength: 30, maxLength: 30 }),
    emptyAfter: fc.array(fc.boolean(), { minLength: 30, maxLength: 30 }),
  });

  /** Pages of all events. Some events come again, in the same page or in the next one. */
  function pagesOf({
    list,
    sizes,
    again,
    emptyAfter,
  }: typeof dealt extends fc.Arbitrary<infer D> ? D : never) {
    const pages: UsageEvent[][] = [];
    let previous: UsageEvent[] = [];
    for (let next = 0, page = 0; next < list.length; page++) {
      const fresh = list.slice(next, next + (sizes[page] ?? 1));
      next += fresh.length;
      const known = [...previous, ...fresh];
      const repeated = (again[page] ?? []).flatMap((at) => known[at % known.length] ?? []);
      previous = [...repeated, ...fresh];
      pages.push(previous);
      if (emptyAfter[page]) pages.push([]);
    }
    return pages.map(
      (page, index): EventPage => ({
        events: page,
        malformed: [],
        nextToken: index < pages.length - 1 ? `token-${index}` : undefined,
      }),
    );
  }

  test('that repeat their own events and those of the page before count each event once', () =>
    holdsAlways(
      fc.property(dealt, (deal) => {
        let sieve = NEW_SIEVE;
        const kept: UsageEvent[] = [];
        for (const page of pagesOf(deal)) {
          const sifted = sift(sieve, page, BUCKET);
          sieve = sifted.sieve;
          kept.push(...sifted.page.events);
        }
        expect(countsOf(kept)).toEqual(countsOf(deal.list));
      }),
    ));

  test('that run in a circle are an error, after any pages and with any tokens', () => {
    const page = fc.array(fc.nat(30), { maxLength: 4 });
    const running = fc.record({
      before: fc.array(page, { maxLength: 6 }),
      circle: fc
        .array(page, { minLength: 1, maxLength: 8 })
        .filter((pages) => pages.some(({ length }) => length > 0)),
      tokensRepeat: fc.boolean(),
    });
    return holdsAlways(
      fc.property(running, ({ before, circle, tokensRepeat }) => {
        const goOn = () => {
          let sieve = NEW_SIEVE;
          for (let index = 0; index < 20 * (before.length + circle.length); index++) {
            const at = index < before.length ? index : (index - before.length) % circle.length;
            const numbers = (index < before.length ? before : circle)[at] ?? [];
            const listed = numbers.map((number) => ({
              ...NAMELESS,
              identity: `event-${number}`,
            }));
            const nextToken =
              index >= before.length && tokensRepeat ? `circle-${at}` : `token-${index}`;
            sieve = sift(sieve, { events: listed, malformed: [], nextToken }, BUCKET).sieve;
          }
        };
        expect(goOn).toThrow(TogaiError);
      }),
    );
  });
});

const NAMELESS: UsageEvent = {
  identity: undefined,
  referenceId: undefined,
  id: undefined,
  createdAt: BUCKET.start,
  timestamp: BUCKET.start,
  status: 'REVERTED',
  statusDescription: undefined,
  accountId: '',
  schemaName: '',
};

describe('a bucket in slices', () => {
  const EDGE_MS = 2_000;
  const times = fc.oneof(
    fc.integer({ min: BUCKET.start, max: BUCKET.end - 1 }),
    // Many are near the edges of slices.
    fc
      .tuple(fc.nat(59), fc.integer({ min: -2_100, max: 2_100 }))
      .map(([mark, offset]) => BUCKET.start + mark * 5_000 + offset)
      .filter((time) => time >= BUCKET.start && time < BUCKET.end),
  );
  const sent = fc
    .tuple(event, times, fc.uuid(), fc.nat())
    .map(([one, time, identity, choice]) => ({ one: { ...one, identity }, time, choice }));
  const answers = fc.record({
    pieces: fc.integer({ min: 2, max: 200 }),
    list: fc.uniqueArray(sent, { maxLength: 20, selector: ({ one }) => one.identity }),
    order: fc.infiniteStream(fc.nat()).map((stream) => [...stream.take(100)]),
  });

  test('counts each event once, even if several slices near its time list it', () =>
    holdsAlways(
      fc.property(answers, ({ pieces, list, order }) => {
        const slices = sliced(BUCKET, pieces);
        const brought = list.flatMap(({ one, time, choice }) => {
          const near = slices.filter(
            ({ start, end }) => time >= start - EDGE_MS && time < end + EDGE_MS,
          );
          // At least one of them lists it. Any of the others may list it too.
          const first = choice % near.length;
          const some = near.filter((_, index) => index === first || (choice >> index) % 2 === 1);
          return some.map((slice) => ({ slice, time, one }));
        });
        const counter = createSlicedCounter(BUCKET, IGNORED);
        const ranked = brought.map((entry, index) => ({ entry, rank: order[index] ?? index }));
        ranked.sort((a, b) => a.rank - b.rank);
        for (const { entry } of ranked) counter.add(entry.slice, entry.time, entry.one);
        expect(counter.finish()).toEqual(countsOf(list.map(({ one }) => one)));
      }),
      3,
    ));
});
