import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IAlarmAction,
  MathExpression,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { type AlarmDefinition, deliveryAlarms } from './delivery-alarms.ts';
import type { MonitorMetrics } from './monitor-metrics.ts';
import type { RunInterval } from './run-interval.ts';

export interface HealthAlarmsProps {
  readonly monitorName: string;
  readonly metrics: MonitorMetrics;
  readonly function: LambdaFunction;
  readonly deadLetterQueue: Queue;
  readonly interval: RunInterval;
  /** The alarms about deliveries watch it. */
  readonly topic: ITopic;
  /** The topics that alarms publish to. */
  readonly topicArns: readonly string[];
  /** The topics that the alarm that no run succeeds publishes to as well. */
  readonly pagerTopicArns: readonly string[];
  /** Further actions of each alarm when it begins and when it ends. */
  readonly actions: readonly IAlarmAction[];
}

const QUARTER_HOUR = Duration.minutes(15);
/** An alarm on a state that may pass by itself waits for so many quarters of an hour. */
const LASTING_PERIODS = 3;
const LASTING = `${LASTING_PERIODS * QUARTER_HOUR.toMinutes()} minutes`;

/** One slow run causes a smaller backlog. */
const BACKLOG_MINUTES = 30;
/** Percent of the requests. A quota that is short for a moment causes a smaller share. */
const THROTTLED_PERCENT = 10;

/**
 * Eight alarms about the monitor itself. CloudWatch evaluates them, so they work when the monitor does not. They
 * publish when they begin and when they end.
 */
export class HealthAlarms extends Construct {
  readonly alarms: readonly Alarm[];
  /** A dashboard that refers to alarms by name does not wait for their creation. */
  readonly alarmNames: string[] = [];
  readonly #props: HealthAlarmsProps;

  constructor(scope: Construct, id: string, props: HealthAlarmsProps) {
    super(scope, id);
    this.#props = props;
    this.alarms = [
      this.#noSuccessfulRun(),
      this.#errors(),
      this.#deadLetters(),
      ...deliveryAlarms(props).map(({ id, ...definition }) => this.#alarm(id, definition)),
      this.#backlog(),
      this.#throttled(),
    ];
  }

  #noSuccessfulRun(): Alarm {
    const { metrics, interval } = this.#props;
    const alarm = this.#alarm('NoSuccessfulRun', {
      alarmName: 'no-successful-run',
      alarmDescription:
        'For three intervals no run counted the usage events, evaluated them and sent its messages: nobody knows whether events are metered. ' +
        "Newly deployed? The secret holds a placeholder: put Togai's API token there with the command of the output SetTokenCommand. " +
        'Otherwise look for a message "Monitoring is broken", which says how to mend it, and at the field "problem" in the newest lines of the log. Usual causes: Togai rejects the token or does not answer, the parameter Thresholds cannot be used, SNS refuses messages, or the function is not started.',
      metric: metrics.of('RunSucceeded', { statistic: Stats.SUM, period: QUARTER_HOUR }),
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      threshold: 1,
      evaluationPeriods: 3,
      // A function that is never started reports no data at all.
      treatMissingData: TreatMissingData.BREACHING,
    });
    interval.setPeriodOf(alarm);
    publishTo(alarm, this.#props.pagerTopicArns);
    return alarm;
  }

  #errors(): Alarm {
    const alarm = this.#alarm('Errors', {
      alarmName: 'errors',
      alarmDescription:
        'Runs of the monitor crash or run out of time. The next run continues the work. Find the error in the log. ' +
        'Out of memory: deploy with -c memorySize=1024. AccessDenied: a policy was changed by hand; let CloudFormation detect the drift, and undo the change. Anything else is a bug: please report it. The queue of the output CrashedRunsQueueUrl holds the crashed runs.',
      metric: this.#props.function.metricErrors({ statistic: Stats.SUM, period: QUARTER_HOUR }),
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      threshold: 1,
      // The next run makes up for one crash, so one crash is no reason to wake people.
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    this.#props.interval.setPeriodOf(alarm);
    return alarm;
  }

  #deadLetters(): Alarm {
    return this.#alarm('DeadLetters', {
      alarmName: 'dead-letters',
      alarmDescription:
        'The schedule could not hand a run to Lambda, or an email or a page could not be delivered. The queue of the output DeadLetterQueueUrl holds it. ' +
        'A run: do not send it again, because later runs count the missed events; read the reason and mend it. An email or a page: check the address, and read the missed message in the queue. Then purge the queue: while it holds something, nobody is notified of the next failure.',
      metric: this.#props.deadLetterQueue.metricApproximateNumberOfMessagesVisible({
        statistic: Stats.MAXIMUM,
        period: QUARTER_HOUR,
      }),
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      threshold: 1,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }

  /** Only while runs succeed: the alarm about runs covers the other case. */
  #backlog(): Alarm {
    const { metrics } = this.#props;
    return this.#alarm('Backlog', {
      alarmName: 'backlog-growing',
      alarmDescription: `Runs succeed, but for ${LASTING} the monitor has been ${BACKLOG_MINUTES} minutes or more behind, and it is not catching up. More events arrive than it may fetch, so alerts come late. Raise the stack parameter MaxRequestsPerSecond, within Togai's quota.`,
      metric: new MathExpression({
        label: 'behind and not catching up',
        expression: `IF(backlog >= ${BACKLOG_MINUTES} AND DIFF(backlog) >= 0 AND succeeded >= 1, 1, 0)`,
        period: QUARTER_HOUR,
        usingMetrics: {
          backlog: metrics.of('BacklogMinutes', { statistic: Stats.MAXIMUM }),
          succeeded: metrics.of('RunSucceeded', { statistic: Stats.SUM }),
        },
      }),
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      threshold: 1,
      evaluationPeriods: LASTING_PERIODS,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }

  #throttled(): Alarm {
    const { metrics } = this.#props;
    return this.#alarm('Throttled', {
      alarmName: 'throttled-by-togai',
      alarmDescription: `For ${LASTING} Togai has answered ${THROTTLED_PERCENT}% or more of the monitor's requests with 429 (too many requests): the quota of the organisation is used up. Production traffic may get 429 as well. Lower the stack parameter MaxRequestsPerSecond, find out who else sends requests, or ask Togai for a higher quota.`,
      metric: new MathExpression({
        label: 'requests answered with 429, percent',
        expression: 'IF(requests > 0, 100 * throttled / requests, 0)',
        period: QUARTER_HOUR,
        usingMetrics: {
          requests: metrics.of('TogaiRequests', { statistic: Stats.SUM }),
          throttled: metrics.of('TogaiThrottled', { statistic: Stats.SUM }),
        },
      }),
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      threshold: THROTTLED_PERCENT,
      evaluationPeriods: LASTING_PERIODS,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }

  #alarm(id: string, { metric, alarmName, ...options }: Omit<AlarmDefinition, 'id'>): Alarm {
    const { monitorName, topicArns, actions } = this.#props;
    const name = `${monitorName}-${alarmName}`;
    this.alarmNames.push(name);
    const alarm = new Alarm(this, id, { ...options, metric, alarmName: name });
    publishTo(alarm, topicArns);
    alarm.addAlarmAction(...actions);
    alarm.addOkAction(...actions);
    return alarm;
  }
}

/** When the alarm begins, and when it ends. */
function publishTo(alarm: Alarm, topicArns: readonly string[]): void {
  for (const topicArn of topicArns) {
    const publish = { bind: () => ({ alarmActionArn: topicArn }) };
    alarm.addAlarmAction(publish);
    alarm.addOkAction(publish);
  }
}
