import type { Stack } from 'aws-cdk-lib';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket, type CfnBucket } from 'aws-cdk-lib/aws-s3';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { describe, expect, test } from 'vitest';
import { UnmeteredEventsMonitor } from '../../infra/unmetered-events-monitor.ts';
import type { CfnTemplate } from '../support/cloudformation.ts';
import { synthesizeTheirs } from './their-app.ts';

/** A stack of an app that uses the monitor; `undefined` where synthesis refuses it with a message. */
function attempt(use: (monitor: UnmeteredEventsMonitor, stack: Stack) => void) {
  try {
    return synthesizeTheirs((stack) => {
      use(new UnmeteredEventsMonitor(stack, 'Monitor'), stack);
    });
  } catch (error) {
    // Refused, and not just broken.
    expect((error as Error).message).toMatch(/monitor|function|role|grant|permission|depend/i);
    return undefined;
  }
}

const resources = (template: CfnTemplate, type: string) =>
  Object.entries(template.Resources)
    .filter(([, { Type }]) => Type === type)
    .map(([id, { Properties, ...rest }]) => ({ id, ...rest, ...Properties }));

const functionOf = (template: CfnTemplate) => {
  const [first, ...others] = resources(template, 'AWS::Lambda::Function');
  expect(others).toEqual([]);
  return first as { readonly id: string; readonly Role: unknown; readonly DependsOn?: string[] };
};

/** Everything that the role of the function may do, and the managed policies that it has. */
function allowed(template: CfnTemplate): string {
  const role = (functionOf(template).Role as { 'Fn::GetAtt': [string] })['Fn::GetAtt'][0];
  const own = resources(template, 'AWS::IAM::Role').filter(({ id }) => id === role);
  const attached = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy']
    .flatMap((type) => resources(template, type))
    .filter(({ Roles = [] }) => JSON.stringify(Roles).includes(`"${role}"`));
  return JSON.stringify([own, attached]);
}

type Use = (monitor: UnmeteredEventsMonitor, stack: Stack) => void;

const GRANTS: readonly [string, Use, RegExp][] = [
  [
    'bucket.grantRead(monitor.function)',
    (monitor, stack) => void new Bucket(stack, 'Bucket').grantRead(monitor.function),
    /s3:GetObject/,
  ],
  [
    'table.grantReadData(monitor.function)',
    (monitor, stack) => {
      const partitionKey = { name: 'id', type: AttributeType.STRING };
      new Table(stack, 'Table', { partitionKey }).grantReadData(monitor.function);
    },
    /dynamodb:BatchGetItem/,
  ],
  [
    'queue.grantSendMessages(monitor.function)',
    (monitor, stack) => void new Queue(stack, 'Queue').grantSendMessages(monitor.function),
    /sqs:GetQueueUrl/,
  ],
  [
    'key.grantEncryptDecrypt(monitor.function)',
    (monitor, stack) => void new Key(stack, 'Key').grantEncryptDecrypt(monitor.function),
    /kms:ReEncrypt\*/,
  ],
  [
    'monitor.function.addToRolePolicy(statement)',
    (monitor) => {
      const statement = { actions: ['ses:SendEmail'], resources: ['arn:aws:ses:::identity/a'] };
      monitor.function.addToRolePolicy(new PolicyStatement(statement));
    },
    /ses:SendEmail/,
  ],
  [
    'monitor.function.role.addManagedPolicy(policy)',
    (monitor) => {
      const name = 'AWSXRayDaemonWriteAccess';
      monitor.function.role?.addManagedPolicy(ManagedPolicy.fromAwsManagedPolicyName(name));
    },
    /AWSXRayDaemonWriteAccess/,
  ],
];

describe('a permission that is granted to the function', () => {
  test.each(GRANTS)('is given, or refused with a reason: %s', (_, grant, permission) => {
    const template = attempt(grant);
    if (template) expect(allowed(template)).toMatch(permission);
  });

  test('is there before the function is', () => {
    const template = attempt((monitor, stack) => {
      new Bucket(stack, 'Bucket').grantRead(monitor.function);
    });
    if (!template) return;
    const granted = resources(template, 'AWS::IAM::Policy').map(({ id }) => id);
    const inRole = allowed(template).includes('s3:GetObject') && granted.length === 0;
    if (!inRole) expect(functionOf(template).DependsOn).toEqual(expect.arrayContaining(granted));
    expect(inRole || granted.length > 0).toBe(true);
  });

  test('leaves the permissions alone that the monitor has without it', () => {
    const template = attempt((monitor, stack) => {
      new Bucket(stack, 'Bucket').grantRead(monitor.function);
    });
    if (!template) return;
    expect(allowed(template)).toMatch(/secretsmanager:GetSecretValue/);
    expect(allowed(template)).toMatch(/sns:Publish/);
  });
});

const DEPENDENCIES: readonly [string, (monitor: UnmeteredEventsMonitor, on: Bucket) => void][] = [
  [
    'monitor.function.node.addDependency(x)',
    (monitor, on) => monitor.function.node.addDependency(on),
  ],
  ['monitor.node.addDependency(x)', (monitor, on) => monitor.node.addDependency(on)],
  [
    'monitor.function.node.defaultChild.addDependency(x)',
    (monitor, on) => {
      const child = monitor.function.node.defaultChild as CfnBucket;
      child.addDependency(on.node.defaultChild as CfnBucket);
    },
  ],
];

describe('a dependency of the function', () => {
  test.each(DEPENDENCIES)('is kept, or refused with a reason: %s', (_, depend) => {
    let bucketId = '';
    const template = attempt((monitor, stack) => {
      const bucket = new Bucket(stack, 'Bucket');
      bucketId = stack.getLogicalId(bucket.node.defaultChild as CfnBucket);
      depend(monitor, bucket);
    });
    if (template) expect(functionOf(template).DependsOn ?? []).toContain(bucketId);
  });
});
