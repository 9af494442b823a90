import { describe, expect, test } from 'vitest';
import {
  changesOfTotals,
  hoursOf,
  type TotalsInput,
} from '../../../functions/monitor/counting/metrics/changes-of-totals.ts';
import { Levels } from '../../../functions/monitor/counting/metrics/levels.ts';
import type { Exception } from '../../../functions/monitor/events/look-record.ts';
import { changed, FAILED, lookAt, METERED, observed, UNMETERED } from '../../support/looks.ts';
import { at } from '../../support/monitor.ts';

const EXCEPTION: Exception = { key: 'k', sign: -1, accounts: ['test'], schema: undefined };

/**
 * The changes by an answer of all events after a look at five past ten, which found 5 lost and 20
 * metered events.
 */
function changesIn(all: TotalsInput['all'], fields: Partial<TotalsInput> = {}) {
  const before = lookAt('10:05', [changed(5), changed(20, { status: METERED })]);
  return changesOfTotals({
    levels: Levels.of([before]),
    asked: [{ start: at('09:00'), end: at('12:00') }],
    newFrom: at('10:05'),
    all,
    exceptions: [],
    ...fields,
  });
}

const fromTo = ({ changes }: ReturnType<typeof changesOfTotals>) =>
  changes.map(({ status, from, to }) => [status, from, to]);

describe('a number', () => {
  test('that is the same is no change', () => {
    expect(fromTo(changesIn(observed({ '10:00': { [UNMETERED]: 5, [METERED]: 20 } })))).toEqual([]);
  });

  test('that rose is a change', () => {
    const changes = changesIn(observed({ '10:00': { [UNMETERED]: 8, [METERED]: 20 } }));
    expect(fromTo(changes)).toEqual([[UNMETERED, 5, 8]]);
  });

  test('of a status that an asked hour did not have rises from zero', () => {
    const answer = observed({ '10:00': { [UNMETERED]: 5, [METERED]: 20, [FAILED]: 2 } });
    expect(fromTo(changesIn(answer))).toEqual([[FAILED, 0, 2]]);
  });

  test('of an hour that begins after the look before rises from zero', () => {
    const fields = { levels: new Levels() };
    expect(fromTo(changesIn(observed({ '11:00': { [UNMETERED]: 3 } }), fields))).toEqual([
      [UNMETERED, 0, 3],
    ]);
  });

  test('of an hour that begins with the look before rises from zero', () => {
    const fields = { levels: new Levels(), newFrom: at('11:00') };
    expect(fromTo(changesIn(observed({ '11:00': { [UNMETERED]: 3 } }), fields))).toEqual([
      [UNMETERED, 0, 3],
    ]);
  });

  test('of an older hour that was never asked for is a beginning', () => {
    const fields = { levels: new Levels() };
    expect(fromTo(changesIn(observed({ '10:00': { [UNMETERED]: 3 } }), fields))).toEqual([
      [UNMETERED, undefined, 3],
    ]);
  });

  test('of zero in an hour that was never asked for is a beginning, too', () => {
    const fields = { levels: new Levels() };
    expect(fromTo(changesIn(observed({ '10:00': { [UNMETERED]: 0 } }), fields))).toEqual([
      [UNMETERED, undefined, 0],
    ]);
  });

  test('that is missing fell to zero, where others rose as much', () => {
    const changes = changesIn(observed({ '10:00': { [METERED]: 25 } }));
    expect(fromTo(changes)).toEqual([
      [UNMETERED, 5, 0],
      [METERED, 20, 25],
    ]);
  });
});

