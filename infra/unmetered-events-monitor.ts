import { Aws, Stack } from 'aws-cdk-lib';
import type { Alarm, Dashboard, Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Schedule } from 'aws-cdk-lib/aws-scheduler';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { MetricName } from '../functions/monitor/settings/names-shared-with-stack.ts';
import { AlertTopic } from './alert-topic.ts';
import { checkLiterals } from './check-literals.ts';
import { EndpointTopic } from './endpoint-topic.ts';
import { busOf, createEventChannel, createIncidentRule } from './event-channel.ts';
import { createFailureQueue, keepUndelivered } from './failure-queue.ts';
import { HealthAlarms, type HealthAlarmsProps } from './health-alarms.ts';
import { dashboardUrl, HealthDashboard } from './health-dashboard.ts';
import { MonitorFunction, type MonitorFunctionProps } from './monitor-function.ts';
import { MonitorMetrics } from './monitor-metrics.ts';
import type { UnmeteredEventsMonitorProps } from './monitor-props.ts';
import type { OptionalChannel } from './optional-channel.ts';
import { createOutputs } from './outputs.ts';
import { pagerAddress, pagerChannel } from './pager-channel.ts';
import { RunInterval } from './run-interval.ts';
import { type MonitorSettings, settingsAsVariables } from './settings-as-variables.ts';
import { createStateTable } from './state-table.ts';
import { createTokenSecret, setTokenCommand } from './token-secret.ts';

export type { MonitorSettings, UnmeteredEventsMonitorProps };

/** Counts the usage events in Togai every few minutes, and notifies people when events stop being metered. */
export class UnmeteredEventsMonitor extends Construct {
  /** The topic of every message. Add your own subscriptions to it. */
  readonly topic: ITopic;
  /** Encrypts the topic, if anything does. Other publishers to the topic need permission to use the key. */
  readonly topicKey: IKey | undefined;
  readonly function: LambdaFunction;
  readonly logGroup: LogGroup;
  readonly schedule: Schedule;
  /** Holds runs that could not be started, and emails and pages that could not be delivered. */
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
  readonly #metrics: MonitorMetrics;
  readonly #nameInStack: string;

