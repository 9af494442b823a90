import { Alarm, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { describe, expect, test } from 'vitest';
import { UnmeteredEventsMonitor } from '../../infra/unmetered-events-monitor.ts';
import type { CfnTemplate } from '../support/cloudformation.ts';
import { only, resourcesOf } from './synthesized.ts';
import { synthesizeTheirs } from './their-app.ts';

const KEY_ARN = 'arn:aws:kms:eu-central-1:123456789012:key/theirs';
const TOPIC_ARN = 'arn:aws:sns:eu-central-1:123456789012:theirs';

const roleOfFunction = (template: CfnTemplate) => {
  const { Role } = only(template, 'AWS::Lambda::Function');
  return template.Resources[Role['Fn::GetAtt'][0]].Properties;
};

interface NamedPolicy {
  readonly PolicyName: string;
  readonly PolicyDocument: {
    readonly Statement: readonly { readonly Action: unknown; readonly Resource: unknown }[];
  };
}

/** The statement of a permission of the function; `undefined`: it has no such permission. */
const permission = (template: CfnTemplate, name: string) =>
  (roleOfFunction(template).Policies as NamedPolicy[]).find(({ PolicyName }) => PolicyName === name)
    ?.PolicyDocument.Statement[0];

describe('a topic of the app', () => {
  const build = () =>
    synthesizeTheirs((stack) => {
      const masterKey = new Key(stack, 'TheirKey');
      const topic = new Topic(stack, 'TheirTopic', { masterKey });
      new UnmeteredEventsMonitor(stack, 'Monitor', { topic, alertEmails: ['a@example.com'] });
    });
  const idIn = ({ Resources }: CfnTemplate, prefix: string) =>
    Object.keys(Resources).find((id) => id.startsWith(prefix));

  test('is the only topic, with its own key', () => {
    const template = build();
    expect(resourcesOf(template, 'AWS::SNS::Topic')).toHaveLength(1);
    expect(resourcesOf(template, 'AWS::KMS::Key')).toHaveLength(1);
    expect(only(template, 'AWS::SNS::Subscription').TopicArn).toEqual({
      Ref: idIn(template, 'TheirTopic'),
    });
  });

  test('is one that the function and the alarms may publish to', () => {
    const template = build();
    expect(permission(template, 'publish')?.Resource).toEqual({
      Ref: idIn(template, 'TheirTopic'),
    });
    expect(permission(template, 'encryptMessages')?.Resource).toEqual({
      'Fn::GetAtt': [idIn(template, 'TheirKey'), 'Arn'],
    });
    const text = JSON.stringify([
      only(template, 'AWS::SNS::TopicPolicy'),
      only(template, 'AWS::KMS::Key').KeyPolicy,
    ]);
    expect(text.match(/cloudwatch\.amazonaws\.com/g)).toHaveLength(2);
  });
});

test('a topic that is imported without a key needs no permission for one', () => {
  const template = synthesizeTheirs((stack) => {
    const topic = Topic.fromTopicArn(stack, 'TheirTopic', TOPIC_ARN);
    new UnmeteredEventsMonitor(stack, 'Monitor', { topic });
  });
  expect(permission(template, 'publish')?.Resource).toBe(TOPIC_ARN);
  expect(permission(template, 'encryptMessages')).toBeUndefined();
  for (const { Properties } of resourcesOf(template, 'AWS::CloudWatch::Alarm')) {
    expect(Properties.AlarmActions).toEqual([TOPIC_ARN]);
  }
});

test('a key of the app encrypts the topic, and no key is made', () => {
  const template = synthesizeTheirs((stack) => {
    const encryptionKey = Key.fromKeyArn(stack, 'TheirKey', KEY_ARN);
    new UnmeteredEventsMonitor(stack, 'Monitor', { encryptionKey });
  });
  expect(only(template, 'AWS::SNS::Topic').KmsMasterKeyId).toBe(KEY_ARN);
  expect(permission(template, 'encryptMessages')?.Resource).toBe(KEY_ARN);
  expect(resourcesOf(template, 'AWS::KMS::Key')).toEqual([]);
});

describe('a VPC of the app', () => {
  const build = () =>
    synthesizeTheirs((stack) => {
      const vpc = new Vpc(stack, 'TheirVpc', { natGateways: 1 });
      const vpcSubnets = { subnetType: SubnetType.PRIVATE_WITH_EGRESS };
      new UnmeteredEventsMonitor(stack, 'Monitor', { vpc, vpcSubnets });
    });

  test('has the function in its private subnets', () => {
    const { VpcConfig } = only(build(), 'AWS::Lambda::Function');
    expect(JSON.stringify(VpcConfig.SubnetIds)).toMatch(/PrivateSubnet1.*PrivateSubnet2/);
    expect(JSON.stringify(VpcConfig.SubnetIds)).not.toMatch(/PublicSubnet/);
  });

  test('is one that the role may make network interfaces in, without a managed policy', () => {
    const template = build();
    expect(permission(template, 'connectToVpc')?.Action).toEqual([
      'ec2:AssignPrivateIpAddresses',
      'ec2:CreateNetworkInterface',
      'ec2:DeleteNetworkInterface',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSubnets',
      'ec2:UnassignPrivateIpAddresses',
    ]);
    expect(roleOfFunction(template).ManagedPolicyArns).toBeUndefined();
  });
});

test('actions of the app run when an alarm begins and when it ends, beside the topic', () => {
  const template = synthesizeTheirs((stack) => {
    const theirs = Topic.fromTopicArn(stack, 'TheirTopic', TOPIC_ARN);
    new UnmeteredEventsMonitor(stack, 'Monitor', { alarmActions: [new SnsAction(theirs)] });
    new Alarm(stack, 'Theirs', {
      metric: new Metric({ namespace: 'Theirs', metricName: 'Theirs' }),
      threshold: 1,
      evaluationPeriods: 1,
    });
  });
  const acting = resourcesOf(template, 'AWS::CloudWatch::Alarm')
    .map(({ Properties }) => [Properties.AlarmActions, Properties.OKActions])
    .filter(([actions]) => actions !== undefined);
  expect(acting).toHaveLength(8);
  for (const lists of acting) {
    for (const list of lists) expect(list).toEqual([{ Ref: expect.any(String) }, TOPIC_ARN]);
  }
});

describe('a target for incidents', () => {
  const ruleWith = (ownBus: boolean) => {
    const template = synthesizeTheirs((stack) => {
      const onIncident = new SqsQueue(new Queue(stack, 'Queue'));
      const eventBus = ownBus ? new EventBus(stack, 'Bus') : undefined;
      new UnmeteredEventsMonitor(stack, 'Monitor', {
        onIncident,
        ...(eventBus && { eventBus }),
      });
    });
    const { Variables } = only(template, 'AWS::Lambda::Function').Environment;
    return { rule: only(template, 'AWS::Events::Rule'), bus: Variables.EVENT_BUS };
  };

  test('gets the incidents of this monitor, and no notice and no test', () => {
    const { rule } = ruleWith(false);
    expect(rule.EventPattern).toMatchObject({
      source: ['unmetered-events-monitor'],
      resources: [{ 'Fn::GetAtt': [expect.stringMatching(/MonitorFunction/), 'Arn'] }],
      'detail-type': [{ prefix: 'Incident ' }],
    });
    expect(rule.Targets[0].Arn).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^Queue/), 'Arn'] });
  });

  test('gets them over the bus of the account, which then has every message', () => {
    const { rule, bus } = ruleWith(false);
    expect([rule.EventBusName, bus]).toEqual(['default', 'default']);
  });

  test('gets them over the bus of the app, where there is one', () => {
    const { rule, bus } = ruleWith(true);
    expect(bus).toEqual({ Ref: expect.stringMatching(/^Bus/) });
    expect(rule.EventBusName).toEqual(bus);
  });
});