describe('an hour with fewer events than before', () => {
  const fewer = observed({ '10:00': { [UNMETERED]: 24 }, '11:00': { [UNMETERED]: 2 } });

  test('is not used', () => {
    expect(changesIn(fewer).changes.map(({ label }) => label)).toEqual([at('11:00')]);
  });

  test('is named', () => {
    expect(changesIn(fewer).stale).toEqual([at('10:00')]);
  });

  test('that the answer lacks is not used either', () => {
    const { changes, stale } = changesIn(observed({}));
    expect([changes, stale]).toEqual([[], [at('10:00')]]);
  });

  test('that was not asked for is no old answer', () => {
    const asked = [{ start: at('11:00'), end: at('12:00') }];
    expect(changesIn(observed({}), { asked }).stale).toEqual([]);
  });

  test('is believed after two looks that say so', () => {
    const stale = [at('10:00')];
    const levels = Levels.of([
      lookAt('10:05', [changed(5), changed(20, { status: METERED })]),
      lookAt('10:10', [], { stale }),
      lookAt('10:15', [], { stale }),
    ]);
    expect(fromTo(changesIn(observed({ '10:00': { [UNMETERED]: 4 } }), { levels }))).toEqual([
      [UNMETERED, 5, 4],
      [METERED, 20, 0],
    ]);
  });

  test('is no old answer once it is believed', () => {
    const stale = [at('10:00')];
    const levels = Levels.of([
      lookAt('10:05', [changed(5), changed(20, { status: METERED })]),
      lookAt('10:10', [], { stale }),
      lookAt('10:15', [], { stale }),
    ]);
    const answer = observed({ '10:00': { [UNMETERED]: 4 } });
    expect(changesIn(answer, { levels }).stale).toEqual([]);
  });

  test('takes the number of ignored events with it', () => {
    const exceptions = [
      { exception: EXCEPTION, observed: observed({ '10:00': { [UNMETERED]: 1 } }) },
    ];
    const { changes } = changesIn(observed({ '10:00': { [UNMETERED]: 24 } }), { exceptions });
    expect(changes).toEqual([]);
  });
});

describe('a moved number', () => {
  test('is that of a status of an hour, with the direction', () => {
    const { moved } = changesIn(observed({ '10:00': { [METERED]: 25 } }));
    expect(moved).toEqual([
      { label: at('10:00'), status: UNMETERED, by: -5, to: 0, hasFallen: true },
      { label: at('10:00'), status: METERED, by: 5, to: 25, hasFallen: false },
    ]);
  });

  test('is no beginning', () => {
    const { moved } = changesIn(observed({ '10:00': { [UNMETERED]: 3 } }), {
      levels: new Levels(),
    });
    expect(moved).toEqual([]);
  });

  test('is not that of ignored events alone', () => {
    const exceptions = [
      { exception: EXCEPTION, observed: observed({ '11:00': { [UNMETERED]: 1 } }) },
    ];
    const answer = observed({ '10:00': { [UNMETERED]: 5, [METERED]: 20 }, '11:00': {} });
    expect(changesIn(answer, { exceptions }).moved).toEqual([]);
  });
});

describe('an exception', () => {
  const answer = observed({ '10:00': { [UNMETERED]: 8, [METERED]: 20 } });
  const exceptions = [
    { exception: EXCEPTION, observed: observed({ '10:00': { [UNMETERED]: 4 } }) },
  ];

  test('begins with its number where it was not asked for before', () => {
    const { changes } = changesIn(answer, { exceptions });
    expect(changes.at(-1)).toEqual(changed(4, { scope: 'all/k', from: undefined }));
  });

  test('rises from zero where it was asked for and had none', () => {
    const asked = ['all', 'all/k'].map((scope) => ({
      scope,
      start: at('09:00'),
      end: at('12:00'),
      complete: true,
    }));
    const levels = Levels.of([
      lookAt('10:05', [changed(5), changed(20, { status: METERED })], { asked }),
    ]);
    const { changes } = changesIn(answer, { exceptions, levels });
    expect(changes.at(-1)).toEqual(changed(4, { scope: 'all/k', from: 0 }));
  });
});

test('the hours of some statuses are those in which they changed, each once', () => {
  const moved = { by: 1, to: 1, hasFallen: false };
  expect(
    hoursOf(
      [
        { ...moved, label: at('09:00'), status: METERED },
        { ...moved, label: at('10:00'), status: UNMETERED },
        { ...moved, label: at('10:00'), status: FAILED },
      ],
      [UNMETERED, FAILED],
    ),
  ).toEqual([{ start: at('10:00'), end: at('11:00') }]);
});