  /** @throws Error that names the property or the setting, for a wrong value that is known at synthesis */
  constructor(scope: Construct, id: string, props: UnmeteredEventsMonitorProps = {}) {
    super(scope, id);
    const pagerEndpoint = pagerAddress(this, props.pagerEndpoint);
    checkLiterals({ ...props, pagerEndpoint });
    this.#nameInStack = props.monitorName ?? Stack.of(this).stackName;
    this.#refuseSecondOfName();
    const monitorName = props.monitorName ?? Aws.STACK_NAME;
    const interval = new RunInterval(this, 'Interval', props.runEveryMinutes);
    // A dashboard is global in its account, so its name needs the region. The function links to it by name.
    const dashboardName = `${monitorName}-${Aws.REGION}`;
    this.dashboardUrl = dashboardUrl(this, dashboardName);
    this.#metrics = new MonitorMetrics(monitorName);

    this.deadLetterQueue = createFailureQueue(this, 'DeadLetters');
    this.crashedRunsQueue = createFailureQueue(this, 'CrashedRuns');
    const alerts = this.#createAlertTopic(monitorName, props);
    this.topic = alerts.topic;
    this.topicKey = alerts.key;
    const alarms = this.#createTopic('Alarms', 'email', props.alarmEmail);
    const pager = this.#createTopic('Pager', 'https', pagerEndpoint);
    keepUndelivered(this.deadLetterQueue, [
      this.topic.topicArn,
      ...arnsOf(alarms),
      ...arnsOf(pager),
    ]);
    this.table = createStateTable(this, props.tableRemovalPolicy);
    this.tokenSecret = props.tokenSecret ?? createTokenSecret(this, monitorName);
    this.setTokenCommand = setTokenCommand(this.tokenSecret);

    const bus = busOf(this, props);
    if (!props.topic && !bus && !pager) alerts.warnIfNobodySubscribes();
    const { subscriptionMarks } = alerts;
    const channels = this.#channelsOf(bus, pager);
    const monitor = this.#createFunction(props, {
      monitorName,
      interval,
      subscriptionMarks,
      channels,
    });
    this.function = monitor.function;
    this.logGroup = monitor.logGroup;
    this.schedule = monitor.schedule;
    if (bus && props.onIncident) createIncidentRule(this, bus, this.function, props.onIncident);

    const health = this.#createAlarms(monitorName, interval, {
      topicArns: [this.topic.topicArn, ...arnsOf(alarms)],
      pagerTopicArns: arnsOf(pager),
      actions: props.alarmActions ?? [],
    });
    this.alarms = health.alarms;
    this.dashboard = this.#createDashboard(dashboardName, health.alarmNames);
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
    { topic, encryptionKey, alertEmails = [], slack, teams }: UnmeteredEventsMonitorProps,
  ): AlertTopic {
    const { deadLetterQueue } = this;
    return new AlertTopic(this, 'Alerts', {
      monitorName,
      topic,
      encryptionKey,
      emails: alertEmails,
      slack,
      teams,
      deadLetterQueue,
    });
  }

  #createTopic(
    id: string,
    protocol: 'email' | 'https',
    endpoint: string | undefined,
  ): EndpointTopic | undefined {
    if (!endpoint) return undefined;
    const displayName = `Unmetered events: ${id.toLowerCase()}`;
    const { deadLetterQueue } = this;
    return new EndpointTopic(this, id, { displayName, protocol, endpoint, deadLetterQueue });
  }

  #channelsOf(bus: IEventBus | undefined, pager: EndpointTopic | undefined): OptionalChannel[] {
    return [
      ...(bus ? [createEventChannel(this, bus)] : []),
      ...(pager ? [pagerChannel(pager)] : []),
    ];
  }

  #createFunction(
    { settings = {}, memorySize = 512, logRetention, vpc, vpcSubnets }: UnmeteredEventsMonitorProps,
    rest: Pick<MonitorFunctionProps, 'monitorName' | 'interval' | 'subscriptionMarks' | 'channels'>,
  ): MonitorFunction {
    return new MonitorFunction(this, 'Monitor', {
      ...rest,
      table: this.table,
      tokenSecret: this.tokenSecret,
      topic: this.topic,
      topicKey: this.topicKey,
      deadLetterQueue: this.deadLetterQueue,
      crashedRunsQueue: this.crashedRunsQueue,
      environment: { ...settingsAsVariables(settings), DASHBOARD_URL: this.dashboardUrl },
      memorySize,
      logRetention,
      vpc,
      vpcSubnets,
    });
  }

  #createAlarms(
    monitorName: string,
    interval: RunInterval,
    topics: Pick<HealthAlarmsProps, 'topicArns' | 'pagerTopicArns' | 'actions'>,
  ): HealthAlarms {
    return new HealthAlarms(this, 'Health', {
      ...topics,
      monitorName,
      interval,
      metrics: this.#metrics,
      function: this.function,
      deadLetterQueue: this.deadLetterQueue,
      topic: this.topic,
    });
  }

  #createDashboard(dashboardName: string, alarmNames: readonly string[]): Dashboard {
    return new HealthDashboard(this, 'Overview', {
      dashboardName,
      metrics: this.#metrics,
      alarmNames,
      logGroup: this.logGroup,
      statusCommand: this.statusCommand,
    }).dashboard;
  }

  /** A command that sends one harmless message over every channel. */
  get sendTestCommand(): string {
    return this.#askCommand({ test: true });
  }

  /** A command that keeps an account quiet: its name, the time and the author are to be filled in. */
  get silenceCommand(): string {
    return this.#askCommand({ silence: { account: 'ACCOUNT', for: '2h', by: 'YOU' } });
  }

  /** A command that says how the last run was, which incidents are open, and who is silenced. */
  get statusCommand(): string {
    return this.#askCommand({ status: true });
  }

  /** A command for a shell, such as CloudShell, with region and function filled in. */
  #askCommand(payload: object): string {
    return `aws lambda invoke --region ${Aws.REGION} --function-name ${this.function.functionName} --cli-binary-format raw-in-base64-out --payload '${JSON.stringify(payload)}' /dev/stdout`;
  }

  /**
   * Adds the outputs that the docs name to the stack: `SetTokenCommand`, `StatusCommand` and the others.
   *
   * @param prefix before each name; two monitors of a stack need one each
   */
  addOutputs(prefix = ''): void {
    createOutputs(this, prefix);
  }

  /** A metric that every run reports, for your own dashboards and alarms. */
  metric(name: MetricName, options: MetricOptions = {}): Metric {
    return this.#metrics.of(name, options);
  }
}

function arnsOf(one: EndpointTopic | undefined): string[] {
  return one ? [one.either(one.topic.topicArn, Aws.NO_VALUE)] : [];
}
