import { describe, expect, test } from 'vitest';
import { takeLease } from '../../functions/monitor/lease/lease.ts';
import { NEW_STATE } from '../../functions/monitor/monitor-state.ts';

const MINUTE = 60_000;
const NOW = Date.UTC(2026, 10, 18, 12);

describe('the lease', () => {
  const request = { runId: 'r', scheduledTime: NOW, now: NOW, leaseMs: MINUTE, repeatMs: 0 };

  test.each([
    ['is free before the first run', {}, undefined],
    ['is free after it was given back', { leaseUntil: 0 }, undefined],
    ['is free after it has expired', { leaseUntil: NOW }, undefined],
    ['is held until it expires', { leaseUntil: NOW + 1 }, 'held'],
    ['is refused to a run before the last one', { committedAt: NOW + 1 }, 'late'],
    ['is given to the same run again', { committedAt: NOW }, undefined],
  ])('%s', (_, fields, expected) => {
    const taken = takeLease({ ...NEW_STATE, ...fields }, request);
    if (expected) expect(taken).toBe(expected);
    else expect(taken).toMatchObject({ runNumber: 1, leaseUntil: NOW + MINUTE, unfinished: 1 });
  });
});
