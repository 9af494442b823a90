import { describe, expect, test } from 'vitest';
import { priceOf } from '../../simulator/prices.ts';
import { answerWith, totals } from './metrics-answers.ts';

describe('revenue', () => {
  const BY_ACCOUNT = { aggregationPeriod: 'DAY', groupBy: 'ACCOUNT_ID' };
  const REVENUE = { ...BY_ACCOUNT, name: 'REVENUE', configs: { CURRENCY: 'BASE' } };
  const METERED = {
    ...BY_ACCOUNT,
    filters: [{ fieldName: 'EVENT_STATUS', fieldValues: ['INGESTION_COMPLETED_EVENT_METERED'] }],
  };

  test('is the price of the account for each metered event', async () => {
    const { results } = await answerWith({ metricsCut: 'query' }, [REVENUE, METERED]);
    const [revenue, metered] = results.map(({ data }) => totals(data));
    expect(revenue?.get('acme')).toBeGreaterThan(0);
    for (const [name, events] of metered ?? []) {
      expect(revenue?.get(name ?? '')).toBeCloseTo(events * priceOf(name ?? ''));
    }
  });

  test('differs from account to account', () => {
    expect(new Set(['acme', 'globex', 'initech'].map(priceOf)).size).toBe(3);
  });

  test('has no statuses to filter by', async () => {
    expect((await answerWith({}, [{ ...REVENUE, ...METERED, name: 'REVENUE' }])).status).toBe(400);
  });
});
