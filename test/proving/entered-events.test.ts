import { expect, test } from 'vitest';
import { lookThatSees } from '../../proving/judge/entered-events.ts';
import type { FoldedLook } from '../../proving/judge/look-book.ts';
import { createWorld } from '../../proving/world/create-world.ts';
import { FIRST_GENERATION } from '../../proving/world/generation.ts';
import { HOUR, MINUTE } from '../../proving/world/scenario.ts';
import { eventsOf, minute, START } from './incidents/parts.ts';

const created = createWorld(5, 1);
const WORLD = {
  ...created,
  generations: [{ from: START, generation: FIRST_GENERATION }],
  settings: { ...created.settings, runEveryMinutes: 30 },
};
const [EVENT] = eventsOf({ account: 'acme', from: 10, to: 11 }, 1);

/** A look at a minute of the world that has asked for the hour of the event. */
function lookAt(at: number, isStale: boolean): FoldedLook {
  return {
    end: minute(at),
    since: minute(at - 30),
    isFirst: false,
    takenAt: minute(at),
    runNumber: at,
    asked: [{ scope: 'all', start: START, end: START + HOUR, complete: true }],
    changes: [],
    exceptions: [],
    stale: isStale ? [START] : [],
    run: at,
    storedAt: minute(at),
    rises: [],
    baselines: [],
  };
}

test.each([
  ['the first look after it', [false, false], 30],
  ['no look that has taken its hour for an old answer', [true, true, false], 90],
  ['the fourth look, where each hour is asked for once an hour', [true, true, true, false], 120],
])('an event is seen by %s', (_, stale, expected) => {
  if (!EVENT) throw new Error('nothing was sent');
  const looks = stale.map((isStale, index) => lookAt(30 * (index + 1), isStale));
  const seen = lookThatSees(EVENT, EVENT.createdAt, WORLD, looks);
  expect(seen?.end).toBe(START + expected * MINUTE);
});
