import { describe, expect, test } from 'vitest';
import type { Rise } from '../../../functions/monitor/counting/metrics/levels.ts';
import { countsOfRises } from '../../../functions/monitor/counting/metrics/look-counts.ts';
import { ALL, SETTLED } from '../../../functions/monitor/events/look-record.ts';
import { FAILED, METERED, UNMETERED } from '../../support/looks.ts';
import { at } from '../../support/monitor.ts';

function rise(by: number, fields: Partial<Rise> = {}): Rise {
  const label = at('10:00');
  return { label, scope: ALL, name: '', status: UNMETERED, by, isBaseline: false, ...fields };
}

const of = (name: string, by: number, fields: Partial<Rise> = {}) =>
  rise(by, { scope: 'account', name, ...fields });

const counts = (...rises: Rise[]) =>
  countsOfRises(rises, {
    exceptions: [],
    ignoredNames: { accounts: [], schemas: [] },
    lacksUnknown: false,
  });

/** Four events were unmetered, and have failed now. */
const CHANGED = [rise(-4), rise(4, { status: FAILED })];

describe('events that went from one problem status to another', () => {
  test('are known as problems of before', () => {
    expect(counts(...CHANGED).recounted).toEqual(new Map([[FAILED, 4]]));
  });

  test('have not healed', () => {
    expect(counts(...CHANGED).healed).toBeUndefined();
  });

  test('are not known where as many events of their hour may have healed', () => {
    expect(counts(...CHANGED, rise(4, { status: METERED })).recounted).toBeUndefined();
  });

  test('are those beyond the events that may have healed', () => {
    expect(counts(...CHANGED, rise(1, { status: METERED }))).toMatchObject({
      recounted: new Map([[FAILED, 3]]),
      healed: 1,
    });
  });

  test('are of one hour', () => {
    const later = rise(4, { status: FAILED, label: at('11:00') });
    expect(counts(rise(-4), later).recounted).toBeUndefined();
  });

  test('are known of the account that had them', () => {
    const { accounts } = counts(
      ...CHANGED,
      rise(2, { status: FAILED }),
      of('acme', -4),
      of('acme', 4, { status: FAILED }),
      of('globex', 2, { status: FAILED }),
    );
    expect([...accounts.byName].map(([name, { recounted }]) => [name, recounted])).toEqual([
      ['acme', new Map([[FAILED, 4]])],
      ['globex', undefined],
    ]);
  });

  test('are not all settled events of an account', () => {
    const { accounts } = counts(...CHANGED, of('acme', 4, { status: SETTLED }));
    expect(accounts.byName.get('acme')).not.toHaveProperty('recounted');
  });
});
