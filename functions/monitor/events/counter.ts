import { type Counts, entryOf, type IgnoreLists, increase, type SampleEvent } from './counts.ts';
import type { UsageEvent } from './event.ts';
import { createGroupCounter } from './group-counts.ts';
import { addDescription, keepSample } from './keep-samples.ts';
import { isProblem, KNOWN_STATUSES } from './status-groups.ts';

/** How many statuses are counted by name beside those that Togai documents. */
const MAX_UNKNOWN_STATUSES = 100;

/** Where statuses beyond that are counted. */
const OVERFLOW_STATUS = 'UNKNOWN';

/** Builds one counts. Holds counts, not events: what was added can be dropped. */
export interface Counter {
  add(event: UsageEvent): void;
  addMalformed(problem: string): void;
  /** How many entries were added so far, readable or not. */
  readonly entries: number;
  finish(): Counts;
}

export function createCounter(ignoreLists: IgnoreLists): Counter {
  const byStatus = new Map<string, number>();
  const accounts = createGroupCounter();
  const schemas = createGroupCounter();
  const samples = new Map<string, SampleEvent[]>();
  const descriptions = new Map<string, Map<string, number>>();
  let total = 0;
  let ignored = 0;
  let malformed = 0;
  let malformedExample: string | undefined;

  const ignores = ignoreLists.accounts.size + ignoreLists.schemas.size > 0;
  const unknown = new Set<string>();
  function nameOf(status: string): string {
    if (KNOWN_STATUSES.includes(status) || unknown.has(status)) return status;
    if (unknown.size >= MAX_UNKNOWN_STATUSES) return OVERFLOW_STATUS;
    unknown.add(status);
    return status;
  }

  return {
    add(event) {
      const { accountId, schemaName, statusDescription } = event;
      if (ignores && (ignoreLists.accounts.has(accountId) || ignoreLists.schemas.has(schemaName))) {
        ignored++;
        return;
      }
      total++;
      let status = event.status;
      const before = byStatus.get(status);
      if (before === undefined) {
        status = nameOf(status);
        increase(byStatus, status, 1);
      } else byStatus.set(status, before + 1);
      accounts.add(accountId, status);
      schemas.add(schemaName, status);
      if (!isProblem(status)) return;
      keepSample(samples, status, event);
      if (statusDescription !== undefined) {
        addDescription(entryOf(descriptions, status), statusDescription, 1);
      }
    },
    addMalformed(problem) {
      malformed++;
      malformedExample ??= problem;
    },
    get entries() {
      return total + ignored + malformed;
    },
    finish: () => ({
      total,
      byStatus,
      accounts: accounts.finish(),
      schemas: schemas.finish(),
      ignored,
      malformed,
      malformedExample,
      samples,
      descriptions,
    }),
  };
}
