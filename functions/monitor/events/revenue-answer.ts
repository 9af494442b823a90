import type { MetricSeries } from './metrics-answer.ts';

/** Metered events of some accounts and their revenue, each by account and day. */
export interface RevenueAnswer {
  readonly metered: readonly MetricSeries[];
  /** In the base currency. Credit notes make it negative. */
  readonly revenue: readonly MetricSeries[];
  /** Data points of both; see {@link MAX_POINTS}. */
  readonly points: number;
}
