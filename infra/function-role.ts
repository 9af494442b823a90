import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { letUse, type OptionalChannel } from './optional-channel.ts';
import { inlinePolicies, type Permission } from './policies-from-permissions.ts';

interface FunctionRoleProps {
  readonly monitorName: string;
  readonly table: ITable;
  readonly tokenSecret: ISecret;
  readonly topic: ITopic;
  /** `undefined`: the topic is not encrypted by a key. */
  readonly topicKey: IKey | undefined;
  readonly logGroup: LogGroup;
  readonly crashedRunsQueue: Queue;
  readonly channels: readonly OptionalChannel[];
  /** Whether the function is in a VPC. */
  readonly isInVpc: boolean;
}

/** Source: AWS managed policy AWSLambdaVPCAccessExecutionRole, without its logs. */
const CONNECT_TO_VPC: Permission = {
  actions: [
    'ec2:AssignPrivateIpAddresses',
    'ec2:CreateNetworkInterface',
    'ec2:DeleteNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:UnassignPrivateIpAddresses',
  ],
  resources: ['*'],
};

/** The role of the function, with all permissions that it needs. An app may grant it more. */
export function createFunctionRole(scope: Construct, props: FunctionRoleProps): Role {
  const { monitorName, table, tokenSecret, topic, topicKey, logGroup, crashedRunsQueue } = props;
  const policies = inlinePolicies({
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
    publish: {
      // The run counts the confirmed subscriptions.
      actions: ['sns:Publish', 'sns:GetTopicAttributes'],
      resources: [topic.topicArn],
    },
    // SNS encrypts each message with the permissions of its publisher.
    ...(topicKey && {
      encryptMessages: {
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: [topicKey.keyArn],
      },
    }),
    log: {
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
    },
    // Lambda sends a crashed run to the on-failure destination with this role.
    keepWhatCrashed: {
      actions: ['sqs:SendMessage'],
      resources: [crashedRunsQueue.queueArn],
    },
    ...(props.isInVpc && { connectToVpc: CONNECT_TO_VPC }),
  });
  const role = new Role(scope, 'FunctionRole', {
    description: `${monitorName}: permissions of the function`,
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    inlinePolicies: policies,
  });
  if (props.isInVpc) {
    const reason =
      'Lambda makes network interfaces with the role of the function. They have no names before.';
    acknowledge(
      role,
      { id: 'AwsSolutions::AwsSolutions-IAM5[Resource::*]', reason },
      { id: 'Serverless::Serverless-LambdaStarPermissions', reason },
    );
  }
  for (const channel of props.channels) letUse(scope, role, channel);
  return role;
}

/** Secrets Manager adds a hyphen and six random characters to the name. A partial ARN lacks them. */
function arnPattern(secret: ISecret): string {
  return secret.secretFullArn ?? `${secret.secretArn}-??????`;
}
