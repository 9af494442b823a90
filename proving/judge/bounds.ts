import type { StoredBucket } from '../history.ts';
import { statusAt, type TrueEvent } from '../world/true-event.ts';
import { broken, type Complaint } from './complaint.ts';

/** The time during which a bucket was counted: from the begin of the run until the bucket was stored. */
export interface CountedDuring {
  readonly since: number;
  readonly now: number;
}

/** The numbers of a bucket by name, such as `total`, `status X` or `account A X`. */
export type Numbers = Map<string, number>;

/** The bounds that the truth sets for each number. */
export class Bounds {
  readonly least: Numbers = new Map();
  readonly most: Numbers = new Map();

  /** @param weight how many events it stands for */
  add(name: string, isCertain: boolean, weight: number): void {
    this.most.set(name, (this.most.get(name) ?? 0) + weight);
    if (isCertain) this.least.set(name, (this.least.get(name) ?? 0) + weight);
  }

  leastOf(name: string): number {
    return this.least.get(name) ?? 0;
  }

  mostOf(name: string): number {
    return this.most.get(name) ?? 0;
  }
}

/** The status of an event when its count began, and every status that the count may have seen. */
export function statusesDuring(
  event: TrueEvent,
  { since, now }: CountedDuring,
): { readonly first: string | undefined; readonly possible: ReadonlySet<string> } {
  const first = statusAt(event, since);
  if (event.visibleAt > now) return { first, possible: new Set() };
  const during = event.statuses.filter(({ from }) => from > since && from <= now);
  const possible = new Set(during.map(({ status }) => status));
  return { first, possible: first === undefined ? possible : new Set([first, ...possible]) };
}

/** The names and counts of a stored bucket, as far as they are by account or schema. */
export function* groupsOf({
  accounts,
  schemas,
}: StoredBucket['counts']): Generator<
  readonly [name: string, byStatus: ReadonlyMap<string, number>]
> {
  for (const [name, { byStatus }] of accounts.byName) yield [`account ${name}`, byStatus];
  for (const [name, { byStatus }] of schemas.byName) yield [`schema ${name}`, byStatus];
}

export function tooMany(name: string, counted: number, there: number): Complaint {
  return broken('count-not-above-truth', `${name}: ${counted} counted, ${there} there`);
}

export function tooFew(name: string, counted: number, there: number): Complaint {
  return broken('count-not-below-truth', `${name}: ${counted} counted, ${there} there`);
}
