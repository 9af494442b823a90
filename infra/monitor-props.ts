import type { RemovalPolicy, SecretValue } from 'aws-cdk-lib';
import type { IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import type { IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { IEventBus, IRuleTarget } from 'aws-cdk-lib/aws-events';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { SlackChannel, TeamsChannel } from './chat-channels.ts';
import type { MonitorSettings } from './settings-as-variables.ts';

export interface UnmeteredEventsMonitorProps {
  /**
   * Thresholds, window, ignore lists and the other settings. Synthesis checks a value that it knows. The function
   * checks a token, of a stack parameter for example.
   *
   * @default - the default of each setting, see `docs/reference.md`
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
   * The topic of every message. An imported topic has to let the alarms of CloudWatch publish.
   *
   * @default - a new topic, which takes messages over TLS only
   */
  readonly topic?: ITopic;

  /**
   * The KMS key of the topic. An imported key has to let the alarms of CloudWatch use it. The table and the queues are
   * encrypted by keys of AWS.
   *
   * @default - the key of `topic`; a new one for a new topic
   */
  readonly encryptionKey?: IKey;

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
   * A channel of Microsoft Teams that gets every message, through Amazon Q Developer in chat applications. Authorise the team
   * once by hand, in the console of that service.
   *
   * @default - no Teams
   */
  readonly teams?: TeamsChannel;

  /**
   * An EventBridge bus that gets every message as an event, with the documented JSON. A token of its name may be empty at
   * deployment; then there is no bus.
   *
   * @default - no events
   */
  readonly eventBus?: IEventBus;

  /**
   * A target of EventBridge, such as a function or a queue, that gets every message about an incident as an event.
   *
   * @default - no target; add rules to `eventBus`
   */
  readonly onIncident?: IRuleTarget;

  /**
   * Further actions of each alarm of the monitor itself when it begins and when it ends, beside
   * publishing to `topic`. Two are possible where there are `alarmEmail` and a pager: CloudWatch
   * takes five.
   *
   * @default - no other
   */
  readonly alarmActions?: readonly IAlarmAction[];

  /**
   * A VPC for the function. From its subnets the function has to reach Togai and AWS: through NAT, or Togai through NAT
   * and AWS through endpoints.
   *
   * @default - no VPC
   */
  readonly vpc?: IVpc;

  /**
   * The subnets of the function in `vpc`.
   *
   * @default - the private ones
   */
  readonly vpcSubnets?: SubnetSelection;

  /**
   * The https address of a pager, such as PagerDuty's integration "Amazon CloudWatch". It gets a
   * page for each critical incident, which closes by itself, and the alarm that no run succeeds.
   * Everybody who knows the address can page people: give a secret, or a parameter with `NoEcho`. A
   * token may be empty at deployment.
   *
   * @default - no pager
   */
  readonly pagerEndpoint?: string | SecretValue;

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
