import { Aws, type RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { Alarm, Dashboard, Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Schedule } from 'aws-cdk-lib/aws-scheduler';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { AlarmTopic } from './alarm-topic.ts';
import { AlertTopic, type SlackChannel } from './alert-topic.ts';
import { checkLiterals } from './check-literals.ts';
import { createEventChannel } from './event-channel.ts';
import { createFailureQueue, keepUndeliverableEmails } from './failure-queue.ts';
import { HealthAlarms } from './health-alarms.ts';
import { dashboardUrl, HealthDashboard } from './health-dashboard.ts';
import { MonitorFunction } from './monitor-function.ts';
import { type MetricName, MonitorMetrics } from './monitor-metrics.ts';
import { RunInterval } from './run-interval.ts';
import { type MonitorSettings, settingsAsVariables } from './settings-as-variables.ts';
import { createStateTable } from './state-table.ts';
import { createTokenSecret, setTokenCommand } from './token-secret.ts';

export type { MonitorSettings };

export interface UnmeteredEventsMonitorProps {
  /**
   * Thresholds, window, ignore lists and the other settings. Synthesis checks a value that it knows. The function
   * checks a token, of a stack parameter for example.
   *
   * @default - the default of each setting, see `docs/operations.md`
   */
  readonly settings?: MonitorSettings;

  /**
   * Minutes from the start of a run to the start of the next: 5, 10 or 15. It may be a token of one of them. A run
   * may take a minute less.
   *
   * @default 5
   */
  readonly runEveryMinutes?: number | string;

  /**
   * Email addresses that get every message. Each confirms its subscription once. A token may be empty at deployment;
   * then there is no subscription.
   *
   * @default - no email; subscribe to `topic`
   */
  readonly alertEmails?: readonly string[];

  /**
   * An email address that gets the alarms of the monitor itself in addition to `topic`, through a topic of its own. So
   * people learn that `topic` reaches nobody. It gets no alerts. A token may be empty at deployment.
   *
   * @default - alarms go to `topic` only
   */
  readonly alarmEmail?: string;

  /**
   * A Slack channel that gets every message, through Amazon Q Developer in chat applications. Authorise the workspace
   * once by hand, in the console of that service.
   *
   * @default - no Slack
   */
  readonly slack?: SlackChannel;

  /**
   * An EventBridge bus that gets every message as an event with the documented JSON, or its name (`default` for that of the
   * account). A token of a name may be empty at deployment; then there is no bus.
   *
   * @default - no events
   */
  readonly eventBus?: string | IEventBus;

  /**
   * The secret with Togai's API token: the token alone, or `{"token":"..."}`. A secret under a KMS key of your own has
   * to be imported together with that key.
   *
   * @default - a new secret with a placeholder, which is kept when the stack is removed
   */
  readonly tokenSecret?: ISecret;

  /**
   * The name in alarms, metrics and the dashboard. Unique in the account and region. Up to 100 letters, digits, hyphens
   * and underscores.
   *
   * @default - the name of the stack
   */
  readonly monitorName?: string;

  /**
   * Memory of the function, 128 to 10240 MB. Only windows of a day with thousands of accounts need more than the default.
   *
   * @default 512
   */
  readonly memorySize?: number;

  /**
   * How long logs are kept.
   *
   * @default RetentionDays.THREE_MONTHS
   */
  readonly logRetention?: RetentionDays;

  /**
   * Whether the table is kept when the stack is removed.
   *
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE - kept, unless a failed first deployment created it
   */
  readonly tableRemovalPolicy?: RemovalPolicy;
}

/** Counts the usage events in Togai every few minutes, and notifies people when events stop being metered. */
export class UnmeteredEventsMonitor extends Construct {
  /** The topic of every message. Add your own subscriptions to it. */
  readonly topic: Topic;
  /** Encrypts the topic. Other publishers to the topic need permission to use the key. */
  readonly topicKey: Key;
  readonly function: LambdaFunction;
  readonly logGroup: LogGroup;
  readonly schedule: Schedule;
  /** Holds runs that could not be started, and emails that could not be delivered. */
  readonly deadLetterQueue: Queue;
  /** Holds runs that crashed, with their errors. Later runs have done their work. */
  readonly crashedRunsQueue: Queue;
  /** Holds the state and the counts of the monitor. */
  readonly table: Table;
  readonly tokenSecret: ISecret;
  /** The alarms of the monitor itself. They publish to `topic`. */
  readonly alarms: readonly Alarm[];
  readonly dashboard: Dashboard;
  readonly dashboardUrl: string;
  /** A command for bash and zsh that reads the API token and puts it into the secret. The token is not shown. */
  readonly setTokenCommand: string;
  /** A command that sends one harmless message over every channel. */
  readonly sendTestCommand: string;
  readonly #metrics: MonitorMetrics;
  readonly #nameInStack: string;

  /** @throws Error that names the property or the setting, for a wrong value that is known at synthesis */
  constructor(scope: Construct, id: string, props: UnmeteredEventsMonitorProps = {}) {
    super(scope, id);
    checkLiterals(props);
    this.#nameInStack = props.monitorName ?? Stack.of(this).stackName;
    this.#refuseSecondOfName();
    const monitorName = props.monitorName ?? Aws.STACK_NAME;
    const interval = new RunInterval(this, 'Interval', String(props.runEveryMinutes ?? 5));
    // A dashboard is global in its account, so its name needs the region. The function links to it by name.
    const dashboardName = `${monitorName}-${Aws.REGION}`;
    this.dashboardUrl = dashboardUrl(this, dashboardName);
    this.#metrics = new MonitorMetrics(monitorName);

    this.deadLetterQueue = createFailureQueue(this, 'DeadLetters');
    this.crashedRunsQueue = createFailureQueue(this, 'CrashedRuns');
    const alerts = this.#createAlertTopic(monitorName, props);
    this.topic = alerts.topic;
    this.topicKey = alerts.key;
    const topicArns = [this.topic.topicArn, ...this.#alarmTopicArns(props.alarmEmail)];
    keepUndeliverableEmails(this.deadLetterQueue, topicArns);
    this.table = createStateTable(this, props.tableRemovalPolicy);
    this.tokenSecret = props.tokenSecret ?? createTokenSecret(this, monitorName);
    this.setTokenCommand = setTokenCommand(this.tokenSecret);

    const monitor = this.#createFunction(monitorName, interval, alerts.subscriptionMarks, props);
    this.function = monitor.function;
    this.logGroup = monitor.logGroup;
    this.schedule = monitor.schedule;
    this.sendTestCommand = `aws lambda invoke --region ${Aws.REGION} --function-name ${this.function.functionName} --cli-binary-format raw-in-base64-out --payload '{"test":true}' /dev/stdout`;

    const { alarms, alarmNames } = new HealthAlarms(this, 'Health', {
      monitorName,
      metrics: this.#metrics,
      function: this.function,
      deadLetterQueue: this.deadLetterQueue,
      interval,
      topic: this.topic,
      topicArns,
    });
    this.alarms = alarms;
    this.dashboard = new HealthDashboard(this, 'Overview', {
      dashboardName,
      metrics: this.#metrics,
      alarmNames,
      logGroup: this.logGroup,
    }).dashboard;
  }

  /** Two monitors of one name would share alarms, metrics and a dashboard. */
  #refuseSecondOfName(): void {
    const name = this.#nameInStack;
    const isSecond = Stack.of(this)
      .node.findAll()
      .some(
        (other) =>
          other instanceof UnmeteredEventsMonitor && other !== this && other.#nameInStack === name,
      );
    if (!isSecond) return;
    throw new Error(
      `monitorName: two monitors in this stack have the name ${name}; give each a monitorName of its own`,
    );
  }

  #createAlertTopic(
    monitorName: string,
    { alertEmails = [], slack }: UnmeteredEventsMonitorProps,
  ): AlertTopic {
    const { deadLetterQueue } = this;
    return new AlertTopic(this, 'Alerts', {
      monitorName,
      emails: alertEmails,
      slack,
      deadLetterQueue,
    });
  }

  #alarmTopicArns(email: string | undefined): string[] {
    if (!email) return [];
    const { deadLetterQueue } = this;
    return [new AlarmTopic(this, 'Alarms', { email, deadLetterQueue }).topicArn];
  }

  #createFunction(
    monitorName: string,
    interval: RunInterval,
    subscriptionMarks: string,
    { settings = {}, memorySize = 512, logRetention, eventBus = '' }: UnmeteredEventsMonitorProps,
  ): MonitorFunction {
    return new MonitorFunction(this, 'Monitor', {
      monitorName,
      table: this.table,
      tokenSecret: this.tokenSecret,
      topic: this.topic,
      topicKey: this.topicKey,
      deadLetterQueue: this.deadLetterQueue,
      crashedRunsQueue: this.crashedRunsQueue,
      interval,
      subscriptionMarks,
      channels: eventBus === '' ? [] : [createEventChannel(this, eventBus)],
      environment: { ...settingsAsVariables(settings), DASHBOARD_URL: this.dashboardUrl },
      memorySize,
      logRetention,
    });
  }

  /** A metric that every run reports, for your own dashboards and alarms. */
  metric(name: MetricName, options: MetricOptions = {}): Metric {
    return this.#metrics.of(name, options);
  }
}
