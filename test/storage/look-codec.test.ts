import { expect, test } from 'vitest';
import type { LookRecord } from '../../functions/monitor/events/look-record.ts';
import { Pool } from '../../functions/monitor/storage/bucket-codec.ts';
import { fromPlainLook, toPlainLook } from '../../functions/monitor/storage/look-codec.ts';
import { changed, lookAt } from '../support/looks.ts';
import { at } from '../support/monitor.ts';

const LOOK: LookRecord = lookAt(
  '10:05',
  [changed(5), changed(3, { from: undefined, scope: 'account', name: 'acme' })],
  {
    isFirst: true,
    asked: [
      { scope: 'all', start: at('09:00'), end: at('12:00'), complete: true },
      { scope: 'account', status: 'INGESTION_FAILED', start: 0, end: 1, complete: false },
    ],
    exceptions: [
      { key: 'a', sign: -1, accounts: ['test'], schema: undefined, hasEnded: true },
      { key: 's', sign: 1, accounts: [], schema: 'heartbeat' },
    ],
    stale: [at('09:00')],
    ignoredNames: { accounts: ['test'], schemas: ['heartbeat'] },
    lacksUnknown: true,
  },
);

const stored = (look: unknown) => JSON.parse(JSON.stringify(look));
const read = (look: unknown) => fromPlainLook(look, new Pool());

test('a stored look is read back unchanged', () => {
  expect(read(stored(toPlainLook(LOOK)))).toEqual(LOOK);
});

test('a beginning is still one after it was stored', () => {
  expect(read(stored(toPlainLook(LOOK))).changes[1]?.from).toBeUndefined();
});

test('properties of a later version are kept', () => {
  expect(read({ ...stored(toPlainLook(LOOK)), later: 7 })).toHaveProperty('later', 7);
});

test.each<[string, object]>([
  ['without its end', { end: undefined }],
  ['whose changes are no list', { changes: {} }],
  ['with a change that is no list', { changes: [{}] }],
  ['with a level below zero', { changes: [[1, 'all', '', 'S', 0, -1]] }],
  ['with a level that is no whole number', { changes: [[1, 'all', '', 'S', 0.5, 1]] }],
  ['with a level that is a text', { changes: [[1, 'all', '', 'S', 0, '1']] }],
  ['with an hour that is no number', { changes: [['1', 'all', '', 'S', 0, 1]] }],
  ['with a name that is no text', { changes: [[1, 'all', 7, 'S', 0, 1]] }],
  ['with a sign that is none', { exceptions: [{ key: 'a', sign: 2, accounts: [] }] }],
  ['whose stale hours are no numbers', { stale: ['x'] }],
])('a look %s is none', (_, fields) => {
  expect(() => read({ ...stored(toPlainLook(LOOK)), ...fields })).toThrow();
});

test('why a look cannot be read says nothing of its content', () => {
  const secret = { ...stored(toPlainLook(LOOK)), changes: [[1, 'all', 'acme', 'S', 0, 'acme']] };
  expect(() => read(secret)).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('acme') }),
  );
});
