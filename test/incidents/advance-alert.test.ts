import { expect, test } from 'vitest';
import { advance } from '../../functions/monitor/incidents/advance-alert.ts';
import type { Alert } from '../../functions/monitor/incidents/alert.ts';
import { evaluationOf, MINUTE, notificationsOf, play, START } from '../support/alert-play.ts';

test('the same evaluation of the same window again changes nothing', () => {
  for (const sign of ['B', '.', '?', '~'] as const) {
    const once = advance(play('B.').alert, evaluationOf(sign), START + 10 * MINUTE, 0);
    expect(advance(once, evaluationOf(sign), START + 10 * MINUTE, 0)).toEqual(once);
  }
});

test('the peak is the value farthest beyond the limit, above or below it', () => {
  const peakOf = (operator: '>=' | '<=', values: readonly number[]) => {
    let alert: Alert | undefined;
    values.forEach((value, index) => {
      const evaluation = { ...evaluationOf('B'), operator, value };
      alert = advance(alert, evaluation, START + index * 5 * MINUTE, 0);
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
