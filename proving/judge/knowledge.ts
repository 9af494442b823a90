import type { Scenario } from '../world/scenario.ts';
import type { TrueEvent } from '../world/true-event.ts';
import { Agreement } from './agreement.ts';
import { ExpectedCounts } from './expected-counts.ts';
import { TrueTraffic } from './incidents/true-traffic.ts';
import { LookBook } from './look-book.ts';
import { Obstacles } from './obstacles.ts';
import { Progress } from './progress.ts';
import { RequestLimits } from './request-limits.ts';
import { Sources } from './sources.ts';
import { StoredBuckets } from './stored-buckets.ts';
import { TrueLevels } from './true-levels.ts';

/** Everything that the judge has worked out so far. */
export interface Knowledge {
  readonly scenario: Scenario;
  readonly obstacles: Obstacles;
  readonly stored: StoredBuckets;
  readonly looks: LookBook;
  readonly trueLevels: TrueLevels;
  readonly agreement: Agreement;
  readonly sources: Sources;
  readonly counts: ExpectedCounts;
  readonly progress: Progress;
  readonly requestLimits: RequestLimits;
  readonly traffic: TrueTraffic;
}

/** @param events the truth */
export function newKnowledge(scenario: Scenario, events: readonly TrueEvent[]): Knowledge {
  const { settings } = scenario;
  const obstacles = new Obstacles(scenario);
  const stored = new StoredBuckets();
  const progress = new Progress(settings);
  return {
    scenario,
    obstacles,
    stored,
    looks: new LookBook(),
    trueLevels: new TrueLevels(scenario, events),
    agreement: new Agreement(scenario, events),
    sources: new Sources(scenario, events, progress),
    counts: new ExpectedCounts(scenario, events, stored),
    progress,
    requestLimits: new RequestLimits(settings),
    traffic: new TrueTraffic(events),
  };
}
