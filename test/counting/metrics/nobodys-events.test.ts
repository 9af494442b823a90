import { describe, expect, test } from 'vitest';
import { takeLook } from '../../../functions/monitor/counting/metrics/take-look.ts';
import type { MetricsAnswer } from '../../../functions/monitor/events/metrics-answer.ts';
import { firstLook } from '../../support/first-look.ts';
import { metricsOf } from '../../support/memory-metrics.ts';
import { lost } from '../../support/metrics-monitor.ts';
import { at } from '../../support/monitor.ts';
import { traffic } from '../../support/traffic.ts';

const EVENTS = [...traffic('08:00', '10:05'), ...lost(6, '10:02')];

/** An answer without names. */
function withoutNames(answer: MetricsAnswer, isMeant: (id: string) => boolean): MetricsAnswer {
  const series = [...answer.series].map(
    ([id, all]) =>
      [id, isMeant(id) ? all.map((one) => ({ ...one, group: undefined })) : all] as const,
  );
  return { ...answer, series: new Map(series) };
}

/** @param isNameless the questions about accounts that are answered without a name */
async function look(isNameless: (id: string) => boolean, rules = 'unmetered by account >= 5') {
  const asked: string[] = [];
  const taken = await takeLook(
    {
      metrics(range, queries) {
        asked.push(...queries.map(({ id }) => id));
        const answer = metricsOf(EVENTS, range, queries, at('10:05'));
        return Promise.resolve(withoutNames(answer, isNameless));
      },
    },
    firstLook(rules),
  );
  return { ...taken, asked };
}

describe('where all lost events are of no account', () => {
  const ofLost = (id: string) => id.startsWith('account ');

  test('Togai tells accounts apart if other events of the day have one', async () => {
    const { namesTold, asked } = await look(ofLost);
    expect([namesTold.get('account'), asked.includes('names')]).toEqual([true, true]);
  });

  test('they are counted as those of no account', async () => {
    const { record } = await look(ofLost);
    const ofAccounts = record.changes.filter(
      ({ scope, status }) => scope === 'account' && status !== '*',
    );
    expect(ofAccounts.map(({ name, to }) => [name, to])).toEqual([['', 6]]);
  });

  test('Togai does not tell accounts apart if no event of the day has one', async () => {
    const { namesTold } = await look((id) => ofLost(id) || id === 'names');
    expect(namesTold.get('account')).toBe(false);
  });
});

test('nobody is asked for again where lost events have names', async () => {
  expect((await look(() => false)).asked).not.toContain('names');
});

test('all events of an account are unknown where the answer about them has no names', async () => {
  const rules = 'unmetered by account >= 5%';
  const totalsOf = async (isNameless: (id: string) => boolean) => {
    const { record } = await look(isNameless, rules);
    return record.changes.filter(({ scope, status }) => scope === 'account' && status === '*');
  };
  expect((await totalsOf(() => false)).length).toBeGreaterThan(0);
  expect(await totalsOf((id) => id === '* account')).toEqual([]);
});
