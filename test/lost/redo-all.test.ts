import { describe, expect, test } from 'vitest';
import { RedoWorld } from './redo-world.ts';

test('the last step of each event is counted', async () => {
  const world = new RedoWorld(['done', 'refused', 'lost answer', 'no answer', 'empty']);
  const { sums } = await world.process();
  expect(Object.fromEntries(sums.kinds)).toEqual({ redone: 3, refused: 1, unsure: 1 });
  expect(sums.unsure).toEqual(['ref-3']);
});

test('three requests in a row without a known end stop the work', async () => {
  const world = new RedoWorld(['done', 'no answer', 'no answer', 'no answer', 'done']);
  const { error } = await world.process();
  expect(error?.message).toContain('3 requests in a row have no known end');
  expect(world.requests).toHaveLength(4);
});

test('an answer that would meet every event stops the work, and the event is sent again later', async () => {
  const world = new RedoWorld(['throttled', 'done']);
  const first = await world.process();
  const second = await world.process();
  expect([first.error?.message, second.error?.message]).toEqual([
    '429 that did not end',
    '429 that did not end',
  ]);
  expect(world.requests).toEqual(['ref-0', 'ref-0']);
});

describe('an event whose request had no known end', () => {
  test('is looked up again, and not sent again', async () => {
    const world = new RedoWorld(['no answer', 'done']);
    await world.process();
    const { sums } = await world.process();
    expect(sums.unsure).toEqual(['ref-0']);
    expect(world.requests).toEqual(['ref-0', 'ref-1']);
  });

  test('is redone once that can be seen', async () => {
    const world = new RedoWorld(['no answer', 'done']);
    await world.process();
    world.redone.push('ref-0');
    const { sums, journal } = await world.process();
    expect([sums.unsure, journal.unsure()]).toEqual([[], []]);
  });
});

test('the journal is written before a request and after it', async () => {
  const world = new RedoWorld(['done']);
  const calls: string[] = [];
  await world.process((name, call) => {
    calls.push(name);
    return call();
  });
  expect(calls).toEqual(['open', 'lookUp', 'begin', 'redo', 'end']);
});
