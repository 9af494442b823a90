import { describe, expect, test } from 'vitest';
import { differenceIn } from '../../functions/monitor/counting/cross-check.ts';
import { openEnd } from '../../functions/monitor/counting/listing/end-of-list.ts';
import { TogaiError } from '../../functions/monitor/errors.ts';
import { noteDelivery } from '../../functions/monitor/incidents/note-which-channels-work.ts';
import { failureParts } from '../../functions/monitor/notifications/formats/failure-sentences.ts';
import { noteOutcome } from '../../functions/monitor/notifications/run-outcome.ts';
import { noAnswerFor } from '../../functions/monitor/togai/no-answer.ts';
import { finalError } from '../../functions/monitor/togai/retry-passing-failures.ts';
import { examples } from '../support/hostile-notification.ts';

const MINUTE = 60_000;
const HOUR = { start: 0, end: 60 * MINUTE };
const STATE = { failures: {}, unfinished: 3, unfinishedSince: 0, problem: undefined };

/** The next step of the message about a failure. */
const nextOf = (reason = '') => failureParts({ ...examples.broken, reason }).next;

function nextAfter(error: TogaiError | undefined): string {
  if (!error) throw new Error('no error');
  const { failures } = noteOutcome(STATE, error, 20 * MINUTE, '');
  return nextOf((failures as { run?: { failure?: { what: string } } }).run?.failure?.what);
}

describe('a message of the monitor itself says what to do', () => {
  const codeOf = (code: string) => Object.assign(new Error('failed'), { code });

  test.each([
    ['no such host', 'ENOTFOUND', 1, /^Check the network and the base URL/],
    ['a connection that is lost', 'ECONNRESET', 99, /^Try again later/],
  ])('where Togai cannot be reached: %s', (_, code, failures, next) => {
    const error = finalError(
      'GET https://api.togai.com/events',
      noAnswerFor(codeOf(code)),
      failures,
    );
    expect(nextAfter(error)).toMatch(next);
  });

  test('where a list has no end', () => {
    expect(nextAfter(openEnd(HOUR, 'no filter'))).toMatch(/^Ask Togai for an API/);
  });

  test.each([
    ['check the base URL', /^Check the base URL\.$/],
    ['if it stays so, report it to Togai', /^If it stays so, report it to Togai\.$/],
    ['if that does not help please report it', /^If that does not help please report it\.$/],
  ])('in whichever way it is joined: %s', (step, next) => {
    for (const join of [': ', '; ', '. ']) {
      expect(nextAfter(new TogaiError('unreadable', `Its answer is odd${join}${step}`))).toMatch(
        next,
      );
    }
  });

  test('where both sources differ, without a command that a stranger could own', () => {
    const [listed, counted] = [9, 8].map((total) => ({ total, problems: 1 }));
    if (!listed || !counted) throw new Error('no sums');
    const { what } = differenceIn({ range: HOUR, listed, counted, differ: true });
    expect(nextOf(what)).toMatch(/^Choose one of the two: Counting = listing, or metrics\b/);
    expect(what).not.toContain('npx');
  });

  test('where a channel gets no message', () => {
    const run = (state: Parameters<typeof noteDelivery>[0], at: number) =>
      noteDelivery(state, new Map([['sns', 'it is gone']]), ['sns'], at);
    const state = [0, 10, 20].reduce((known, minute) => run(known, minute * MINUTE), {
      failures: {},
    } as Parameters<typeof noteDelivery>[0]);
    expect(nextOf(state.failures.delivery?.failure?.what)).toMatch(/^Look whether the channel/);
  });
});
