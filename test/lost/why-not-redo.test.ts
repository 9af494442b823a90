import { describe, expect, test } from 'vitest';
import type { LostEvent } from '../../cli/lost/lost-event.ts';
import { whyNotRedo } from '../../cli/lost/why-not-redo.ts';
import { lostEvent, NOT_METERED } from './redo-world.ts';

describe('an event cannot be redone', () => {
  test.each([
    ['in progress', { status: 'INGESTION_IN_PROGRESS' }],
    ['a duplicate', { status: 'INGESTION_FAILED_DUPLICATE_EVENT' }],
    ['reverted', { status: 'REVERTED' }],
    ['of invalid units', { status: 'INGESTION_FAILED_UNITS_INVALID' }],
    ['past its grace period', { status: 'INGESTION_FAILED_PAST_GRACE_PERIOD' }],
    ['without an id of Togai', { referenceId: undefined }],
    ['with an id of Togai that was cut', { referenceId: 'ref…' }],
    ['without an id of its sender', { id: undefined }],
    ['without an account', { accountId: '' }],
    ['of a status that nobody knows', { status: 'INGESTION_COMPLETED_EVENT_PARKED' }],
  ] satisfies [string, Partial<LostEvent>][])('that is %s', (_, changes) => {
    expect(whyNotRedo({ ...lostEvent('1'), ...changes }, ['unmetered', 'failed'])).toBeDefined();
  });
});

test.each([
  [NOT_METERED, []],
  ['INGESTION_COMPLETED_NO_MATCHING_METERS', []],
  ['INGESTION_FAILED_ACCOUNT_NOT_FOUND', []],
  ['INGESTION_COMPLETED_EVENT_PARKED', ['INGESTION_COMPLETED_EVENT_PARKED']],
])('an event that is %s can be redone, if %j are named', (status, named) => {
  expect(whyNotRedo(lostEvent('1', status), named)).toBeUndefined();
});
