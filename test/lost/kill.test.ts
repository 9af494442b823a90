import { expect, test } from 'vitest';
import { type Behaviour, type Intercept, RedoWorld } from './redo-world.ts';

const BEHAVIOURS: readonly Behaviour[] = [
  'done',
  'refused',
  'lost answer',
  'done',
  'no answer',
  'empty',
  'done',
];

const REFUSED = 'ref-1';

/** How a process ends at a call: before it is made, after it is done, or because it fails. */
const ENDS = ['killed before', 'killed after', 'ended by the failure of'] as const;

/** A process that ends at its `last` call. @returns whether it came to that call */
async function processUntil(world: RedoWorld, last: number, end: (typeof ENDS)[number]) {
  let calls = 0;
  let kill = () => {};
  const killed = new Promise<'killed'>((resolve) => {
    kill = () => resolve('killed');
  });
  const never = () => {
    kill();
    return new Promise<never>(() => {});
  };
  const intercept: Intercept = async (_, call) => {
    if (++calls !== last) return call();
    if (end === 'ended by the failure of') throw new Error('out of order');
    if (end === 'killed after') await call();
    return never();
  };
  await Promise.race([world.process(intercept).catch(() => {}), killed]);
  return calls >= last;
}

test.each(ENDS)(
  'where a process is %s any call, each event is sent once, or said to be unsure',
  async (end) => {
    let call = 1;
    for (; ; call++) {
      const world = new RedoWorld(BEHAVIOURS);
      if (!(await processUntil(world, call, end))) break;
      const { journal } = await world.process();
      const { requests, redone, events } = world;
      const open = events
        .map(({ referenceId = '' }) => referenceId)
        .filter((id) => id !== REFUSED && !redone.includes(id));
      const unsure = journal.unsure().map(({ referenceId = '' }) => referenceId);
      expect(requests).toEqual([...new Set(requests)]);
      expect(unsure.filter((id) => id !== REFUSED)).toEqual(open);
      // Of the one that got no answer nobody knows, and of the one in which the process ended.
      expect(open.length).toBeLessThanOrEqual(2);
    }
    expect(call).toBeGreaterThan(25);
  },
);

test('two processes at once share a journal, and send one request for each event', async () => {
  const world = new RedoWorld(BEHAVIOURS);
  await Promise.all([world.process(), world.process()]);
  expect(world.requests.toSorted()).toEqual(world.events.map(({ referenceId }) => referenceId));
});
