import fc from 'fast-check';
import { createCounter } from '../../functions/monitor/events/counter.ts';
import type { Counts, IgnoreLists } from '../../functions/monitor/events/counts.ts';
import type { UsageEvent } from '../../functions/monitor/events/event.ts';
import { BUCKET_MS } from '../../functions/monitor/timeline/bucket.ts';
import { anyText } from './texts.ts';

export const BUCKET = {
  start: Date.UTC(2026, 10, 18, 12),
  end: Date.UTC(2026, 10, 18, 12) + BUCKET_MS,
};
const IGNORED: IgnoreLists = {
  accounts: new Set(['ignored']),
  schemas: new Set(['ignored']),
};

const name = fc.oneof(
  fc.constantFrom('acme', 'globex', 'umbrella', 'ignored', '', '__proto__'),
  anyText,
);
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

/** Any event. There are few times, so many events are of the same moment. */
export const event: fc.Arbitrary<UsageEvent> = fc
  .record({
    referenceId: optional(fc.uuid()),
    id: optional(fc.constantFrom('a', 'b', '')),
    createdAt: fc.nat(9).map((step) => BUCKET.start + step * 33_331),
    status: fc.oneof(
      fc.constantFrom(
        'INGESTION_COMPLETED_EVENT_METERED',
        'INGESTION_COMPLETED_EVENT_NOT_METERED',
        'INGESTION_FAILED_DUPLICATE_EVENT',
        'INGESTION_IN_PROGRESS',
        'UNKNOWN',
        '__proto__',
      ),
      anyText,
    ),
    // No more texts than are kept of a status, for it is not promised which of more are kept.
    statusDescription: fc.constantFrom(undefined, '', 'no plan', 'no meter', '\ud800', '__proto__'),
    accountId: name,
    schemaName: name,
  })
  .map((fields) => ({
    ...fields,
    identity: fields.referenceId,
    timestamp: fields.createdAt,
  }));
export const events = fc.array(event, { maxLength: 25 });
export const problem = fc.constantFrom('its createdAt is missing', 'it is text');

export function countsOf(counted: readonly UsageEvent[], problems: readonly string[] = []): Counts {
  const counter = createCounter(IGNORED);
  for (const one of counted) counter.add(one);
  for (const one of problems) counter.addMalformed(one);
  return counter.finish();
}

export const shuffled = <T>(list: readonly T[]) =>
  fc.shuffledSubarray([...list], { minLength: list.length });
