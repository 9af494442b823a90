import { createCounter } from '../../functions/monitor/events/counter.ts';
import type { Counts } from '../../functions/monitor/events/counts.ts';
import { evaluate } from '../../functions/monitor/thresholds/evaluate.ts';
import { parseThresholds } from '../../functions/monitor/thresholds/grammar.ts';
import type { Threshold } from '../../functions/monitor/thresholds/threshold.ts';
import { usageEvent } from './events.ts';

const STATUS: Readonly<Record<string, string>> = {
  metered: 'INGESTION_COMPLETED_EVENT_METERED',
  unmetered: 'INGESTION_COMPLETED_EVENT_NOT_METERED',
  failed: 'INGESTION_FAILED',
  duplicate: 'INGESTION_FAILED_DUPLICATE_EVENT',
  in_progress: 'INGESTION_IN_PROGRESS',
  reverted: 'REVERTED',
};

/** Counts with a number of events of each status group, of one account or of several. */
export function countsOf(...groups: readonly Readonly<Record<string, number | string>>[]): Counts {
  const counter = createCounter({ accounts: new Set(), schemas: new Set() });
  for (const { account = 'acme', ...events } of groups) {
    for (const [kind, count] of Object.entries(events)) {
      for (let index = 0; index < Number(count); index++) {
        counter.add(usageEvent({ status: STATUS[kind] ?? kind, accountId: String(account) }));
      }
    }
  }
  return counter.finish();
}

/** The evaluation of a rule over counts, which are complete unless `whole` is false. @param options `firing`: the accounts of its alert */
export function evaluated(
  rule: string,
  counts: Counts,
  options: { whole?: boolean; firing?: string[] } = {},
) {
  const [threshold] = parseThresholds(rule) as [Threshold];
  return evaluate(
    threshold,
    { counts, whole: options.whole ?? true },
    { minimumEvents: 20, firingGroups: options.firing ?? [] },
  );
}
