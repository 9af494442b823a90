import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { EventsToQueueStack } from '../lib/events-to-queue.ts';
import { ExistingResourcesStack } from '../lib/existing-resources.ts';
import { SecretPagerStack } from '../lib/secret-pager.ts';
import { TopicToQueueStack } from '../lib/topic-to-queue.ts';
import { TwoOrganisationsStack } from '../lib/two-organisations.ts';

test('each organisation has a function, a table and a topic of its own', () => {
  const template = Template.fromStack(new TwoOrganisationsStack(new App(), 'Monitors'));
  for (const type of ['AWS::Lambda::Function', 'AWS::DynamoDB::Table', 'AWS::SNS::Topic']) {
    template.resourceCountIs(type, 2);
  }
});

test('each organisation has commands for its token and its status', () => {
  const template = Template.fromStack(new TwoOrganisationsStack(new App(), 'Monitors'));
  for (const prefix of ['Europe', 'Sandbox']) {
    template.hasOutput(`${prefix}SetTokenCommand`, {});
    template.hasOutput(`${prefix}StatusCommand`, {});
  }
});

test('a function reads the token of its own organisation only', () => {
  const template = Template.fromStack(new TwoOrganisationsStack(new App(), 'Monitors'));
  const policies = JSON.stringify(template.findResources('AWS::IAM::Role'));
  assert.match(policies, /secret:togai\/europe-/);
});

test('critical incidents go from the bus to the queue', () => {
  const template = Template.fromStack(new EventsToQueueStack(new App(), 'Incidents'));
  template.hasResourceProperties('AWS::Events::Rule', {
    EventPattern: { source: ['unmetered-events-monitor'], detail: Match.anyValue() },
    Targets: [Match.objectLike({ Arn: Match.anyValue() })],
  });
});

test('the address of the pager is not in the template', () => {
  const template = Template.fromStack(new SecretPagerStack(new App(), 'Pager'));
  const [subscription] = Object.values(template.findResources('AWS::SNS::Subscription'));
  assert.match(JSON.stringify(subscription?.Properties.Endpoint), /resolve:secretsmanager:/);
});

test('a queue subscribes to the topic of every message', () => {
  const template = Template.fromStack(new TopicToQueueStack(new App(), 'Messages'));
  template.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'sqs' });
});

describe('with the resources of a platform team', () => {
  const template = Template.fromStack(new ExistingResourcesStack(new App(), 'OnPlatform'));

  test('no topic and no key is made', () => {
    template.resourceCountIs('AWS::SNS::Topic', 0);
    template.resourceCountIs('AWS::KMS::Key', 0);
  });

  test('the function and all alarms publish to the topic', () => {
    const topic = 'arn:aws:sns:eu-central-1:123456789012:platform-alerts';
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ TOPIC_ARN: topic }) },
    });
    template.resourcePropertiesCountIs(
      'AWS::CloudWatch::Alarm',
      { AlarmActions: [topic], OKActions: [topic] },
      8,
    );
  });

  test('the function runs in the private subnets of the VPC', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      VpcConfig: { SubnetIds: ['subnet-0aaaaaaaaaaaaaaaa', 'subnet-0bbbbbbbbbbbbbbbb'] },
    });
  });

  test('each role has the permissions boundary', () => {
    template.allResourcesProperties('AWS::IAM::Role', {
      PermissionsBoundary: {
        'Fn::Join': ['', Match.arrayWith([':iam::', ':policy/platform-boundary'])],
      },
    });
  });
});
