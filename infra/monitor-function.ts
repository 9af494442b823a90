import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  ApplicationLogLevel,
  Architecture,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  RuntimeFamily,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Schedule } from 'aws-cdk-lib/aws-scheduler';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import {
  SERVICE_VARIABLE,
  SUBSCRIPTIONS_VARIABLE,
} from '../functions/monitor/settings/names-shared-with-stack.ts';
import { acknowledge } from './acknowledge.ts';
import { functionCode } from './function-code.ts';
import { createFunctionRole } from './function-role.ts';
import type { OptionalChannel } from './optional-channel.ts';
import type { RunInterval } from './run-interval.ts';
import { createRunSchedule } from './run-schedule.ts';
import { VERSION } from './version.ts';

export interface MonitorFunctionProps {
  readonly monitorName: string;
  readonly table: ITable;
  readonly tokenSecret: ISecret;
  readonly topic: ITopic;
  readonly topicKey: IKey | undefined;
  readonly deadLetterQueue: Queue;
  readonly crashedRunsQueue: Queue;
  readonly interval: RunInterval;
  /** One mark for each configured subscription of the topic. */
  readonly subscriptionMarks: string;
  /** The channels beside the topic. */
  readonly channels: readonly OptionalChannel[];
  /** The settings as environment variables. */
  readonly environment: Readonly<Record<string, string>>;
  readonly vpc: IVpc | undefined;
  readonly vpcSubnets: SubnetSelection | undefined;
  /** MB */
  readonly memorySize: number;
  /** @default three months */
  readonly logRetention: RetentionDays | undefined;
}

/** By its name, because older versions of aws-cdk-lib do not list it. */
const NODEJS_24 = new Runtime('nodejs24.x', RuntimeFamily.NODEJS);

/** An older invocation is dropped, because the next run counts its events. */
const MAX_EVENT_AGE = Duration.minutes(5);

/** The function with its log group, its role and its schedule. */
export class MonitorFunction extends Construct {
  readonly function: LambdaFunction;
  readonly logGroup: LogGroup;
  readonly schedule: Schedule;

  constructor(scope: Construct, id: string, props: MonitorFunctionProps) {
    super(scope, id);
    this.logGroup = new LogGroup(this, 'Logs', {
      retention: props.logRetention ?? RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.function = this.#createFunction(props);
    acknowledgeFindings(this.function);
    this.schedule = createRunSchedule(this, {
      ...props,
      function: this.function,
      maxEventAge: MAX_EVENT_AGE,
    });
  }

  #createFunction(props: MonitorFunctionProps): LambdaFunction {
    const { monitorName } = props;
    const { logGroup } = this;
    return new LambdaFunction(this, 'Function', {
      description: `${monitorName}: counts usage events in Togai, and notifies people when they are not metered. ${VERSION}`,
      code: functionCode(),
      handler: 'index.handler',
      runtime: NODEJS_24,
      architecture: Architecture.ARM_64,
      memorySize: props.memorySize,
      timeout: props.interval.timeout,
      role: createFunctionRole(this, { ...props, logGroup, isInVpc: props.vpc !== undefined }),
      vpc: props.vpc,
      vpcSubnets: props.vpcSubnets,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      systemLogLevelV2: SystemLogLevel.INFO,
      // The next run does the work of a failed one. A retry of the same event would only come late.
      retryAttempts: 0,
      maxEventAge: MAX_EVENT_AGE,
      // The role may use the queue already. The destination of the CDK would add a second, wider policy to it.
      onFailure: { bind: () => ({ destination: props.crashedRunsQueue.queueArn }) },
      environment: {
        ...props.environment,
        ...Object.assign({}, ...props.channels.map(({ environment }) => environment)),
        SECRET_ID: props.tokenSecret.secretArn,
        TABLE_NAME: props.table.tableName,
        TOPIC_ARN: props.topic.topicArn,
        [SUBSCRIPTIONS_VARIABLE]: props.subscriptionMarks,
        [SERVICE_VARIABLE]: monitorName,
      },
    });
  }
}

function acknowledgeFindings(monitor: LambdaFunction): void {
  acknowledge(
    monitor,
    {
      id: 'Serverless::Serverless-LambdaDLQ',
      reason:
        'The on-failure destination keeps a failed invocation, as a dead-letter queue would, and its error as well.',
    },
    {
      id: 'Serverless::Serverless-LambdaTracing',
      reason:
        'Tracing needs permission to write to X-Ray on every resource. There is one function and nothing behind it to trace: its log line has the requests, times and outcome of each run.',
    },
  );
}
