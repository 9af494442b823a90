import { describe, expect, test } from 'vitest';
import type { LossPiece } from '../../functions/monitor/incidents/losses.ts';
import { namedIn, onsetOfOthers } from '../../functions/monitor/incidents/named-accounts.ts';
import { MINUTE_MS } from '../../functions/monitor/timeline/time.ts';

const HOUR = Date.parse('2026-11-18T12:00:00Z');

/** Pieces that follow each other: their minutes, and the lost events of acme in each. */
function pieces(...list: readonly (readonly [minutes: number, lost: number])[]): LossPiece[] {
  let end = HOUR;
  return list.map(([minutes, lost]) => {
    const start = end;
    end += minutes * MINUTE_MS;
    const loss = { lost, total: 1_000 };
    const accounts = new Map([['acme', loss]]);
    return { start, end, ...loss, accounts, schemas: new Map(), proves: true, unnamed: 0 };
  });
}

const onsetOf = (list: readonly LossPiece[]) => namedIn(list, new Set(), false)[0];

describe('the beginning of a loss', () => {
  test('is the first bucket of it, whatever was lost before as a stray', () => {
    const onset = onsetOf(pieces([5, 1], [5, 100], [5, 100]));
    expect(onset).toMatchObject({ onset: HOUR + 5 * MINUTE_MS });
    expect(onset).not.toHaveProperty('onsetOrEarlier');
  });

  test('may be in the hour before, if a few events were lost in that: nobody knows when in it', () => {
    const list = pieces([60, 12], [35, 600]);
    const onset = { onset: HOUR + 60 * MINUTE_MS, onsetOrEarlier: true };
    expect(onsetOf(list)).toMatchObject(onset);
    expect(onsetOfOthers(list, new Set(), false)).toMatchObject(onset);
  });

  test('is not in the hour before, if only strays were lost in that', () => {
    expect(onsetOf(pieces([60, 4], [35, 600]))).not.toHaveProperty('onsetOrEarlier');
  });
});
