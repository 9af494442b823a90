import type { StoredBucket } from '../history.ts';
import { BUCKET, generationAt, type Scenario } from '../world/scenario.ts';
import { statusAt, type TrueEvent } from '../world/true-event.ts';
import {
  Bounds,
  type CountedDuring,
  groupsOf,
  type Numbers,
  statusesDuring,
  tooFew,
  tooMany,
} from './bounds.ts';
import type { Complaint } from './complaint.ts';
import { ignoredAt } from './count-config.ts';

/**
 * The first number of a bucket of five minutes that the truth rules out. If statuses change during the count, a number may
 * lie between the certain and the possible count.
 *
 * @param events all of that bucket, by `field`
 */
export function differenceOfBucket(
  bucket: StoredBucket,
  field: 'createdAt' | 'timestamp',
  events: readonly TrueEvent[],
  during: CountedDuring,
  scenario: Scenario,
): Complaint | undefined {
  const bounds = boundsOf(bucket, field, events, during, scenario);
  const found = numbersOf(bucket);
  for (const [name, count] of found) {
    const most = bounds.mostOf(name);
    if (count > most) return tooMany(name, count, most);
  }
  if (bucket.partial) return undefined;
  for (const [name, least] of bounds.least) {
    const count = found.get(name) ?? 0;
    if (count < least) return tooFew(name, count, least);
  }
  return undefined;
}

function boundsOf(
  { start }: StoredBucket,
  field: 'createdAt' | 'timestamp',
  events: readonly TrueEvent[],
  during: CountedDuring,
  scenario: Scenario,
): Bounds {
  const { settings, weight } = scenario;
  const { timeFilter } = generationAt(scenario, during.now);
  const accounts = ignoredAt(settings.ignoredAccounts, start);
  const schemas = ignoredAt(settings.ignoredSchemas, start);
  const bounds = new Bounds();
  for (const event of events) {
    const isIgnored = accounts.has(event.account) || schemas.has(event.schema);
    const { first, possible } = statusesDuring(event, during);
    // Where Togai filters by the other time, it lists only events whose other time is in the range.
    const other = field === 'createdAt' ? event.timestamp : event.createdAt;
    const surelyListed = field === timeFilter || (other >= start && other < start + BUCKET);
    const isThere = statusAt(event, during.now) !== undefined;
    const isCertain = first !== undefined && isThere && surelyListed;
    if (possible.size > 0) bounds.add(isIgnored ? 'ignored' : 'total', isCertain, weight);
    if (isIgnored) continue;
    for (const status of possible) {
      const isSure = isCertain && possible.size === 1;
      bounds.add(`status ${status}`, isSure, weight);
      bounds.add(`account ${event.account} ${status}`, isSure, weight);
      bounds.add(`schema ${event.schema} ${status}`, isSure, weight);
    }
  }
  return bounds;
}

function numbersOf({ counts }: StoredBucket): Numbers {
  const numbers: Numbers = new Map([['total', counts.total]]);
  if (counts.ignored > 0) numbers.set('ignored', counts.ignored);
  for (const [status, count] of counts.byStatus) numbers.set(`status ${status}`, count);
  for (const [name, byStatus] of groupsOf(counts)) {
    for (const [status, count] of byStatus) numbers.set(`${name} ${status}`, count);
  }
  return numbers;
}
