import { expect, test } from 'vitest';
import type { Entry } from '../../proving/history.ts';
import { RequestLimits } from '../../proving/judge/request-limits.ts';
import { createWorld } from '../../proving/world/create-world.ts';
import { MINUTE } from '../../proving/world/scenario.ts';

/** When the run after the one with a Retry-After of 15 minutes sends a request, and the complaints about that. */
const AFTER_A_RETRY_AFTER: readonly [string, number, { remembers: boolean }, readonly string[]][] =
  [
    ['too early', 5 * MINUTE, { remembers: true }, ['retry-after-remembered']],
    ['at its end', 15 * MINUTE, { remembers: true }, []],
    ['a little early, for clocks differ', 14.5 * MINUTE, { remembers: true }, []],
    ['too early, and the first run died', 5 * MINUTE, { remembers: false }, []],
  ];

test.each(AFTER_A_RETRY_AFTER)(
  'a request of the next run, %s',
  (_, at, { remembers }, expected) => {
    const limits = new RequestLimits(createWorld(5, 2).settings);
    const note = (entry: object) => limits.note(entry as Entry, false);
    const complaints = [
      { type: 'sent', time: 0, run: 1 },
      { type: 'answered', time: 0, run: 1, status: 429, notBefore: 15 * MINUTE },
      ...(remembers ? [{ type: 'state', time: 0, run: 1 }] : []),
      { type: 'ended', time: 0, run: 1 },
      { type: 'sent', time: at, run: 2 },
    ].flatMap(note);
    expect(complaints.map(({ invariant }) => invariant)).toEqual(expected);
  },
);
