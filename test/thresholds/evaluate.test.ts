import { describe, expect, test } from 'vitest';
import { countsOf, evaluated } from '../support/evaluated-counts.ts';

describe('a count', () => {
  test.each([
    ['at the limit, >=', 'unmetered >= 10', { unmetered: 10 }, 'breached'],
    ['below the limit, >=', 'unmetered >= 10', { unmetered: 9 }, 'ok'],
    ['at the limit, >', 'unmetered > 10', { unmetered: 10 }, 'ok'],
    ['above the limit, >', 'unmetered > 10', { unmetered: 11 }, 'breached'],
    ['at the limit, <=', 'metered <= 10', { metered: 10 }, 'breached'],
    ['at the limit, <', 'metered < 10', { metered: 10 }, 'ok'],
    ['no events at all', 'total < 1', {}, 'breached'],
    ['duplicates are not failed', 'failed >= 1', { duplicate: 5 }, 'ok'],
    ['an unknown status', 'unknown >= 1', { INGESTION_PAUSED: 1 }, 'breached'],
    [
      'a pattern',
      'INGESTION_FAILED_* >= 2',
      { INGESTION_FAILED_A: 1, INGESTION_FAILED_B: 1 },
      'breached',
    ],
  ])('%s', (_, rule, events, state) => {
    expect(evaluated(rule, countsOf(events)).state).toBe(state);
  });
});

describe('a share', () => {
  test.each([
    ['at the limit', 'unmetered >= 5%', { unmetered: 5, metered: 95 }, 'breached', 5],
    ['below the limit', 'unmetered >= 5%', { unmetered: 4, metered: 96 }, 'ok', 4],
    [
      'is of settled events, not of all',
      'unmetered >= 5%',
      { unmetered: 5, metered: 95, reverted: 50 },
      'breached',
      5,
    ],
    [
      'in progress is of all events',
      'in_progress >= 25%',
      { in_progress: 30, metered: 70 },
      'breached',
      30,
    ],
    [
      'in progress when nothing is settled',
      'in_progress >= 25%',
      { in_progress: 30 },
      'breached',
      100,
    ],
    [
      'of too few events',
      'unmetered >= 5%',
      { unmetered: 10, metered: 9 },
      'insufficient',
      (100 * 10) / 19,
    ],
    ['of just enough events', 'unmetered >= 5%', { unmetered: 10, metered: 10 }, 'breached', 50],
    ['of no events', 'unmetered >= 5%', {}, 'insufficient', 0],
  ])('%s', (_, rule, events, state, value) => {
    expect(evaluated(rule, countsOf(events))).toMatchObject({ state, value });
  });
});

describe('over a window that is not whole', () => {
  test.each([
    ['a breached >= stands', 'unmetered >= 10', { unmetered: 10 }, 'breached'],
    ['a >= below its limit is insufficient', 'unmetered >= 10', { unmetered: 9 }, 'insufficient'],
    ['a breached < is insufficient', 'total < 1', {}, 'insufficient'],
    [
      'a breached share is insufficient',
      'unmetered >= 5%',
      { unmetered: 50, metered: 50 },
      'insufficient',
    ],
  ])('%s', (_, rule, events, state) => {
    expect(evaluated(rule, countsOf(events), { whole: false }).state).toBe(state);
  });
});

describe('while over a tenth is in progress', () => {
  test.each([
    [
      'a breached >= stands',
      'unmetered >= 10',
      { unmetered: 10, in_progress: 20, metered: 70 },
      'breached',
    ],
    [
      'a >= below its limit is insufficient',
      'unmetered >= 10',
      { unmetered: 9, in_progress: 20, metered: 70 },
      'insufficient',
    ],
    [
      'a share is insufficient',
      'unmetered >= 5%',
      { unmetered: 10, in_progress: 20, metered: 70 },
      'insufficient',
    ],
    [
      'the share in progress is evaluated',
      'in_progress >= 25%',
      { in_progress: 20, metered: 80 },
      'ok',
    ],
    ['the total is evaluated', 'total >= 1000', { in_progress: 20, metered: 80 }, 'ok'],
    ['a < is evaluated', 'total < 1', { in_progress: 20, metered: 80 }, 'ok'],
    [
      'exactly a tenth changes nothing',
      'unmetered >= 10',
      { unmetered: 9, in_progress: 10, metered: 81 },
      'ok',
    ],
  ])('%s', (_, rule, events, state) => {
    expect(evaluated(rule, countsOf(events)).state).toBe(state);
  });
});
