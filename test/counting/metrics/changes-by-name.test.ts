import { describe, expect, test } from 'vitest';
import {
  changesByName,
  namesAreTold,
  totalChanges,
} from '../../../functions/monitor/counting/metrics/changes-by-name.ts';
import type { Moved } from '../../../functions/monitor/counting/metrics/changes-of-totals.ts';
import { Levels } from '../../../functions/monitor/counting/metrics/levels.ts';
import { SETTLED } from '../../../functions/monitor/events/look-record.ts';
import { changed, FAILED, lookAt, observed, UNMETERED } from '../../support/looks.ts';
import { at } from '../../support/monitor.ts';

const CLASS = { name: UNMETERED, statuses: [UNMETERED, 'INGESTION_COMPLETED_NO_MATCHING_METERS'] };
const RISEN: Moved = { label: at('10:00'), status: UNMETERED, by: 3, to: 8, hasFallen: false };
const FALLEN: Moved = { ...RISEN, by: -3, hasFallen: true };
const ACME = { scope: 'account', name: 'acme' };

/** Acme has lost 5 events, and names were asked for. */
const LOOK = lookAt('10:05', [changed(5), changed(5, ACME)], {
  asked: [
    { scope: 'all', start: at('09:00'), end: at('12:00'), complete: true },
    { scope: 'account', status: UNMETERED, start: at('10:00'), end: at('11:00'), complete: true },
  ],
});

function changesOf(
  answer: Parameters<typeof observed>[0],
  { complete = true, moved = [RISEN], looks = [LOOK], newFrom = at('10:05') } = {},
) {
  const levels = Levels.of(looks);
  const input = { levels, newFrom, scope: 'account', observed: observed(answer, complete) };
  return changesByName(input, CLASS, moved).map(({ name, from, to }) => [name, from, to]);
}

describe('the events of an account', () => {
  test('rise from the level before', () => {
    expect(changesOf({ '10:00': { acme: 8 } })).toEqual([['acme', 5, 8]]);
  });

  test('of another account rise from zero, because all were told', () => {
    expect(changesOf({ '10:00': { acme: 5, globex: 3 } })).toEqual([['globex', 0, 3]]);
  });

  test('are counted under the first status of their class', () => {
    const levels = Levels.of([LOOK]);
    const observation = observed({ '10:00': { acme: 8 } });
    const input = { levels, newFrom: at('10:05'), scope: 'account', observed: observation };
    expect(changesByName(input, CLASS, [RISEN])).toEqual([changed(8, { ...ACME, from: 5 })]);
  });

  test('do not fall while no event of their class has left it', () => {
    expect(changesOf({ '10:00': { acme: 2 } })).toEqual([]);
  });

  test('fall where some have left it', () => {
    expect(changesOf({ '10:00': { acme: 2 } }, { moved: [FALLEN] })).toEqual([['acme', 5, 2]]);
  });

  test('do not fall where events of another hour have left it', () => {
    const moved = [RISEN, { ...FALLEN, label: at('11:00') }];
    expect(changesOf({ '10:00': { acme: 2 } }, { moved })).toEqual([]);
  });

  test('fall to zero where the account is in the answer no more', () => {
    expect(changesOf({ '10:00': { globex: 2 } }, { moved: [FALLEN] })).toContainEqual([
      'acme',
      5,
      0,
    ]);
  });

  test('stay where the account may have been cut from the answer', () => {
    const moved = [FALLEN];
    expect(changesOf({ '10:00': { globex: 2 } }, { moved, complete: false })).toEqual([
      ['globex', 0, 2],
    ]);
  });

  test('are looked at in hours that changed only', () => {
    expect(changesOf({ '10:00': { acme: 8 }, '11:00': { acme: 4 } })).toEqual([['acme', 5, 8]]);
  });

  test('are looked at in statuses that changed only', () => {
    const moved = [{ ...RISEN, status: FAILED }];
    expect(changesOf({ '10:00': { acme: 8 } }, { moved })).toEqual([]);
  });
});

