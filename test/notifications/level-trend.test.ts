import { expect, test } from 'vitest';
import { messageOf } from '../support/messages.ts';

test('a level is compared with its first value', () => {
  const grown = { kind: 'reminder', value: 60, worst: 60, firstValue: 30 } as const;
  expect(messageOf('in_progress > 20', grown).email).toContain(
    'Growing: 60 events now, 30 events when it passed the limit.',
  );
  const fallen = { kind: 'reminder', value: 60, worst: 90, firstValue: 80 } as const;
  expect(messageOf('in_progress > 20', fallen).email).toContain(
    'Falling: 60 events now, 80 events when it passed the limit; at worst it was 90 events in ',
  );
});

test('nobody knows of a new level whether it grows', () => {
  const told = { value: 30, firstValue: 30, minutes: 0 };
  const { email, sms } = messageOf('in_progress > 20', told);
  expect(sms).not.toMatch(/Steady|Growing|Falling/);
  expect(email).toContain('It has just passed the limit: too early to say whether it grows.');
});

test.each([
  ['total < 30', 20, 3],
  ['in_progress > 50', 60, 90],
])(
  '%s without a known first value says that it is better than at its worst',
  (rule, value, worst) => {
    const { email } = messageOf(rule, { kind: 'reminder', value, worst });
    expect(email).toContain(`Better now: at worst it was ${worst} events in `);
  },
);
