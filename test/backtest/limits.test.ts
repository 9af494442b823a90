import { expect, test } from 'vitest';
import { limitBeside, limitNear } from '../../cli/backtest/page/limits.ts';
import { parseThresholds } from '../../functions/monitor/thresholds/grammar.ts';

test.each(['>=', '>', '<', '<='])(
  'a limit at the top of its scale is one that a rule "%s" can have',
  (operator) => {
    const [rule] = parseThresholds(`unmetered ${operator} 5%`);
    if (!rule) throw new Error('no rule');
    const top = limitNear(100, rule, 100);
    expect(parseThresholds(`unmetered ${operator} ${top}%`)).toHaveLength(1);
    expect(limitBeside(top, 1, rule, 100)).toBe(top);
  },
);
