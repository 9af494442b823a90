import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MINUTE, play, type Sign, START } from '../support/alert-play.ts';

describe('for any sequence of evaluations', () => {
  const signs = fc.array(fc.constantFrom<Sign>('B', '.', '?', '~'), { maxLength: 120 });
  const pattern = fc.array(fc.boolean(), { minLength: 1, maxLength: 7 });
  const options = fc.record({
    signs: signs.map((list) => list.join('')),
    forMinutes: fc.constantFrom(0, 0, 10),
    repeatMinutes: fc.constantFrom(0, 20, 60),
    silent: pattern,
    undelivered: pattern,
  });
  const playAny = (input: {
    signs: string;
    forMinutes: number;
    repeatMinutes: number;
    silent: boolean[];
    undelivered: boolean[];
  }) =>
    play(input.signs, {
      ...input,
      silent: (run) => input.silent[run % input.silent.length] ?? false,
      undelivered: (run) => input.undelivered[run % input.undelivered.length] ?? false,
    }).notified;

  test('no alert is notified as resolved or withdrawn that was not notified as fired', () => {
    fc.assert(
      fc.property(options, (input) => {
        const fired = new Set<string>();
        for (const { decision } of playAny(input)) {
          const { alertId } = decision.firing;
          if (decision.kind === 'fired') fired.add(alertId);
          else expect(fired.has(alertId)).toBe(true);
        }
      }),
    );
  });

  test('no alert is notified as fired twice without an end between', () => {
    fc.assert(
      fc.property(options, (input) => {
        let open = false;
        for (const { decision } of playAny(input)) {
          if (decision.kind === 'fired') {
            expect(open).toBe(false);
            open = decision.endedAt === undefined;
          } else if (decision.kind === 'resolved' || decision.kind === 'withdrawn') open = false;
        }
      }),
    );
  });

  test('reminders are at least RepeatMinutes apart', () => {
    fc.assert(
      fc.property(options, (input) => {
        let last = Number.NEGATIVE_INFINITY;
        for (const { run, decision } of playAny(input)) {
          if (decision.kind === 'reminder') {
            expect((run - last) * 5).toBeGreaterThanOrEqual(input.repeatMinutes);
          }
          last = run;
        }
      }),
    );
  });

  test('an insufficient evaluation neither fires nor resolves', () => {
    fc.assert(
      fc.property(options, (input) => {
        for (const { run, decision } of playAny(input)) {
          const sign = input.signs[run];
          // It may still notify of an earlier state: after a mute, or with a reminder.
          if (sign !== '?' && sign !== '~') continue;
          if (decision.kind === 'fired')
            expect(decision.firing.breachedAt).toBeLessThan(START + run * 5 * MINUTE);
          expect(decision.kind).not.toBe('resolved');
        }
      }),
    );
  });
});
