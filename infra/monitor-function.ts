import { fileURLToPath } from 'node:url';
import { ArnFormat, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import {
  ApplicationLogLevel,
  Architecture,
  type CfnFunction,
  type Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  ContextAttribute,
  Schedule,
  ScheduleExpression,
  ScheduleTargetInput,
} from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { SERVICE_VARIABLE } from '../functions/monitor/settings/deployed.ts';
import { BUNDLING } from './bundling.ts';
import type { RunInterval } from './run-interval.ts';

interface MonitorFunctionProps {
  readonly monitorName: string;
  readonly table: ITable;
  readonly tokenSecret: ISecret;
  readonly topic: ITopic;
  readonly topicKey: Key;
  readonly deadLetterQueue: Queue;
  readonly crashedRunsQueue: Queue;
  readonly interval: RunInterval;
  /** The settings as variables. */
  readonly environment: Readonly<Record<string, string>>;
  readonly memorySize: number;
  readonly logRetention: RetentionDays;
}

/** From here, so that another app can use the construct from its own folder. */
const root = fileURLToPath(new URL('..', import.meta.url));

/** An invocation that is this old comes too late: the next run has done its work. */
const MAX_EVENT_AGE = Duration.minutes(5);

/** The function, what it may do, what starts it, and where what could not be started or did not end is kept. */
export class MonitorFunction extends Construct {
  readonly function: LambdaFunction;
  readonly logGroup: LogGroup;
  readonly schedule: Schedule;

  constructor(scope: Construct, id: string, props: MonitorFunctionProps) {
    super(scope, id);
    const { monitorName, table, tokenSecret, topic, interval, deadLetterQueue } = props;
    this.logGroup = new LogGroup(this, 'Logs', {
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.function = new NodejsFunction(this, 'Function', {
      description: `${monitorName}: counts what Togai took in and alerts on what it did not meter`,
      entry: `${root}functions/monitor/handler.ts`,
      projectRoot: root,
      depsLockFilePath: `${root}package-lock.json`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memorySize,
      timeout: interval.timeout,
      role: this.#functionRole(props).withoutPolicyUpdates(),
      logGroup: this.logGroup,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      systemLogLevelV2: SystemLogLevel.INFO,
      // A run that failed is made good by the next one: the same event again would only come late.
      retryAttempts: 0,
      maxEventAge: MAX_EVENT_AGE,
      onFailure: new SqsDestination(props.crashedRunsQueue),
      environment: {
        ...props.environment,
        SECRET_ID: tokenSecret.secretArn,
        TABLE_NAME: table.tableName,
        TOPIC_ARN: topic.topicArn,
        [SERVICE_VARIABLE]: monitorName,
        NODE_OPTIONS: '--enable-source-maps',
      },
      bundling: {
        format: OutputFormat.ESM,
        target: BUNDLING.target,
        mainFields: BUNDLING.mainFields,
        // Pinned by the lock file, and imported sooner than the one in the runtime.
        bundleAwsSDK: true,
        externalModules: BUNDLING.external,
        minify: true,
        sourceMap: true,
        sourcesContent: false,
        banner: BUNDLING.banner,
      },
    });
    // Its role says as much.
    (this.function.node.defaultChild as CfnFunction).addDeletionOverride('DependsOn');
    Validations.of(this.function).acknowledge(
      {
        id: 'Serverless::Serverless-LambdaDLQ',
        reason:
          'The on-failure destination keeps what a dead-letter queue would, and the reason with it.',
      },
      {
        id: 'Serverless::Serverless-LambdaTracing',
        reason:
          'Tracing needs permission to write to X-Ray on every resource. There is one function and nothing behind it to trace: its log line has the requests, times and outcome of each run.',
      },
    );
    this.schedule = new Schedule(this, 'Schedule', {
      description: `${monitorName}: a run every few minutes`,
      schedule: ScheduleExpression.expression(interval.rate),
      target: new LambdaInvoke(this.function, {
        role: this.#schedulerRole(props).withoutPolicyUpdates(),
        input: ScheduleTargetInput.fromObject({ time: ContextAttribute.scheduledTime }),
        retryAttempts: 2,
        maxEventAge: MAX_EVENT_AGE,
        deadLetterQueue,
      }),
    });
  }

  /** All that the function may do. Grants would add what it does not need. */
  #functionRole(props: MonitorFunctionProps): Role {
    const { monitorName, table, tokenSecret, topic, topicKey, crashedRunsQueue } = props;
    const statements = {
      remember: {
        actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
        resources: [table.tableArn],
      },
      readToken: {
        actions: ['secretsmanager:GetSecretValue'],
        resources: [arnPattern(tokenSecret)],
      },
      ...(tokenSecret.encryptionKey && {
        decryptToken: {
          actions: ['kms:Decrypt'],
          resources: [tokenSecret.encryptionKey.keyArn],
        },
      }),
      publish: { actions: ['sns:Publish'], resources: [topic.topicArn] },
      encryptMessages: {
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: [topicKey.keyArn],
      },
      log: {
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [this.logGroup.logGroupArn],
      },
      keepWhatCrashed: {
        actions: ['sqs:SendMessage'],
        resources: [crashedRunsQueue.queueArn],
      },
    };
    return new Role(this, 'FunctionRole', {
      description: `${monitorName}: what the function may do`,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: inline(statements),
    });
  }

  #schedulerRole({ monitorName, deadLetterQueue }: MonitorFunctionProps): Role {
    const stack = Stack.of(this);
    const group = stack.formatArn({
      service: 'scheduler',
      resource: 'schedule-group',
      resourceName: 'default',
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
    return new Role(this, 'SchedulerRole', {
      description: `${monitorName}: what the schedule may start`,
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': stack.account, 'aws:SourceArn': group },
        },
      }),
      inlinePolicies: inline({
        start: {
          actions: ['lambda:InvokeFunction'],
          resources: [this.function.functionArn],
        },
        keepWhatDidNotStart: {
          actions: ['sqs:SendMessage'],
          resources: [deadLetterQueue.queueArn],
        },
      }),
    });
  }
}

interface Allowed {
  readonly actions: string[];
  readonly resources: string[];
}

function inline(statements: Readonly<Record<string, Allowed>>): Record<string, PolicyDocument> {
  return Object.fromEntries(
    Object.entries(statements).map(([name, allowed]) => [
      name,
      new PolicyDocument({ statements: [new PolicyStatement(allowed)] }),
    ]),
  );
}

/** A secret that is known by a partial ARN only has six random characters behind it. */
function arnPattern(secret: ISecret): string {
  return secret.secretFullArn ?? `${secret.secretArn}-??????`;
}
