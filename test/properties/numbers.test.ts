import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CheckResult } from '../../cli/check/check.ts';
import { report } from '../../cli/check/report/report.ts';
import { breachedLines } from '../../cli/check/report/thresholds.ts';
import { mergeCounts } from '../../functions/monitor/events/merge-counts.ts';
import { type Evaluation, evaluate } from '../../functions/monitor/thresholds/evaluate.ts';
import { parseThresholds } from '../../functions/monitor/thresholds/grammar.ts';
import { chatText, messageOf } from '../support/messages.ts';
import { holdsAlways } from './cases.ts';

const AT = Date.UTC(2026, 10, 18, 12);
const HOUR = { start: AT - 3_600_000, end: AT };

type Operator = '>=' | '>' | '<=' | '<';

/** A share of events, and a rule whose limit is as near to it as a few decimals can be. */
const nearTheLimit = fc
  .record({
    total: fc.integer({ min: 1, max: 1_000_000 }),
    part: fc.double({ min: 0, max: 1, noNaN: true }),
    decimals: fc.integer({ min: 0, max: 6 }),
    operator: fc.constantFrom<Operator>('>=', '>', '<=', '<'),
    by: fc.constantFrom('', ' by account'),
  })
  .map(({ total, part, decimals, operator, by }) => {
    const events = Math.round(part * total);
    const limit = Number(((100 * events) / total).toFixed(decimals));
    return { total, events, operator, limit, rule: `unmetered${by} ${operator} ${limit}%` };
  })
  .filter(({ rule }) => isRule(rule));

function isRule(rule: string): boolean {
  try {
    parseThresholds(rule);
    return true;
  } catch {
    return false;
  }
}

/** The check of an hour of one account by a rule. */
function checked(rule: string, events: number, total: number): CheckResult & { only: Evaluation } {
  const byStatus = new Map([
    ['INGESTION_COMPLETED_EVENT_NOT_METERED', events],
    ['INGESTION_COMPLETED_EVENT_METERED', total - events],
  ]);
  const groups = { byName: new Map([['acme', { byStatus, exact: true }]]), truncated: false };
  const counts = { ...mergeCounts([]), total, byStatus, accounts: groups };
  const evaluations = parseThresholds(rule).map((threshold) =>
    evaluate(threshold, { counts, whole: true }, { minimumEvents: 1 }),
  );
  return {
    window: HOUR,
    asked: HOUR,
    windowMs: HOUR.end - HOUR.start,
    source: 'listing',
    sourceReason: '',
    isPart: false,
    lacksLate: false,
    namesBaseUrl: false,
    baseUrl: 'https://togai.example',
    count: {
      complete: [{ bucket: HOUR, counts, timeField: 'createdAt' }],
      unfinished: [],
      failed: [],
      stopped: undefined,
      timeField: 'createdAt',
      timeFieldProven: false,
      filteredHere: false,
    },
    counts,
    evaluations,
    ignoreRemarks: [],
    only: evaluations[0] as Evaluation,
    stats: { requests: 1, throttled: 0, retries: 0 },
    durationMs: 1,
  };
}

/** Whether a printed share breaches. For `<0.1%`, whether its smallest and largest meaning do. */
function breaches(printed: string, operator: Operator, limit: number): boolean[] {
  const share = Number(/[\d.]+/.exec(printed)?.[0]);
  const values = printed.startsWith('<') ? [share / 1e9, share * (1 - 1e-9)] : [share];
  return values.map((value) => {
    if (operator === '>=') return value >= limit;
    if (operator === '>') return value > limit;
    return operator === '<=' ? value <= limit : value < limit;
  });
}

test('every share that check prints beside a rule says the same as its evaluation', () =>
  holdsAlways(
    fc.property(nearTheLimit, ({ total, events, operator, limit, rule }) => {
      const result = checked(rule, events, total);
      const breached = result.only.state === 'breached';
      const row = report(result, (_, text) => text)
        .split('\n')
        .find((line) => line.includes(rule));
      const shown = (row?.split(rule)[1] ?? '').match(/<?[\d.]+%/g) ?? [];
      expect(shown).not.toEqual([]);
      for (const printed of [
        ...shown,
        ...(breachedLines(result).match(/ <?[\d.]+%(?!")/g) ?? []),
      ]) {
        const saying = breaches(printed.trim(), operator, limit);
        expect([printed, ...saying]).toEqual([printed, ...saying.map(() => breached)]);
      }
    }),
  ));

test('every share that a message gives as the value of its rule says the same as its evaluation', () =>
  holdsAlways(
    fc.property(nearTheLimit, ({ total, events, operator, limit, rule }) => {
      const { state, value } = checked(rule, events, total).only;
      const breached = state === 'breached';
      const kind = breached ? 'opened' : 'resolved';
      const accounts = [{ name: 'acme', lost: events }];
      const message = messageOf(rule, { kind, value, events, accounts, total });
      const shown = [
        /^Window: .* Now (\S+), at worst/m.exec(message.email)?.[1] ?? '',
        ...(breached ? [message.email, chatText(message)] : []).map(
          (text) => /^Limit: .* Now (\S+?)(?: in that time)?\.$/m.exec(text)?.[1] ?? '',
        ),
      ];
      for (const printed of shown) {
        const saying = breaches(printed, operator, limit);
        expect([printed, ...saying]).toEqual([printed, ...saying.map(() => breached)]);
      }
    }),
  ));
