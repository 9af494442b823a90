import type { Scenario } from '../world/scenario.ts';
import type { TrueEvent } from '../world/true-event.ts';
import { Agreement } from './agreement.ts';
import { ClearRuns } from './clear-runs.ts';
import { ExpectedAlerts } from './expected-alerts.ts';
import { ExpectedCounts } from './expected-counts.ts';
import { ExpectedMessages } from './expected-messages.ts';
import { ExpectedGaps } from './gaps.ts';
import { LookBook } from './look-book.ts';
import { ExpectedFailures } from './monitor-failures.ts';
import { Obstacles } from './obstacles.ts';
import { Outbox } from './outbox.ts';
import { Progress } from './progress.ts';
import { RequestLimits } from './request-limits.ts';
import { Sources } from './sources.ts';
import { StoredBuckets } from './stored-buckets.ts';
import { TrueLevels } from './true-levels.ts';
import { UncertainRanges } from './uncertain-ranges.ts';

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
  readonly outbox: Outbox;
  readonly alerts: ExpectedAlerts;
  readonly failures: ExpectedFailures;
  readonly gaps: ExpectedGaps;
  readonly messages: ExpectedMessages;
  readonly requestLimits: RequestLimits;
  readonly clearRuns: ClearRuns;
  readonly uncertain: UncertainRanges;
}

/** @param events the truth */
export function newKnowledge(scenario: Scenario, events: readonly TrueEvent[]): Knowledge {
  const { settings } = scenario;
  const obstacles = new Obstacles(scenario);
  const stored = new StoredBuckets();
  const outbox = new Outbox();
  const progress = new Progress(settings);
  const clearRuns = new ClearRuns(progress);
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
    outbox,
    alerts: new ExpectedAlerts(settings, outbox),
    failures: new ExpectedFailures(settings.repeatMinutes, outbox),
    gaps: new ExpectedGaps(settings.repeatMinutes, outbox),
    messages: new ExpectedMessages(scenario, events, { outbox, obstacles, clearRuns, stored }),
    requestLimits: new RequestLimits(settings),
    clearRuns,
    uncertain: new UncertainRanges(),
  };
}
