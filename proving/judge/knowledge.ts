import type { Scenario } from '../world/scenario.ts';
import type { TrueEvent } from '../world/true-event.ts';
import { ClearRuns } from './clear-runs.ts';
import { ExpectedAlerts } from './expected-alerts.ts';
import { ExpectedCounts } from './expected-counts.ts';
import { ExpectedMessages } from './expected-messages.ts';
import { ExpectedGaps } from './gaps.ts';
import { ExpectedFailures } from './monitor-failures.ts';
import { Obstacles } from './obstacles.ts';
import { Outbox } from './outbox.ts';
import { Progress } from './progress.ts';
import { RequestLimits } from './request-limits.ts';
import { StoredBuckets } from './stored-buckets.ts';
import { UncertainRanges } from './uncertain-ranges.ts';

/** Everything that the judge has worked out so far. */
export interface Knowledge {
  readonly scenario: Scenario;
  readonly obstacles: Obstacles;
  readonly stored: StoredBuckets;
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
  const clearRuns = new ClearRuns(settings);
  return {
    scenario,
    obstacles,
    stored,
    counts: new ExpectedCounts(scenario, events, stored, obstacles),
    progress: new Progress(),
    outbox,
    alerts: new ExpectedAlerts(settings, outbox),
    failures: new ExpectedFailures(settings.repeatMinutes, outbox),
    gaps: new ExpectedGaps(settings.repeatMinutes, outbox),
    messages: new ExpectedMessages(scenario, events, { outbox, obstacles, clearRuns }),
    requestLimits: new RequestLimits(settings),
    clearRuns,
    uncertain: new UncertainRanges(),
  };
}
