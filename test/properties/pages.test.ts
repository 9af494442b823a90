import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NEW_SIEVE, sift } from '../../functions/monitor/counting/listing/repeated-pages.ts';
import { TogaiError } from '../../functions/monitor/errors.ts';
import type { EventPage, UsageEvent } from '../../functions/monitor/events/event.ts';
import { BUCKET, countsOf, event, shuffled } from './any-events.ts';
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
