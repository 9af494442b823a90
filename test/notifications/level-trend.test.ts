import { expect, test } from 'vitest';
import { messageOf } from '../support/messages.ts';

test.each([
  ['total < 30', 20, 3],
  ['in_progress > 50', 60, 90],
])('%s says that it is better than at its worst, whichever way is better', (rule, value, worst) => {
  const { email } = messageOf(rule, { kind: 'reminder', value, worst });
  expect(email).toContain(`Better now: at worst it was ${worst} events in `);
});
