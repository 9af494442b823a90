import { expect, test } from 'vitest';
import { timesLostAgain } from '../../../proving/judge/incidents/lost-again.ts';
import type { FoldedLook } from '../../../proving/judge/look-book.ts';
import { createWorld } from '../../../proving/world/create-world.ts';
import { FIRST_GENERATION } from '../../../proving/world/generation.ts';
import { minute, START } from './parts.ts';

const WORLD = {
  ...createWorld(5, 1),
  generations: [{ from: START, generation: FIRST_GENERATION }],
};
const METERED = 'INGESTION_COMPLETED_EVENT_METERED';
const UNMETERED = 'INGESTION_COMPLETED_EVENT_NOT_METERED';
const FAILED = 'INGESTION_FAILED';

/** Of an event that has these statuses, one every ten minutes. @param others events of its hour that came to a status */
function timesAgain(statuses: readonly string[], others: Readonly<Record<string, number>> = {}) {
  const event = {
    ...{ referenceId: 'ref', id: 'evt', account: 'acme', schema: 'api_call' },
    ...{ createdAt: START, timestamp: START, visibleAt: START },
    statuses: statuses.map((status, index) => ({ from: minute(10 * index), status })),
  };
  const rises = Object.entries(others).map(([status, by]) => {
    return { label: START, scope: 'all', name: '', status, by };
  });
  return timesLostAgain(
    event,
    WORLD,
    (time) => ({ takenAt: time, rises }) as unknown as FoldedLook,
  );
}

test.each([
  ['is lost once', [METERED, UNMETERED], {}, 0],
  ['goes from one lost status to another', [UNMETERED, FAILED], { [FAILED]: 1 }, 0],
  ['goes to another while an event may have healed', [UNMETERED, FAILED], { [METERED]: 1 }, 1],
  ['goes to another while metered ones fail', [UNMETERED, FAILED], { [METERED]: -1 }, 0],
  ['has healed and is lost again', [UNMETERED, METERED, FAILED], {}, 1],
  ['has healed', [UNMETERED, METERED], { [METERED]: 1 }, 0],
])('an event that %s', (_, statuses, others, times) => {
  expect(timesAgain(statuses, others)).toBe(times);
});
