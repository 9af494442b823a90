import { SECOND_MS } from '../functions/monitor/timeline/time.ts';
import { MAX_SETTLE_MS } from './event-traits.ts';
import { backlogAt } from './outcome-at.ts';
import type { Scenario } from './scenarios.ts';

/** A stretch of `createdAt` in which settled events of the same traits look the same. */
export interface Stretch {
  readonly number: number;
  /** Whether that holds for all of its events: they are settled, or all wait in a backlog. */
  readonly isSteady: boolean;
}

/** @returns the stretch of a second (epoch s); `undefined` for a second in which a stretch ends */
export function createStretches(scenario: Scenario, now: number) {
  const ends = endsOf(scenario, now);
  return (second: number): Stretch | undefined => {
    const start = second * SECOND_MS;
    const number = ends.findLastIndex((end) => end <= start);
    const next = ends[number + 1];
    if (next !== undefined && next < start + SECOND_MS) return undefined;
    const isSteady = start + MAX_SETTLE_MS <= now || backlogAt(scenario, start) !== undefined;
    return { number, isSteady };
  };
}

function endsOf({ incidents, backlogs, lags = [] }: Scenario, now: number): readonly number[] {
  // An event of exactly this age has just settled or healed, so the stretch of the older events holds it.
  const ofAge = (ageMs = 0) => Math.floor(now - ageMs) + 1;
  return [
    ofAge(),
    ofAge(MAX_SETTLE_MS),
    ...[...incidents, ...backlogs, ...lags].flatMap(({ start, end }) => [start, end]),
    ...incidents.map(({ healsAfterMs }) => ofAge(healsAfterMs)),
    ...backlogs.map(({ settleMs }) => ofAge(settleMs)),
  ].sort((a, b) => a - b);
}
