import assert from 'node:assert/strict';
import { test } from 'node:test';
import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { EventsToQueueStack } from '../lib/events-to-queue.ts';
import { TwoOrganisationsStack } from '../lib/two-organisations.ts';

test('each organisation has a function, a table and a topic of its own', () => {
  const template = Template.fromStack(new TwoOrganisationsStack(new App(), 'Monitors'));
  for (const type of ['AWS::Lambda::Function', 'AWS::DynamoDB::Table', 'AWS::SNS::Topic']) {
    template.resourceCountIs(type, 2);
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
