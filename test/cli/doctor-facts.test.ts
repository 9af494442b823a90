import { describe, expect, test } from 'vitest';
import type { Answers } from '../../cli/doctor/answers.ts';
import { partOf } from '../../cli/doctor/choose-compared-range.ts';
import { listingFacts } from '../../cli/doctor/listing-facts.ts';
import { diagnose } from '../../cli/doctor/report.ts';
import type { UsageEvent } from '../../functions/monitor/events/event.ts';
import { NOW } from '../support/cli.ts';
import { eventPage, usageEvent } from '../support/events.ts';

const MINUTE = 60_000;
const RANGE = { start: NOW - 65 * MINUTE, end: NOW - 60 * MINUTE };

/** An event that arrived some minutes before NOW, and happened `lag` minutes before that. */
const ago = (minutes: number, lag = 0) => {
  const createdAt = NOW - minutes * MINUTE + 1;
  return usageEvent({ createdAt, timestamp: createdAt - lag * MINUTE });
};

function answersOf(listed: readonly UsageEvent[], narrow: readonly UsageEvent[] = []): Answers {
  return {
    aheadMs: 0,
    now: NOW,
    list: { answer: eventPage(listed) },
    narrow: [{ range: RANGE, page: { answer: eventPage(narrow) } }],
    witness: undefined,
    hour: { start: NOW - 120 * MINUTE, end: NOW - 60 * MINUTE },
    metrics: undefined,
    halves: undefined,
    comparison: undefined,
    requests: 2,
  };
}

const NEWEST_FIRST = [1, 3, 5, 7, 9].map((minutes) => ago(minutes));

describe('a range is', () => {
  test.each([
    ['ignored if an event far outside of it comes', [ago(1)], 'none'],
    [
      'by createdAt if an event comes that arrived in it and happened before',
      [ago(62, 30)],
      'createdAt',
    ],
    [
      'by timestamp if an event comes that happened in it and arrived later',
      [ago(2, 60)],
      'timestamp',
    ],
    ['ignored if events of both kinds come', [ago(62, 30), ago(2, 60)], 'none'],
    ['honoured by either time if both are inside', [ago(62)], 'either'],
    ['honoured by either time if it is empty, and all events are not', [], 'either'],
  ])('%s', (_, narrow, filter) => {
    expect(listingFacts(answersOf(NEWEST_FIRST, narrow)).filter).toBe(filter);
  });

  test('unknown if there is no event at all', () => {
    expect(listingFacts(answersOf([])).filter).toBe('unknown');
  });

  test.each([
    ['createdAt if an event whose times differ is listed there', true, 'createdAt'],
    ['timestamp if it is not', false, 'timestamp'],
    ['either if it cannot be found among too many', undefined, 'either'],
  ])('by %s', (_, isListed, filter) => {
    const answers = answersOf(NEWEST_FIRST, [ago(62)]);
    const event = ago(30, 10);
    expect(listingFacts({ ...answers, witness: { event, isListed } }).filter).toBe(filter);
  });
});

test('a time field that no event shows is not to be told apart', () => {
  const metrics = { answer: { events: 0, groupings: new Map(), groups: new Map() } };
  const answers = { ...answersOf(NEWEST_FIRST, [ago(62)]), metrics };
  expect(diagnose(answers).findings).toContainEqual({
    id: 'time-field',
    state: 'unknown',
    text: expect.stringContaining('not to be told apart here'),
  });
});

describe('the order of a list is', () => {
  test.each([
    ['newest first by either time if both agree', NEWEST_FIRST, 'newest first', 'either'],
    ['oldest first if it is turned round', NEWEST_FIRST.toReversed(), 'oldest first', 'either'],
    [
      'by createdAt if only that is in order',
      [ago(1), ago(3, 60), ago(5), ago(7), ago(9)],
      'newest first',
      'createdAt',
    ],
    [
      'by timestamp if only that is in order',
      [ago(1), ago(0.5, 3), ago(5), ago(7), ago(9)],
      'newest first',
      'timestamp',
    ],
    [
      'by createdAt though two events that came side by side are swapped',
      [ago(1), ago(3), ago(2.9), ago(7), ago(9)],
      'newest first',
      'createdAt',
    ],
    ['none if it jumps', [ago(1), ago(9), ago(3), ago(20), ago(2)], 'none', 'createdAt'],
    ['unknown if there are few events', [ago(1), ago(3)], 'unknown', 'either'],
  ])('%s', (_, events, direction, field) => {
    expect(listingFacts(answersOf(events)).order).toEqual({ direction, field });
  });
});

test('a first page that both times explain is no promise of the whole list', () => {
  const metrics = { answer: { events: 0, groupings: new Map(), groups: new Map() } };
  const { findings } = diagnose({ ...answersOf(NEWEST_FIRST), metrics });
  const order = findings.find(({ id }) => id === 'list-order');
  expect(order?.text).toMatch(/^The first page is newest first by createdAt and by timestamp/);
});

test('a list that ignores the range and has an unknown order is not called countable', () => {
  expect(listingFacts(answersOf([ago(1)], [ago(1)])).counts).toBe('unknown');
});

describe('the part of a busy hour that is compared', () => {
  const hourOf = (events: number, halves: readonly [number, number]) => ({
    ...answersOf(NEWEST_FIRST),
    metrics: { answer: { events, groupings: new Map(), groups: new Map() } },
    halves: { answer: halves },
  });

  test.each([
    ['ends with the hour and holds a few pages', 1_200, [600, 600] as const, 10],
    ['is five minutes at least', 3_600, [1_800, 1_800] as const, 5],
  ])('%s', (_, events, halves, minutes) => {
    const end = NOW - 60 * MINUTE;
    expect(partOf(hourOf(events, halves))).toEqual({ start: end - minutes * MINUTE, end });
  });

  test.each([
    ['five minutes hold too many', 12_000, [6_000, 6_000] as const],
    ['a part of an hour is widened', 1_200, [1_200, 1_200] as const],
  ])('is left out if %s', (_, events, halves) => {
    expect(partOf(hourOf(events, halves))).toBeUndefined();
  });
});
