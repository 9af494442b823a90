import type { EventPage, TimeField, UsageEvent } from '../../events/event.ts';
import { holds, type Job, jobAt, type ListQuery } from './list-queries.ts';
import { timeBy } from './time-filter.ts';

/** Gives the entries of the pages of one query to its buckets. */
export class PageEntries {
  readonly #query: ListQuery;
  readonly #field: TimeField;
  /**
   * Entries without an identity. They would count twice if the query is listed again, so they count
   * once the query is complete.
   */
  readonly #nameless: (() => void)[] = [];

  constructor(query: ListQuery, field: TimeField) {
    this.#query = query;
    this.#field = field;
  }

  add({ events, malformed }: EventPage): void {
    for (const event of events) {
      const time = timeBy(this.#field, event);
      if (time === undefined) {
        const job = jobAt(this.#query, event.createdAt) ?? this.#newest;
        this.#addMalformed(job, 'its timestamp could not be read', event.identity);
      } else this.#addEvent(event, time);
    }
    for (const { identity, createdAt, problem } of malformed) {
      const own = createdAt === undefined ? this.#newest : jobAt(this.#query, createdAt);
      // By its own time it may be in none of them, though it was listed for one.
      const job = own ?? (this.#field === 'timestamp' ? this.#newest : undefined);
      this.#addMalformed(job, problem, identity);
    }
  }

  /** To be called once all pages have come, or after each of them if the query cannot be listed again. */
  addNameless(): void {
    for (const add of this.#nameless.splice(0)) add();
  }

  get #newest(): Job | undefined {
    return this.#query.jobs.at(-1);
  }

  #addEvent(event: UsageEvent, time: number): void {
    const job = jobAt(this.#query, time);
    if (event.identity !== undefined) job?.counter.add(event);
    // It may come with the next part of its bucket, too.
    else if (holds(this.#query.range, time)) this.#nameless.push(() => job?.counter.add(event));
  }

  #addMalformed(job: Job | undefined, problem: string, identity: string | undefined): void {
    const add = () => job?.counter.addMalformed(problem, identity);
    if (identity === undefined) this.#nameless.push(add);
    else add();
  }
}
