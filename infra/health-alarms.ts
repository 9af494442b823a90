import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type CreateAlarmOptions,
  type IMetric,
  MathExpression,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { MonitorMetrics } from './monitor-metrics.ts';
import type { RunInterval } from './run-interval.ts';

interface HealthAlarmsProps {
  readonly monitorName: string;
  readonly metrics: MonitorMetrics;
  readonly function: LambdaFunction;
  readonly deadLetterQueue: Queue;
  readonly interval: RunInterval;
  readonly topic: ITopic;
}

const QUARTER_HOUR = Duration.minutes(15);

/** Behind by this much it is no longer one slow run. */
const BACKLOG_MINUTES = 30;
/** Togai turns away this share of the requests, in percent, where the quota is really short. */
const THROTTLED_PERCENT = 10;

/**
 * Who watches the monitor: five alarms that do not need it to work. They speak where the monitor speaks, and also
 * when all is well again.
 */
export class HealthAlarms extends Construct {
  readonly alarms: readonly Alarm[];
  /** The names, from which their ARNs follow: what shows alarms does not have to wait for them. */
  readonly alarmNames: string[] = [];

  constructor(scope: Construct, id: string, props: HealthAlarmsProps) {
    super(scope, id);
    const { metrics, interval } = props;
    const noRun = this.#alarm(props, 'NoSuccessfulRun', {
      alarmName: 'no-successful-run',
      alarmDescription:
        'For three intervals usage events were not counted, or messages about them could not be sent: nobody knows whether events are metered. ' +
        "Newly deployed? The secret holds a placeholder: put Togai's API token there with the command of the output SetTokenCommand. " +
        'Otherwise look for a message "The monitor is failing", which says what to do, and at the newest lines of the log: a rejected token, Togai not answering, messages that SNS refuses, a function that is not started.',
      metric: metrics.of('RunSucceeded', { statistic: Stats.SUM, period: QUARTER_HOUR }),
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      threshold: 1,
      evaluationPeriods: 3,
      // Nothing at all is what a function that is never started looks like.
      treatMissingData: TreatMissingData.BREACHING,
    });
    const errors = this.#alarm(props, 'Errors', {
      alarmName: 'errors',
      alarmDescription:
        'Runs of the monitor crash or run out of time; the next run goes on where one stopped. ' +
        'Look at the log for the error. Out of memory: deploy with -c memorySize=1024. AccessDenied: somebody changed a policy by hand; let CloudFormation detect the drift, and undo it. Anything else is a bug: please report it. The runs that crashed lie in the queue of the output CrashedRunsQueueUrl.',
      metric: props.function.metricErrors({ statistic: Stats.SUM, period: QUARTER_HOUR }),
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      threshold: 1,
      // One crash is made good by the next run and wakes nobody.
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    interval.followedBy(noRun);
    interval.followedBy(errors);
    this.alarms = [
      noRun,
      errors,
      this.#alarm(props, 'DeadLetters', {
        alarmName: 'dead-letters',
        alarmDescription:
          'The schedule could not hand a run to Lambda, or an email could not be delivered for hours; it lies in the queue of the output DeadLetterQueueUrl. ' +
          'Runs: nothing has to be sent again, later ones count what was missed; read the reason and mend it. Emails: check the addresses, and read what was missed there. Then purge the queue, or nobody will be notified of the next one.',
        metric: props.deadLetterQueue.metricApproximateNumberOfMessagesVisible({
          statistic: Stats.MAXIMUM,
          period: QUARTER_HOUR,
        }),
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        threshold: 1,
        evaluationPeriods: 1,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      }),
      this.#alarm(props, 'Backlog', {
        alarmName: 'backlog-growing',
        alarmDescription: `Runs succeed, but for 45 minutes the monitor has been over ${BACKLOG_MINUTES} minutes behind and has not caught up: more events arrive than it may fetch, so alerts come late. Raise the stack parameter MaxRequestsPerSecond, within Togai's quota.`,
        metric: this.#growingBacklog(metrics),
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        threshold: 1,
        evaluationPeriods: 3,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      }),
      this.#alarm(props, 'Throttled', {
        alarmName: 'throttled-by-togai',
        alarmDescription: `For 45 minutes Togai has turned away ${THROTTLED_PERCENT}% or more of the monitor's requests (429): the quota of the organisation is used up. Production traffic may be turned away as well. Lower the stack parameter MaxRequestsPerSecond, find out who else sends, or ask Togai for a higher quota.`,
        metric: this.#throttledShare(metrics),
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        threshold: THROTTLED_PERCENT,
        evaluationPeriods: 3,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      }),
    ];
  }

  /** Only where runs succeed: where they do not, the alarm about runs has said so. */
  #growingBacklog(metrics: MonitorMetrics): IMetric {
    return new MathExpression({
      label: 'behind and not catching up',
      expression: `IF(backlog >= ${BACKLOG_MINUTES} AND DIFF(backlog) >= 0 AND succeeded >= 1, 1, 0)`,
      period: QUARTER_HOUR,
      usingMetrics: {
        backlog: metrics.of('BacklogMinutes', { statistic: Stats.MAXIMUM }),
        succeeded: metrics.of('RunSucceeded', { statistic: Stats.SUM }),
      },
    });
  }

  #throttledShare(metrics: MonitorMetrics): IMetric {
    return new MathExpression({
      label: 'requests turned away, percent',
      expression: 'IF(requests > 0, 100 * throttled / requests, 0)',
      period: QUARTER_HOUR,
      usingMetrics: {
        requests: metrics.of('TogaiRequests', { statistic: Stats.SUM }),
        throttled: metrics.of('TogaiThrottled', { statistic: Stats.SUM }),
      },
    });
  }

  #alarm(
    { monitorName, topic }: HealthAlarmsProps,
    id: string,
    { metric, alarmName, ...options }: CreateAlarmOptions & { readonly metric: IMetric },
  ): Alarm {
    const name = `${monitorName}-${alarmName}`;
    this.alarmNames.push(name);
    const alarm = new Alarm(this, id, { ...options, metric, alarmName: name });
    alarm.addAlarmAction(new SnsAction(topic));
    alarm.addOkAction(new SnsAction(topic));
    return alarm;
  }
}
