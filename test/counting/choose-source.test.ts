import { describe, expect, test } from 'vitest';
import { type ChoiceInput, chooseSource } from '../../functions/monitor/counting/choose-source.ts';
import type { ChosenSource } from '../../functions/monitor/events/counting-source.ts';
import { at, HOUR } from '../support/monitor.ts';

const LISTING: ChosenSource = { source: 'listing', busyRuns: 0 };
const METRICS: ChosenSource = { source: 'metrics', busyRuns: 0 };

function choose(fields: Partial<ChoiceInput>) {
  return chooseSource({
    counting: 'auto',
    before: LISTING,
    metricsProblem: undefined,
    isListProven: true,
    events: 40,
    at: at('10:05'),
    ...fields,
  });
}
const source = (fields: Partial<ChoiceInput>) => choose(fields).chosen.source;

/** The source of each of some runs, five minutes apart. @param events since the run before */
function sources(before: ChosenSource, ...events: (number | undefined)[]): string[] {
  let chosen = before;
  return events.map((each, index) => {
    const now = at('10:05') + (index * HOUR) / 12;
    chosen = choose({ before: chosen, events: each, at: now }).chosen;
    return chosen.source;
  });
}

describe('the setting', () => {
  test.each(['listing', 'metrics'] as const)('%s is followed in any situation', (counting) => {
    const metricsProblem = 'it answers 403';
    expect(source({ counting, metricsProblem, isListProven: false, events: 9_999 })).toBe(counting);
  });

  test('is the reason', () => {
    expect(choose({ counting: 'listing' }).reason).toBe('Counting is set to listing.');
  });
});

describe('with auto', () => {
  test('events are listed where Togai metrics cannot be used', () => {
    const metricsProblem = 'it answers 403';
    expect(choose({ metricsProblem, isListProven: false, before: METRICS })).toMatchObject({
      chosen: { source: 'listing' },
      reason: 'Togai metrics cannot be used: it answers 403.',
    });
  });

  test('Togai metrics count where nothing shows that the list holds late events', () => {
    expect(source({ isListProven: false, events: 0 })).toBe('metrics');
  });

  test('two pages are listed', () => {
    expect(source({ events: 100 })).toBe('listing');
  });

  test('events are listed in the first run if the list is proven', () => {
    expect(source({ before: undefined })).toBe('listing');
  });
});

describe('from listing to Togai metrics', () => {
  test('it takes two runs with more than two pages', () => {
    expect(sources(LISTING, 101, 101)).toEqual(['listing', 'metrics']);
  });

  test('the runs must follow each other', () => {
    expect(sources(LISTING, 101, 100, 101)).toEqual(['listing', 'listing', 'listing']);
  });

  test('it takes one run with more than twenty pages', () => {
    expect([source({ events: 1_000 }), source({ events: 1_001 })]).toEqual(['listing', 'metrics']);
  });

  test('a run that could not look changes nothing', () => {
    expect(sources(LISTING, 101, undefined, 101)).toEqual(['listing', 'listing', 'metrics']);
  });

  test('the time of the change is kept', () => {
    expect(choose({ events: 1_001 }).chosen.changedAt).toBe(at('10:05'));
  });
});

describe('from Togai metrics to listing', () => {
  const runs = (minutes: number, events: number | undefined) =>
    Array.from({ length: minutes / 5 }, () => events);

  test('it takes six hours under one page', () => {
    const all = sources(METRICS, ...runs(365, 50));
    expect([all.indexOf('listing'), all.length]).toEqual([72, 73]);
  });

  test('more than a page begins the six hours anew', () => {
    expect(sources(METRICS, ...runs(355, 50), 51, ...runs(355, 50))).not.toContain('listing');
  });

  test('two pages are too many to come back', () => {
    expect(sources(METRICS, ...runs(400, 100))).not.toContain('listing');
  });

  test('six hours in which nothing could be seen are not quiet', () => {
    expect(sources(METRICS, ...runs(400, undefined))).not.toContain('listing');
  });

  test('a run that could not look does not end the quiet', () => {
    expect(sources(METRICS, ...runs(180, 50), undefined, ...runs(185, 50)).at(-1)).toBe('listing');
  });

  test('the reason says since when it is quiet', () => {
    const before = { ...METRICS, quietSince: at('04:05') };
    expect(choose({ before }).reason).toBe(
      'Since 2026-11-18T04:05:00.000Z few enough events come to list them.',
    );
  });
});

describe('the time of the last change', () => {
  test('stays while the source does', () => {
    expect(choose({ before: { ...LISTING, changedAt: 7 } }).chosen.changedAt).toBe(7);
  });

  test('is unknown for the first source', () => {
    expect(choose({ before: undefined }).chosen.changedAt).toBeUndefined();
  });
});
