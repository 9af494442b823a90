import { Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import {
  METRICS_DIMENSION,
  METRICS_NAMESPACE,
  type MetricName,
} from '../functions/monitor/settings/names-shared-with-stack.ts';

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
