import { Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { METRICS_DIMENSION, METRICS_NAMESPACE } from '../functions/monitor/settings/deployed.ts';

/** What every run reports. */
export type MetricName =
  | 'AlertsFiring'
  | 'BacklogMinutes'
  | 'EventsFailed'
  | 'EventsInProgress'
  | 'EventsTotal'
  | 'EventsUnmetered'
  | 'RunSucceeded'
  | 'TogaiRequests'
  | 'TogaiThrottled'
  | 'UnmeteredPercent';

/** The metrics of one monitor. */
export class MonitorMetrics {
  readonly #monitorName: string;

  constructor(monitorName: string) {
    this.#monitorName = monitorName;
  }

  /** `RunSucceeded`: 1 for a run that finished, 0 for one that could not count, none for one that stood back. */
  of(metricName: MetricName, options: MetricOptions = {}): Metric {
    return new Metric({
      namespace: METRICS_NAMESPACE,
      metricName,
      dimensionsMap: { [METRICS_DIMENSION]: this.#monitorName },
      ...options,
    });
  }
}
