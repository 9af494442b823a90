import { describe, expect, test } from 'vitest';
import {
  maySend,
  mostUnderWay,
  noteRejection,
} from '../../functions/monitor/lease/rejection-limiter.ts';
import { type MonitorState, NEW_STATE } from '../../functions/monitor/monitor-state.ts';

const MINUTE = 60_000;
const NOW = Date.UTC(2026, 10, 18, 12);

describe('a rejected token', () => {
  const rejected = noteRejection(NEW_STATE, 'old', NOW);

  test.each([
    ['is not sent again', 'old', 0, false],
    ['is not sent after 30 minutes, for clocks differ', 'old', 30, false],
    ['is sent after 31 minutes', 'old', 31, true],
    ['does not block another token', 'new', 0, true],
  ])('%s', (_, digest, minutes, expected) => {
    expect(maySend(rejected, digest, NOW + minutes * MINUTE)).toBe(expected);
  });

  test('blocks every token after four rejections in half an hour', () => {
    const four = ['a', 'b', 'c', 'd'].reduce(
      (state, digest, index) => noteRejection(state, digest, NOW + index * MINUTE),
      NEW_STATE,
    );
    expect(maySend(four, 'e', NOW + 10 * MINUTE)).toBe(false);
    expect(maySend(four, 'e', NOW + 31 * MINUTE)).toBe(true);
  });

  test('is counted with each rejection', () => {
    const four = Array.from({ length: 4 }).reduce<MonitorState>(
      (state) => noteRejection(state, 'a', NOW),
      NEW_STATE,
    );
    expect(maySend(four, 'b', NOW)).toBe(false);
  });

  test('is counted once if it was stored without a count', () => {
    const remembered: MonitorState = { ...NEW_STATE, rejections: [{ digest: 'a', at: NOW }] };
    const again = noteRejection(noteRejection(remembered, 'a', NOW), 'a', NOW);
    expect(again.rejections).toEqual([{ digest: 'a', at: NOW, count: 3 }]);
  });

  test.each([
    ['any number after no rejection', 0, Number.POSITIVE_INFINITY],
    ['three after one rejection', 1, 3],
    ['one after three', 3, 1],
    ['one after four', 4, 1],
  ])('limits the requests under way: %s', (_, times, expected) => {
    const state = Array.from({ length: times }).reduce<MonitorState>(
      (before) => noteRejection(before, 'a', NOW),
      NEW_STATE,
    );
    expect(mostUnderWay(state, NOW)).toBe(expected);
  });

  test('is forgotten after half an hour', () => {
    const later = noteRejection(rejected, 'new', NOW + 40 * MINUTE);
    expect(later.rejections.map(({ digest }) => digest)).toEqual(['new']);
  });
});
