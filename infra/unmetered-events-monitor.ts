import {
  Aws,
  Duration,
  RemovalPolicy,
  SecretValue,
  Token,
  Tokenization,
  Validations,
} from 'aws-cdk-lib';
import type { Alarm, Dashboard, Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { type LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Schedule } from 'aws-cdk-lib/aws-scheduler';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { TOKEN_PLACEHOLDER } from '../functions/monitor/settings/deployed.ts';
import { variableOf } from '../functions/monitor/settings/names.ts';
import { SETTINGS, type SettingKey } from '../functions/monitor/settings/table.ts';
import { AlertTopic, type SlackChannel } from './alert-topic.ts';
import { HealthAlarms } from './health-alarms.ts';
import { dashboardUrl, HealthDashboard } from './health-dashboard.ts';
import { MonitorFunction } from './monitor-function.ts';
import { type MetricName, MonitorMetrics } from './monitor-metrics.ts';
import { RunInterval } from './run-interval.ts';

/** What the monitor goes by; each is described in `docs/operations.md`, under its name as a stack parameter. */
export type MonitorSettings = Readonly<Partial<Record<SettingKey, string | number>>>;

export interface UnmeteredEventsMonitorProps {
  /**
   * Thresholds, window, ignore lists and the like. A value that is known at synthesis is checked there; one that is a
   * token (of a stack parameter, say) is checked by the function.
   *
   * @default - the default of each, see `docs/operations.md`
   */
  readonly settings?: MonitorSettings;

  /**
   * How often a run starts: 5, 10 or 15 minutes, or a token of one of them. A run may take a minute less.
   *
   * @default 5
   */
  readonly runEveryMinutes?: number | string;

  /**
   * Who gets every message as email, each after confirming once. An address may be a token that turns out empty.
   *
   * @default - nobody; subscribe to `topic`
   */
  readonly alertEmails?: readonly string[];

  /**
   * A Slack channel, through Amazon Q Developer in chat applications. The workspace has to be authorised once, by
   * hand, in its console.
   *
   * @default - no Slack
   */
  readonly slack?: SlackChannel;

  /**
   * The secret with Togai's API token: the token alone, or `{"token":"..."}`. One with a key of its own has to be
   * imported together with that key.
   *
   * @default - a new secret with a placeholder, which is kept when the stack is removed
   */
  readonly tokenSecret?: ISecret;

  /**
   * Names alarms, metrics and the dashboard. Unique in the account and region.
   *
   * @default - the name of the stack
   */
  readonly monitorName?: string;

  /**
   * Memory of the function, MB. More is only needed for windows of a day with thousands of accounts.
   *
   * @default 512
   */
  readonly memorySize?: number;

  /**
   * How long logs are kept.
   *
   * @default - three months
   */
  readonly logRetention?: RetentionDays;

  /**
   * What becomes of the table when the stack is removed.
   *
   * @default - it is kept, but for one that a failed first deployment has made
   */
  readonly tableRemovalPolicy?: RemovalPolicy;
}

/** Watches what Togai took in, and tells people when events stop being metered. */
export class UnmeteredEventsMonitor extends Construct {
  /** Where every message goes. Subscribe what else should hear of it. */
  readonly topic: Topic;
  /** Encrypts the topic; who publishes to it from elsewhere needs it. */
  readonly topicKey: Key;
  readonly function: LambdaFunction;
  readonly logGroup: LogGroup;
  readonly schedule: Schedule;
  /** Runs that could not be started, and emails that could not be delivered. */
  readonly deadLetterQueue: Queue;
  /** Runs that crashed, with the error; later runs have done their work. */
  readonly crashedRunsQueue: Queue;
  /** What the monitor remembers. */
  readonly table: Table;
  readonly tokenSecret: ISecret;
  /** The alarms of the monitor itself; they reach `topic`. */
  readonly alarms: readonly Alarm[];
  readonly dashboard: Dashboard;
  readonly dashboardUrl: string;
  /** For bash and zsh: reads the API token, unseen, and puts it into the secret; it is in no list of processes. */
  readonly setTokenCommand: string;
  /** Sends one harmless message over every channel. */
  readonly sendTestCommand: string;
  readonly #metrics: MonitorMetrics;

  constructor(scope: Construct, id: string, props: UnmeteredEventsMonitorProps = {}) {
    super(scope, id);
    const monitorName = props.monitorName ?? Aws.STACK_NAME;
    const interval = new RunInterval(this, 'Interval', String(props.runEveryMinutes ?? 5));
    // Dashboards are global in an account, and the function has to know its name before there is one.
    const dashboardName = `${monitorName}-${Aws.REGION}`;
    this.dashboardUrl = dashboardUrl(dashboardName);
    this.#metrics = new MonitorMetrics(monitorName);

    this.deadLetterQueue = this.#createQueue('DeadLetters');
    this.crashedRunsQueue = this.#createQueue('CrashedRuns');
    const alerts = new AlertTopic(this, 'Alerts', {
      monitorName,
      emails: props.alertEmails ?? [],
      slack: props.slack,
      deadLetterQueue: this.deadLetterQueue,
    });
    this.topic = alerts.topic;
    this.topicKey = alerts.key;

    this.table = new Table(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      timeToLiveAttribute: 'expiresAt',
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      // Without a name of its own, so that what is kept is in nobody's way.
      removalPolicy: props.tableRemovalPolicy ?? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    this.tokenSecret = props.tokenSecret ?? this.#createTokenSecret(monitorName);

    const monitor = new MonitorFunction(this, 'Monitor', {
      monitorName,
      table: this.table,
      tokenSecret: this.tokenSecret,
      topic: this.topic,
      topicKey: this.topicKey,
      deadLetterQueue: this.deadLetterQueue,
      crashedRunsQueue: this.crashedRunsQueue,
      interval,
      environment: {
        ...variablesOf(props.settings ?? {}),
        DASHBOARD_URL: this.dashboardUrl,
      },
      memorySize: props.memorySize ?? 512,
      logRetention: props.logRetention ?? RetentionDays.THREE_MONTHS,
    });
    this.function = monitor.function;
    this.logGroup = monitor.logGroup;
    this.schedule = monitor.schedule;

    this.setTokenCommand = `read -rs TOKEN && printf %s "$TOKEN" | aws secretsmanager put-secret-value --region ${Aws.REGION} --secret-id ${this.tokenSecret.secretArn} --secret-string file:///dev/stdin; unset TOKEN`;
    this.sendTestCommand = `aws lambda invoke --region ${Aws.REGION} --function-name ${this.function.functionName} --cli-binary-format raw-in-base64-out --payload '{"test":true}' /dev/stdout`;

    const health = new HealthAlarms(this, 'Health', {
      monitorName,
      metrics: this.#metrics,
      function: this.function,
      deadLetterQueue: this.deadLetterQueue,
      interval,
      topic: this.topic,
    });
    this.alarms = health.alarms;
    this.dashboard = new HealthDashboard(this, 'Overview', {
      dashboardName,
      metrics: this.#metrics,
      alarmNames: health.alarmNames,
      logGroup: this.logGroup,
    }).dashboard;
  }

  #createTokenSecret(monitorName: string): Secret {
    const secret = new Secret(this, 'Token', {
      description: `${monitorName}: the API token for Togai`,
      // Never to be changed: another text would overwrite the token that somebody has put there.
      secretStringValue: SecretValue.unsafePlainText(TOKEN_PLACEHOLDER),
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions::AwsSolutions-SMG4',
      reason:
        'Togai issues the token and offers no call that renews it, so nothing here could rotate it. A person does, by the command in the outputs; the function reads the new one by itself.',
    });
    return secret;
  }

  #createQueue(id: string): Queue {
    const queue = new Queue(this, id, {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    const reason =
      'It is where schedule, function and email subscriptions put what failed; nothing reads it but a person, after an alarm.';
    Validations.of(queue).acknowledge(
      { id: 'AwsSolutions::AwsSolutions-SQS3', reason },
      { id: 'Serverless::Serverless-SQSRedrivePolicy', reason },
    );
    return queue;
  }

  /** One of the metrics that every run reports, for dashboards and alarms of your own. */
  metric(name: MetricName, options: MetricOptions = {}): Metric {
    return this.#metrics.of(name, options);
  }
}

/** @throws an error that names the setting, where a value that is known cannot be used */
function variablesOf(settings: MonitorSettings): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const key of Object.keys(SETTINGS) as SettingKey[]) {
    const { name, defaultText, parse } = SETTINGS[key];
    const value = settings[key] ?? defaultText;
    if (!Token.isUnresolved(value)) {
      try {
        parse(String(value));
      } catch (error) {
        throw new Error(`${name}: ${(error as Error).message}`, { cause: error });
      }
    }
    variables[variableOf(SETTINGS[key])] =
      typeof value === 'number' ? Tokenization.stringifyNumber(value) : value;
  }
  return variables;
}