describe('an account that no look has seen', () => {
  const globex = { '10:00': { globex: 3 } };

  test('begins where an earlier answer was cut', () => {
    const cut = { ...LOOK, asked: LOOK.asked.map((range) => ({ ...range, complete: false })) };
    expect(changesOf(globex, { looks: [cut] })).toEqual([['globex', undefined, 3]]);
  });

  test('begins where nobody asked for names while events were lost', () => {
    const nameless = lookAt('10:05', [changed(5)]);
    expect(changesOf(globex, { looks: [nameless] })).toEqual([['globex', undefined, 3]]);
  });

  test('rises from zero where no event was lost before', () => {
    const quiet = lookAt('10:05', [changed(0)]);
    expect(changesOf(globex, { looks: [quiet] })).toEqual([['globex', 0, 3]]);
  });

  test('begins where events of another status of the class were lost before', () => {
    const other = lookAt('10:05', [
      changed(5, { status: 'INGESTION_COMPLETED_NO_MATCHING_METERS' }),
    ]);
    expect(changesOf(globex, { looks: [other] })).toEqual([['globex', undefined, 3]]);
  });

  test('rises from zero in an hour that begins after the look before', () => {
    const moved = [{ ...RISEN, label: at('11:00') }];
    const answer = { '11:00': { globex: 3 } };
    expect(changesOf(answer, { moved, looks: [], newFrom: at('11:00') })).toEqual([
      ['globex', 0, 3],
    ]);
  });
});

test('events of no account belong to an account with an empty name', () => {
  const hours = new Map([[at('10:00'), new Map([[undefined, 3]])]]);
  const input = {
    levels: Levels.of([LOOK]),
    newFrom: at('10:05'),
    scope: 'account',
    observed: { hours, complete: false },
  };
  expect(changesByName(input, CLASS, [RISEN]).map(({ name, to }) => [name, to])).toEqual([['', 3]]);
});

describe('all settled events of an account', () => {
  const totals = (events: number, label: '10:00' | '11:00', ...looks: (typeof LOOK)[]) => {
    const input = {
      levels: Levels.of(looks),
      newFrom: at('10:05'),
      scope: 'account',
      observed: observed({ [label]: { acme: events } }),
    };
    return totalChanges(input, ['acme'], [at(label)], []).map(({ from, to }) => [from, to]);
  };
  const known = lookAt('10:05', [changed(20, { ...ACME, status: SETTLED })]);

  test('begin where they were not asked for', () => {
    expect(totals(20, '10:00')).toEqual([[undefined, 20]]);
  });

  test('rise from zero in a new hour', () => {
    expect(totals(20, '11:00')).toEqual([[0, 20]]);
  });

  test('rise from the level before', () => {
    expect(totals(25, '10:00', known)).toEqual([[20, 25]]);
  });

  test('never fall', () => {
    expect(totals(15, '10:00', known)).toEqual([]);
  });

  test('are known where lost events changed and their number stayed', () => {
    const input = {
      levels: Levels.of([known]),
      newFrom: at('10:05'),
      scope: 'account',
      observed: observed({ '10:00': { acme: 20 } }),
    };
    const lost = changed(3, ACME);
    expect(totalChanges(input, ['acme'], [at('10:00')], [lost])).toEqual([
      changed(20, { ...ACME, status: SETTLED, from: 20 }),
    ]);
  });

  test('are zero where the account is not in the answer', () => {
    const input = {
      levels: new Levels(),
      newFrom: at('10:05'),
      scope: 'account',
      observed: observed({}),
    };
    expect(totalChanges(input, ['acme'], [at('11:00')], [])).toEqual([
      changed(0, { ...ACME, status: SETTLED, label: at('11:00') }),
    ]);
  });
});

describe('names are told apart', () => {
  const told = (...groups: [string | undefined, number][]) =>
    namesAreTold({ hours: new Map([[at('10:00'), new Map(groups)]]), complete: true });

  test('where one has events', () => {
    expect(told(['acme', 3])).toBe(true);
  });

  test('where some events are of no account', () => {
    expect(told(['acme', 3], [undefined, 2])).toBe(true);
  });

  test('not where all events are of none', () => {
    expect(told([undefined, 2])).toBe(false);
  });

  test('or not, where there is no event', () => {
    expect([told(), told(['acme', 0]), told([undefined, 0])]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
