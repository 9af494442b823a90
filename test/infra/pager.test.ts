import { CfnParameter } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { UnmeteredEventsMonitor } from '../../infra/unmetered-events-monitor.ts';
import type { CfnTemplate } from '../support/cloudformation.ts';
import { ConditionalDeployment } from '../support/conditional-deployment.ts';
import { invokeDeployed, startTopic } from '../support/deployed-function.ts';
import { queueNamed, standardTemplate } from './synthesized.ts';
import { synthesizeMonitor, synthesizeTheirs } from './their-app.ts';

const template = standardTemplate();
const ENDPOINT = 'https://events.pagerduty.com/integration/0123456789abcdef/enqueue';
const given = { PagerEndpoint: ENDPOINT, AlertEmail1: 'oncall@example.com' };

/** The topic of the pager, as the function finds it; empty if there is none. */
const topicOf = (deployment: ConditionalDeployment): string =>
  deployment.environment().PAGER_TOPIC?.replace(/^<|\.TopicName>$/g, '') ?? '';

const alarmsTo = (deployment: ConditionalDeployment, topic: string) =>
  deployment
    .made('AWS::CloudWatch::Alarm')
    .map((id) => deployment.properties(id))
    .filter(
      (alarm) =>
        [
          ...deployment.references(alarm.AlarmActions),
          ...deployment.references(alarm.OKActions),
        ].filter((id) => id === topic).length > 0,
    );

const WAYS: readonly [string, () => ConditionalDeployment][] = [
  ['as the parameter PagerEndpoint', () => new ConditionalDeployment(template, given)],
  [
    'as the property pagerEndpoint',
    () => new ConditionalDeployment(synthesizeMonitor({ pagerEndpoint: ENDPOINT })),
  ],
];

describe.each(WAYS)('a pager, %s,', (_, way) => {
  test('is the one subscriber of a topic that the function may publish to', () => {
    const deployment = way();
    const topic = topicOf(deployment);
    expect(deployment.made('AWS::SNS::Topic')).toContain(topic);
    const subscribers = deployment
      .made('AWS::SNS::Subscription')
      .map((id) => deployment.properties(id))
      .filter(({ TopicArn }) => deployment.references([TopicArn])[0] === topic);
    expect(subscribers).toEqual([
      expect.objectContaining({
        Protocol: 'https',
        RedrivePolicy: {
          deadLetterTargetArn: { 'Fn::GetAtt': [expect.stringContaining('DeadLetters'), 'Arn'] },
        },
      }),
    ]);
    expect(deployment.text(subscribers[0].Endpoint)).toBe(ENDPOINT);
    const [policy] = deployment
      .made('AWS::IAM::RolePolicy')
      .map((id) => deployment.properties(id))
      .filter(({ PolicyName }) => PolicyName === 'page');
    expect(policy.PolicyDocument.Statement).toEqual([
      {
        Effect: 'Allow',
        Action: ['sns:GetTopicAttributes', 'sns:Publish'],
        Resource: { Ref: topic },
      },
    ]);
  });

  test('gets the alarm that no run succeeds, when it begins and when it ends, and no other alarm', () => {
    const deployment = way();
    const [alarm, ...others] = alarmsTo(deployment, topicOf(deployment));
    expect(others).toEqual([]);
    expect(deployment.text(alarm.AlarmName)).toMatch(/-no-successful-run$/);
    for (const actions of [alarm.AlarmActions, alarm.OKActions]) {
      expect(deployment.references(actions)).toContain(topicOf(deployment));
    }
  });
});

describe('without an address', () => {
  const deployment = new ConditionalDeployment(template);

  test('there is no topic, no permission, and no alarm that publishes to it', () => {
    expect(deployment.environment().PAGER_TOPIC).toBe('');
    expect(deployment.made('AWS::SNS::Topic')).toHaveLength(1);
    expect(deployment.made('AWS::IAM::RolePolicy')).toEqual([]);
    for (const id of deployment.made('AWS::CloudWatch::Alarm')) {
      expect(deployment.references(deployment.properties(id).AlarmActions)).toHaveLength(1);
    }
  });
});

describe('the address', () => {
  test('is hidden in the console, and goes to the subscription only', () => {
    expect(template.Parameters.PagerEndpoint).toMatchObject({ NoEcho: true });
    const { Resources, Outputs } = template;
    const naming = Object.entries({ ...Resources, ...Outputs })
      .filter(([, value]) => JSON.stringify(value).includes('"PagerEndpoint"'))
      .map(([, { Type }]) => Type ?? 'output');
    // Whether it is empty decides on the warning that nobody is notified.
    expect(naming).toEqual(['AWS::SNS::Subscription']);
  });

  test('is not in the error about it', () => {
    const wrong = 'http://events.pagerduty.com/integration/secret';
    const attempt = () => synthesizeMonitor({ pagerEndpoint: wrong });
    expect(attempt).toThrow(/^pagerEndpoint: the address cannot be used; write the https address/);
    expect(attempt).not.toThrow(/secret/);
  });

  test('may be a parameter of an app', () => {
    const theirs: CfnTemplate = synthesizeTheirs((stack) => {
      const { valueAsString } = new CfnParameter(stack, 'Pager', { noEcho: true, default: '' });
      new UnmeteredEventsMonitor(stack, 'Monitor', { pagerEndpoint: valueAsString });
    });
    expect(topicOf(new ConditionalDeployment(theirs))).toBe('');
    expect(topicOf(new ConditionalDeployment(theirs, { Pager: ENDPOINT }))).not.toBe('');
  });
});

test('pages that cannot be delivered are kept in the queue', () => {
  const deployment = new ConditionalDeployment(template, given);
  const [policy] = deployment
    .made('AWS::SQS::QueuePolicy')
    .map((id) => deployment.properties(id))
    .filter(({ Queues }) => Queues[0].Ref === queueNamed(template, 'DeadLetters'));
  const [{ Condition }] = policy.PolicyDocument.Statement.filter(
    ({ Effect }: { Effect: string }) => Effect === 'Allow',
  );
  expect(deployment.references(Condition.ArnEquals['aws:SourceArn'])).toContain(
    topicOf(deployment),
  );
});

test('a pager that has not confirmed its subscription is missing, even if all others are confirmed', async () => {
  const environment = new ConditionalDeployment(template, given).environment();
  const topic = await startTopic({ SubscriptionsConfirmed: 2 });
  topic.unconfirmed = `arn:aws:sns:eu-central-1:123456789012:${environment.PAGER_TOPIC}`;
  const { lines } = await invokeDeployed(environment, topic);
  const missing = lines.map(({ SubscriptionsMissing }) => SubscriptionsMissing);
  expect(missing.filter((number) => number !== undefined)).toEqual([1]);
});
