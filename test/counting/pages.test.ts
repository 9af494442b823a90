import { describe, expect, test } from 'vitest';
import { newestToCome } from '../../functions/monitor/counting/listing/list-order.ts';
import {
  NEW_SIEVE,
  type Sieve,
  sift,
} from '../../functions/monitor/counting/listing/repeated-pages.ts';
import { timeFilter } from '../../functions/monitor/counting/listing/time-filter.ts';
import type { EventPage } from '../../functions/monitor/events/event.ts';
import { eventPage, usageEvent } from '../support/events.ts';

const ASKED = { start: Date.UTC(2026, 10, 18, 12) - 1, end: Date.UTC(2026, 10, 18, 12, 5) };
const at = (text: string) => Date.parse(`2026-11-18T${text}Z`);

function siftAll(pages: readonly EventPage[]): {
  sieve: Sieve;
  kept: (string | undefined)[];
} {
  let sieve = NEW_SIEVE;
  const kept: (string | undefined)[] = [];
  for (const page of pages) {
    const sifted = sift(sieve, page, ASKED);
    sieve = sifted.sieve;
    kept.push(...sifted.page.events.map(({ identity }) => identity));
  }
  return { sieve, kept };
}

const named = (...names: readonly string[]) =>
  names.map((referenceId) => usageEvent({ referenceId }));

describe('an event seen twice counts once', () => {
  test('if pages overlap', () => {
    const { kept } = siftAll([eventPage(named('a', 'b'), '1'), eventPage(named('b', 'c'))]);
    expect(kept).toEqual(['a', 'b', 'c']);
  });

  test('within a page', () => {
    expect(siftAll([eventPage(named('a', 'a'))]).kept).toEqual(['a']);
  });

  test('across an empty page', () => {
    const pages = [eventPage(named('a'), '1'), eventPage([], '2'), eventPage(named('a', 'b'))];
    expect(siftAll(pages).kept).toEqual(['a', 'b']);
  });

  test('but two events without any id count as two', () => {
    const nameless = usageEvent({ identity: undefined });
    expect(siftAll([eventPage([nameless, nameless])]).kept).toHaveLength(2);
  });
});

describe('pages without end are an error', () => {
  test('a nextToken that repeats at once', () => {
    const pages = [eventPage(named('a'), 'x'), eventPage(named('b'), 'x')];
    expect(() => siftAll(pages)).toThrow(/gave a nextToken again/);
  });

  test.each([2, 3, 7, 50])('tokens that run in a circle of %s', (length) => {
    const pages = Array.from({ length: 4 * length + 8 }, (_, index) =>
      eventPage([usageEvent()], `token-${index % length}`),
    );
    expect(() => siftAll(pages)).toThrow(/gave a nextToken again/);
  });

  test('pages that run in a circle under tokens that are always new', () => {
    const circle = [named('a', 'b'), named('c', 'd'), named('e', 'f')];
    const pages = Array.from({ length: 30 }, (_, index) =>
      eventPage(circle[index % 3] ?? [], `token-${index}`),
    );
    expect(() => siftAll(pages)).toThrow(/gave a page again that had been there before/);
  });

  test('pages that run in a circle, some of them empty', () => {
    const circle = [[], named('a'), named('b'), []];
    const pages = Array.from({ length: 80 }, (_, index) =>
      eventPage(circle[index % 4] ?? [], `token-${index}`),
    );
    expect(() => siftAll(pages)).toThrow(/gave a page again that had been there before/);
  });

  test('a page that repeats the page before it', () => {
    const pages = [eventPage(named('a', 'b'), '1'), eventPage(named('b', 'a'), '2')];
    expect(() => siftAll(pages)).toThrow(/repeats the one before/);
  });

  test('but not a last page that repeats the page before it', () => {
    const pages = [eventPage(named('a', 'b'), '1'), eventPage(named('b'))];
    expect(siftAll(pages).kept).toEqual(['a', 'b']);
  });

  test('empty pages with tokens, a hundred and one', () => {
    const empty = (count: number) =>
      Array.from({ length: count }, (_, index) => eventPage([], `token-${index}`));
    expect(() => siftAll(empty(100))).not.toThrow();
    expect(() => siftAll(empty(101))).toThrow(/101 empty pages in a row/);
  });
});

describe('the time filter that pages prove', () => {
  const inside = { createdAt: at('12:02:00.5'), timestamp: at('12:01:59.5') };
  test.each([
    ['nothing yet', [], 'createdAt'],
    ['inside by both', [inside], 'createdAt'],
    [
      'inside by createdAt alone',
      [{ createdAt: at('12:00:00.5'), timestamp: at('11:59:59.5') }],
      'createdAt',
    ],
    [
      'inside by timestamp alone',
      [{ createdAt: at('12:05:00.5'), timestamp: at('12:04:59.5') }],
      'timestamp',
    ],
    ['outside by both', [{ createdAt: at('12:10:00.5'), timestamp: at('12:09:59.5') }], 'none'],
    [
      'one alone and the other alone',
      [
        { createdAt: at('12:05:00.5'), timestamp: at('12:04:59.5') },
        { createdAt: at('12:00:00.5'), timestamp: at('11:59:59.5') },
      ],
      'none',
    ],
    [
      'exactly at an inclusive end',
      [{ createdAt: at('12:05:00'), timestamp: at('12:04:59.5') }],
      'createdAt',
    ],
    [
      'a second before the start, maybe cut to the second',
      [{ createdAt: at('11:59:59'), timestamp: at('11:59:59') }],
      'createdAt',
    ],
    [
      'up to a second early, as from a server that takes bounds by the second',
      [{ createdAt: at('11:59:59.2'), timestamp: at('11:59:59.1') }],
      'createdAt',
    ],
    [
      'three seconds before the start',
      [{ createdAt: at('11:59:57'), timestamp: at('11:59:57') }],
      'none',
    ],
    ['no readable timestamp', [{ createdAt: at('12:10:00.5'), timestamp: undefined }], 'createdAt'],
  ] as const)('%s: %s', (_, times, expected) => {
    const events = times.map((fields) => usageEvent({ ...inside, ...fields }));
    expect(timeFilter(siftAll([eventPage(events)]).sieve.evidence, 'createdAt')).toBe(expected);
  });
});

describe('pages that come newest first', () => {
  const page = (...times: string[]) =>
    eventPage(
      times.map((time) => usageEvent({ createdAt: at(time) })),
      times.join(),
    );
  const newest = (pages: EventPage[]) => newestToCome(siftAll(pages).sieve);

  test('are followed by no event that is a minute newer than their oldest one', () => {
    expect(newest([page('12:04', '12:03'), page('12:02', '12:01')])).toBe(at('12:02'));
  });

  test('prove nothing while all events lie within a minute', () => {
    expect(newest([page('12:04:30', '12:04:00')])).toBe(Number.POSITIVE_INFINITY);
  });

  test('may list neighbours a little out of order', () => {
    expect(newest([page('12:03', '12:01'), page('12:01:20', '12:01:10')])).toBe(at('12:02'));
  });

  test.each([
    ['oldest first', [page('12:01', '12:04')]],
    ['oldest first, across pages', [page('12:01'), page('12:03')]],
    ['in no order, within a page', [page('12:03', '12:01', '12:04', '12:00')]],
    ['back and forth', [page('12:04', '12:01'), page('12:03')]],
  ])('are not mistaken for pages that come %s', (_, pages) => {
    expect(newest(pages)).toBeUndefined();
  });
});
