import { type Counts, entryOf, type IgnoreLists, increase, type SampleEvent } from './counts.ts';
import type { UsageEvent } from './event.ts';
import { createGroupCounter } from './group-counts.ts';
import { addDescription, keepSample } from './keep-samples.ts';
import { isProblem, KNOWN_STATUSES } from './status-groups.ts';

/** Statuses counted by name beside those that Togai documents. A faulty server must not let the counts grow without limit. */
const MAX_UNKNOWN_STATUSES = 100;

/** Further statuses are counted under this one. */
const OVERFLOW_STATUS = 'UNKNOWN';

/** Counts events one by one. It keeps numbers and a few samples, so memory does not grow with the number of events. */
export interface Counter {
  add(event: UsageEvent): void;
  /** @param problem in words, see {@link Counts.malformedExample} */
  addMalformed(problem: string): void;
  /** Events, ignored events and malformed entries so far. */
  readonly entries: number;
  finish(): Counts;
}

export function createCounter(ignoreLists: IgnoreLists): Counter {
  return new EventCounter(ignoreLists);
}

class EventCounter implements Counter {
  readonly #ignoreLists: IgnoreLists;
  readonly #ignoresAny: boolean;
  readonly #byStatus = new Map<string, number>();
  readonly #unknownStatuses = new Set<string>();
  readonly #accounts = createGroupCounter();
  readonly #schemas = createGroupCounter();
  readonly #samples = new Map<string, SampleEvent[]>();
  readonly #descriptions = new Map<string, Map<string, number>>();
  #total = 0;
  #ignored = 0;
  readonly #ignoredNames = { accounts: new Set<string>(), schemas: new Set<string>() };
  #malformed = 0;
  #malformedExample: string | undefined;

  constructor(ignoreLists: IgnoreLists) {
    this.#ignoreLists = ignoreLists;
    this.#ignoresAny = ignoreLists.accounts.size + ignoreLists.schemas.size > 0;
  }

  add(event: UsageEvent): void {
    const { accountId, schemaName, statusDescription } = event;
    if (this.#ignoresAny && this.#isIgnored(event)) {
      this.#ignored++;
      return;
    }
    this.#total++;
    let status = event.status;
    const before = this.#byStatus.get(status);
    if (before === undefined) {
      status = this.#countedAs(status);
      increase(this.#byStatus, status, 1);
    } else this.#byStatus.set(status, before + 1);
    this.#accounts.add(accountId, status);
    this.#schemas.add(schemaName, status);
    if (!isProblem(status)) return;
    keepSample(this.#samples, status, event);
    if (statusDescription !== undefined) {
      addDescription(entryOf(this.#descriptions, status), statusDescription, 1);
    }
  }

  addMalformed(problem: string): void {
    this.#malformed++;
    this.#malformedExample ??= problem;
  }

  get entries(): number {
    return this.#total + this.#ignored + this.#malformed;
  }

  finish(): Counts {
    return {
      total: this.#total,
      byStatus: this.#byStatus,
      accounts: this.#accounts.finish(),
      schemas: this.#schemas.finish(),
      ignored: this.#ignored,
      ignoredNames: this.#ignoredNames,
      malformed: this.#malformed,
      malformedExample: this.#malformedExample,
      samples: this.#samples,
      descriptions: this.#descriptions,
    };
  }

  #isIgnored({ accountId, schemaName }: UsageEvent): boolean {
    const { accounts, schemas } = this.#ignoreLists;
    const [byAccount, bySchema] = [accounts.has(accountId), schemas.has(schemaName)];
    if (byAccount) this.#ignoredNames.accounts.add(accountId);
    if (bySchema) this.#ignoredNames.schemas.add(schemaName);
    return byAccount || bySchema;
  }

  #countedAs(status: string): string {
    if (KNOWN_STATUSES.includes(status) || this.#unknownStatuses.has(status)) return status;
    if (this.#unknownStatuses.size >= MAX_UNKNOWN_STATUSES) return OVERFLOW_STATUS;
    this.#unknownStatuses.add(status);
    return status;
  }
}
