import { describe, expect, test } from 'vitest';
import { takeLease } from '../../functions/monitor/lease/lease.ts';
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
    ['nor after 30 minutes, for clocks differ', 'old', 30, false],
    ['but after 31', 'old', 31, true],
    ['does not keep another from being sent', 'new', 0, true],
  ])('%s', (_, digest, minutes, expected) => {
    expect(maySend(rejected, digest, NOW + minutes * MINUTE)).toBe(expected);
  });

  test('after four in half an hour none is sent, whichever it is', () => {
    const four = ['a', 'b', 'c', 'd'].reduce(
      (state, digest, index) => noteRejection(state, digest, NOW + index * MINUTE),
      NEW_STATE,
    );
    expect(maySend(four, 'e', NOW + 10 * MINUTE)).toBe(false);
    expect(maySend(four, 'e', NOW + 31 * MINUTE)).toBe(true);
  });

  test('counts each time that it is rejected', () => {
    const four = Array.from({ length: 4 }).reduce<MonitorState>(
      (state) => noteRejection(state, 'a', NOW),
      NEW_STATE,
    );
    expect(maySend(four, 'b', NOW)).toBe(false);
  });

  test('counts once where it was remembered without a count', () => {
    const remembered: MonitorState = { ...NEW_STATE, rejections: [{ digest: 'a', at: NOW }] };
    const again = noteRejection(noteRejection(remembered, 'a', NOW), 'a', NOW);
    expect(again.rejections).toEqual([{ digest: 'a', at: NOW, count: 3 }]);
  });

  test.each([
    ['any number, where none was rejected', 0, Number.POSITIVE_INFINITY],
    ['three, after one', 1, 3],
    ['one, after three', 3, 1],
    ['one, after four', 4, 1],
  ])('leaves room for so many requests on their way: %s', (_, times, expected) => {
    const state = Array.from({ length: times }).reduce<MonitorState>(
      (before) => noteRejection(before, 'a', NOW),
      NEW_STATE,
    );
    expect(mostUnderWay(state, NOW)).toBe(expected);
  });

  test('is forgotten after half an hour, so that the list stays short', () => {
    const later = noteRejection(rejected, 'new', NOW + 40 * MINUTE);
    expect(later.rejections.map(({ digest }) => digest)).toEqual(['new']);
  });
});

describe('the lease', () => {
  const request = { runId: 'r', scheduledTime: NOW, now: NOW, leaseMs: MINUTE, repeatMs: 0 };

  test.each([
    ['is free before the first run', {}, undefined],
    ['is free once it has been given back', { leaseUntil: 0 }, undefined],
    ['is free once it has run out', { leaseUntil: NOW }, undefined],
    ['is held until then', { leaseUntil: NOW + 1 }, 'held'],
    ['is not for a run before the last one', { committedAt: NOW + 1 }, 'late'],
    ['is for the same run once more', { committedAt: NOW }, undefined],
  ])('%s', (_, fields, expected) => {
    const taken = takeLease({ ...NEW_STATE, ...fields }, request);
    if (expected) expect(taken).toBe(expected);
    else expect(taken).toMatchObject({ runNumber: 1, leaseUntil: NOW + MINUTE, unfinished: 1 });
  });
});
