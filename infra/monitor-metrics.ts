import { Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import {
  METRICS_DIMENSION,
  METRICS_NAMESPACE,
} from '../functions/monitor/settings/names-shared-with-stack.ts';

/** The metrics of a run. Each run reports one value of each, `SubscriptionsMissing` once an hour. */
export type MetricName =
  | 'IncidentsOpen'
  | 'BacklogMinutes'
  | 'EventsFailed'
  | 'EventsInProgress'
  | 'EventsTotal'
  | 'EventsUnknown'
  | 'EventsUnmetered'
  | 'RunSucceeded'
  | 'SubscriptionsMissing'
  | 'TogaiRequests'
  | 'TogaiThrottled'
  | 'UnmeteredPercent';

export class MonitorMetrics {
  readonly #monitorName: string;

  constructor(monitorName: string) {
    this.#monitorName = monitorName;
  }

  /**
   * One metric. `RunSucceeded` is 1 for a run that finished and 0 for a run that could not count, evaluate or notify people. A
   * run that left the work to another run reports none.
   */
  of(metricName: MetricName, options: MetricOptions = {}): Metric {
    return new Metric({
      namespace: METRICS_NAMESPACE,
      metricName,
      dimensionsMap: { [METRICS_DIMENSION]: this.#monitorName },
      ...options,
    });
  }
}
