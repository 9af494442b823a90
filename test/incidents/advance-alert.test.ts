import { describe, expect, test } from 'vitest';
import { advance, type Patience } from '../../functions/monitor/incidents/advance-alert.ts';
import type { Alert } from '../../functions/monitor/incidents/alert.ts';
import {
  AT_ONCE,
  evaluationOf,
  HOUR,
  MINUTE,
  notificationsOf,
  play,
  type Sign,
  START,
} from '../support/alert-play.ts';

test('a longer calm needs more than three ok evaluations, and a breach starts it again', () => {
  const patience = { ...AT_ONCE, calmMs: 20 * MINUTE };
  let alert: Alert | undefined;
  const states = [...'B....B.....'].map((sign, index) => {
    alert = advance(alert, evaluationOf(sign as Sign), START + index * 5 * MINUTE, patience);
    return alert.state;
  });
  expect(states.slice(0, -1)).toEqual(Array.from({ length: 10 }, () => 'firing'));
  expect(states.at(-1)).toBe('ok');
});

describe('windows of different length', () => {
  /** The first window is longer than the others. */
  const patience: Patience = {
    ...AT_ONCE,
    windowMsAt: (end) => (end === START ? 2 * HOUR : HOUR),
  };
  const statesOf = (signs: string, { windowMsAt }: Patience) => {
    let alert: Alert | undefined;
    return [...signs].map((sign, index) => {
      const end = START + index * 5 * MINUTE;
      alert = advance(alert, evaluationOf(sign as Sign), end, { ...patience, windowMsAt });
      return alert.state;
    });
  };

  test('an alert of a long window does not resolve because shorter windows are ok', () => {
    expect(statesOf('B........', patience).at(-1)).toBe('firing');
  });

  test('an alert of a long window resolves after an ok window as long', () => {
    const windowMsAt = (end: number) => ((end - START) % (25 * MINUTE) === 0 ? 2 * HOUR : HOUR);
    expect(statesOf('B.....', { ...patience, windowMsAt }).slice(-2)).toEqual(['firing', 'ok']);
  });

  test('an alert of a long window resolves after 24 ok windows that are shorter', () => {
    expect(statesOf(`B${'.'.repeat(24)}`, patience).slice(-2)).toEqual(['firing', 'ok']);
  });
});

test('the same evaluation of the same window again changes nothing', () => {
  for (const sign of ['B', '.', '?', '~'] as const) {
    const once = advance(play('B.').alert, evaluationOf(sign), START + 10 * MINUTE, AT_ONCE);
    expect(advance(once, evaluationOf(sign), START + 10 * MINUTE, AT_ONCE)).toEqual(once);
  }
});

test('the peak is the value farthest beyond the limit, above or below it', () => {
  const peakOf = (operator: '>=' | '<=', values: readonly number[]) => {
    let alert: Alert | undefined;
    values.forEach((value, index) => {
      const evaluation = { ...evaluationOf('B'), operator, value };
      alert = advance(alert, evaluation, START + index * 5 * MINUTE, AT_ONCE);
    });
    return alert?.firing?.peak;
  };
  expect(peakOf('>=', [12, 40, 11])).toBe(40);
  expect(peakOf('<=', [5, 1, 4])).toBe(1);
});

test('insufficient evaluations for another reason do not restart the day without traffic', () => {
  const day = [...Array(289).keys()].map((end) => (end % 50 === 49 ? '~' : '?')).join('');
  expect(notificationsOf(`B${day}`, { repeatMinutes: 0 })).toEqual(['fired@0', 'withdrawn@289']);
});
