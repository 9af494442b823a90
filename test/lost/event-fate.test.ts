import { expect, test } from 'vitest';
import { fateOf, wasRedone } from '../../cli/lost/event-fate.ts';
import type { UsageEvent } from '../../functions/monitor/events/event.ts';
import { lookUpOf, lostEvent, usageEvent } from './redo-world.ts';

const EVENT = lostEvent('1');
const own = (changes: Partial<UsageEvent> = {}) => usageEvent(EVENT, changes);
const other = (changes: Partial<UsageEvent> = {}) =>
  own({ referenceId: 'ref-2', createdAt: EVENT.createdAt + 1, ...changes });

const METERED = { status: 'INGESTION_COMPLETED_EVENT_METERED' };
const IN_PROGRESS = { status: 'INGESTION_IN_PROGRESS' };
const REVERTED = { status: 'REVERTED' };
const DUPLICATE = { status: 'INGESTION_FAILED_DUPLICATE_EVENT' };

test.each([
  ['as it was', [own()], 'lost'],
  ['with a duplicate of it', [own(), other(DUPLICATE)], 'lost'],
  ['metered', [own(METERED)], 'healed'],
  ['in progress', [own(IN_PROGRESS)], 'in_progress'],
  ['undone', [own(REVERTED)], 'reverted'],
  ['undone, and metered under a new id', [own(REVERTED), other(METERED)], 'redone'],
  ['undone, and lost under a new id', [own(REVERTED), other()], 'lost_again'],
  ['undone, and in progress under a new id', [own(REVERTED), other(IN_PROGRESS)], 'in_progress'],
  ['undone twice', [own(REVERTED), other(REVERTED)], 'reverted'],
  [
    'undone twice, and metered in the end',
    [own(REVERTED), other(REVERTED), other({ ...METERED, createdAt: EVENT.createdAt + 2 })],
    'redone',
  ],
  ['undone, and came again as a duplicate', [own(REVERTED), other(DUPLICATE)], 'duplicate'],
  [
    'undone twice, and came again as a duplicate',
    [own(REVERTED), other(REVERTED), other({ ...DUPLICATE, createdAt: EVENT.createdAt + 2 })],
    'duplicate',
  ],
  [
    'undone, and metered under a new id beside a duplicate',
    [own(REVERTED), other(METERED), other({ ...DUPLICATE, createdAt: EVENT.createdAt + 2 })],
    'redone',
  ],
  ['beside another one with its id that is metered', [own(), other(METERED)], 'sent_again'],
  ['beside another one with its id that is in progress', [own(), other(IN_PROGRESS)], 'sent_again'],
  ['of another status', [own({ status: 'INGESTION_FAILED' })], 'changed'],
  ['of another account', [own({ accountId: 'globex' })], 'changed'],
  ['not there', [], 'gone'],
  ['not there, but another one with its id', [other()], 'gone'],
])('an event that is %s', (_, events, fate) => {
  expect(fateOf(EVENT, lookUpOf(...events))).toBe(fate);
});

test('an event with the same id of another account says nothing', () => {
  const events = lookUpOf(own(), other({ ...METERED, accountId: 'globex' }));
  expect(fateOf(EVENT, events)).toBe('lost');
});

test('an entry that cannot be read may be anything', () => {
  expect(fateOf(EVENT, { ...lookUpOf(own()), malformed: 1 })).toBe('changed');
});

test.each([
  ['it is metered', [own(METERED)], true],
  ['it is in progress', [own(IN_PROGRESS)], true],
  ['it is reverted, and came again', [own(REVERTED), other(IN_PROGRESS)], true],
  ['it is reverted', [own(REVERTED)], false],
  ['it is reverted, and an earlier one is there', [own(REVERTED), other({ createdAt: 0 })], false],
  ['it is as it was', [own()], false],
  ['it is gone', [], false],
])('where %s, whether it was redone is seen', (_, events, expected) => {
  expect(wasRedone(EVENT, lookUpOf(...events))).toBe(expected);
});
