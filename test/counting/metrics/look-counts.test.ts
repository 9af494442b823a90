import { describe, expect, test } from 'vitest';
import type { Rise } from '../../../functions/monitor/counting/metrics/levels.ts';
import { countsOfRises } from '../../../functions/monitor/counting/metrics/look-counts.ts';
import { ALL, type Exception, SETTLED } from '../../../functions/monitor/events/look-record.ts';
import { FAILED, IN_PROGRESS, METERED, UNMETERED } from '../../support/looks.ts';
import { at } from '../../support/monitor.ts';

const EXCEPTIONS: Exception[] = [
  { key: 'a', sign: -1, accounts: ['test'], schema: undefined },
  { key: 's', sign: -1, accounts: [], schema: 'heartbeat' },
  { key: 'b', sign: 1, accounts: ['test'], schema: 'heartbeat' },
];
const CONTEXT = {
  exceptions: EXCEPTIONS,
  ignoredNames: { accounts: ['test'], schemas: ['heartbeat'] },
  lacksUnknown: false,
};

function rise(by: number, fields: Partial<Rise> = {}): Rise {
  const label = at('10:00');
  return { label, scope: ALL, name: '', status: UNMETERED, by, isBaseline: false, ...fields };
}

const counts = (...rises: Rise[]) => countsOfRises(rises, CONTEXT);
const byStatus = (...rises: Rise[]) => Object.fromEntries(counts(...rises).byStatus);

describe('the events of a stretch of time', () => {
  test('are the rises of several hours together', () => {
    expect(byStatus(rise(3), rise(4, { label: at('11:00') }))).toEqual({ [UNMETERED]: 7 });
  });

  test('hold no event in progress', () => {
    expect(byStatus(rise(3, { status: IN_PROGRESS }))).toEqual({});
  });

  test('have a total', () => {
    expect(counts(rise(3), rise(4, { status: METERED })).total).toBe(7);
  });

  test('do not count accounts as well', () => {
    expect(byStatus(rise(3), rise(3, { scope: 'account', name: 'acme' }))).toEqual({
      [UNMETERED]: 3,
    });
  });
});

describe('ignored events', () => {
  const ignored = [rise(9), rise(4, { scope: 'all/a' }), rise(3, { scope: 'all/s' })];

  test('are taken out', () => {
    expect(byStatus(...ignored)).toEqual({ [UNMETERED]: 2 });
  });

  test('of an ignored account and an ignored schema are put back once', () => {
    expect(byStatus(...ignored, rise(1, { scope: 'all/b' }))).toEqual({ [UNMETERED]: 3 });
  });

  test('are counted apart', () => {
    expect(counts(...ignored, rise(1, { scope: 'all/b' })).ignored).toBe(6);
  });

  test('have names', () => {
    expect(counts(...ignored).ignoredNames.accounts).toEqual(new Set(['test']));
  });

  test('have no names where there are none', () => {
    expect(counts(rise(9)).ignoredNames.accounts).toEqual(new Set());
  });

  test('under a key that is not known take nothing out', () => {
    expect(byStatus(rise(9), rise(4, { scope: 'all/z' }))).toEqual({ [UNMETERED]: 9 });
  });

  test('that healed are no healing of the others', () => {
    const healed = [rise(-4), rise(-4, { scope: 'all/a' })];
    expect(counts(...healed).healed).toBeUndefined();
  });
});

describe('healed events', () => {
  const healing = [rise(-4), rise(10, { status: METERED })];

  test('are as many as a problem status lost', () => {
    expect(counts(...healing).healed).toBe(4);
  });

  test('are taken out of metered', () => {
    expect(byStatus(...healing)).toEqual({ [METERED]: 6 });
  });

  test('leave nothing of metered where all of them were healed', () => {
    expect(byStatus(rise(-4), rise(4, { status: METERED }))).toEqual({});
  });

  test('that became another problem are taken out of none', () => {
    expect(byStatus(rise(-4), rise(4, { status: FAILED }))).toEqual({ [FAILED]: 4 });
  });

  test('are none where metered events became fewer', () => {
    expect(counts(rise(-4, { status: METERED })).healed).toBeUndefined();
  });
});

describe('an account', () => {
  const ofAcme = (by: number, fields: Partial<Rise> = {}) =>
    rise(by, { scope: 'account', name: 'acme', ...fields });
  const acme = (...rises: Rise[]) => counts(...rises).accounts.byName.get('acme');

  test('has its own events', () => {
    expect(acme(rise(5), ofAcme(3))?.byStatus).toEqual(new Map([[UNMETERED, 3]]));
  });

  test('has no events of an ignored schema', () => {
    expect(acme(rise(5), ofAcme(3), ofAcme(2, { scope: 'account/s' }))?.byStatus).toEqual(
      new Map([[UNMETERED, 1]]),
    );
  });

  test('with fewer lost events than before has none', () => {
    expect(acme(ofAcme(-3))?.byStatus ?? new Map()).toEqual(new Map());
  });

  test('has the rest of its settled events as metered ones', () => {
    expect(acme(ofAcme(3), ofAcme(10, { status: SETTLED }))?.byStatus).toEqual(
      new Map([
        [UNMETERED, 3],
        [METERED, 7],
      ]),
    );
  });

  test('is in no share where its settled events are not known', () => {
    expect(acme(ofAcme(3))?.withoutTotal).toEqual(new Map([[UNMETERED, 3]]));
  });

  test('is in no share where counting of its settled events begins', () => {
    const beginning = ofAcme(0, { status: SETTLED, isBaseline: true });
    expect(acme(ofAcme(3), beginning)?.withoutTotal).toEqual(new Map([[UNMETERED, 3]]));
  });

  test('is in a share where its settled events are known', () => {
    expect(acme(ofAcme(3), ofAcme(3, { status: SETTLED }))).not.toHaveProperty('withoutTotal');
  });

  test('is in a share where counting of a status of it begins', () => {
    const beginning = ofAcme(0, { isBaseline: true });
    expect(acme(beginning, ofAcme(3, { status: SETTLED }))).not.toHaveProperty('withoutTotal');
    expect(
      acme(beginning, ofAcme(2, { status: FAILED }), ofAcme(3, { status: SETTLED })),
    ).not.toHaveProperty('withoutTotal');
  });

  test('is no schema', () => {
    expect(counts(rise(5), ofAcme(3)).schemas.byName.size).toBe(0);
  });
});

test('counts say that events of unknown statuses may be missing', () => {
  expect(countsOfRises([], { ...CONTEXT, lacksUnknown: true }).lacksUnknown).toBe(true);
});
