import { Aws, CfnCondition, Fn, Stack } from 'aws-cdk-lib';
import { CfnSubscription } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription, SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { UnmeteredEventsMonitor } from '../../infra/unmetered-events-monitor.ts';
import { ConditionalDeployment } from '../support/conditional-deployment.ts';
import { invokeDeployed, startTopic, type TopicAttributes } from '../support/deployed-function.ts';
import { TEAMS } from './parameter-values.ts';
import { standardTemplate } from './synthesized.ts';
import { synthesizeMonitor, synthesizeTheirs } from './their-app.ts';

const template = standardTemplate();
const SLACK = { SlackWorkspaceId: 'T1', SlackChannelId: 'C1' };
const TWO_EMAILS = { AlertEmail1: 'a@example.com', AlertEmail4: 'd@example.com' };
const ALL = {
  ...TWO_EMAILS,
  AlertEmail2: 'b@example.com',
  AlertEmail3: 'c@example.com',
  AlertEmail5: 'e@example.com',
  ...SLACK,
  ...TEAMS,
};

/** The missing subscriptions that one run of the deployed function measures, for these attributes of the topic. */
async function measure(deployment: ConditionalDeployment, attributes: TopicAttributes) {
  const environment = deployment.environment();
  const topic = await startTopic(attributes);
  const { outcome, lines } = await invokeDeployed(environment, topic);
  expect(outcome).toMatchObject({ outcome: 'finished' });
  for (const arn of topic.asked) expect(arn).toBe(environment.TOPIC_ARN);
  return lines.map(({ SubscriptionsMissing }) => SubscriptionsMissing).find((n) => n !== undefined);
}

describe('the number that was configured is that of the parameters', () => {
  test.each([
    ['one address', { AlertEmail3: 'c@example.com' }, 1],
    ['two addresses', TWO_EMAILS, 2],
    ['a Slack channel', SLACK, 1],
    ['a channel of Teams', TEAMS, 1],
    ['two addresses and a Slack channel', { ...TWO_EMAILS, ...SLACK }, 3],
    ['all there can be', ALL, 7],
    [
      'an address, beside one for alarms',
      { AlertEmail1: 'a@example.com', AlarmEmail: 'x@y.zz' },
      1,
    ],
  ])('%s', async (_, given, configured) => {
    const deployment = new ConditionalDeployment(template, given);
    expect(await measure(deployment, { SubscriptionsConfirmed: 0 })).toBe(configured);
  });

  test('without subscriptions none is missing', async () => {
    const deployment = new ConditionalDeployment(template);
    expect((await measure(deployment, { SubscriptionsConfirmed: 0 })) ?? 0).toBe(0);
  });
});

describe('the number that was configured in code', () => {
  test('is that of the properties', async () => {
    const theirs = synthesizeMonitor({
      alertEmails: ['a@example.com', 'b@example.com'],
      slack: { workspaceId: 'T1', channelId: 'C1' },
    });
    const deployment = new ConditionalDeployment(theirs);
    expect(await measure(deployment, { SubscriptionsConfirmed: 1 })).toBe(2);
  });

  test('includes subscriptions that the app adds, which would stand in for a lost one otherwise', async () => {
    const theirs = synthesizeTheirs((stack) => {
      const { topic } = new UnmeteredEventsMonitor(stack, 'Monitor', {
        alertEmails: ['a@example.com'],
      });
      topic.addSubscription(new SqsSubscription(new Queue(stack, 'Pager')));
      topic.addSubscription(new EmailSubscription('team@example.com'));
    });
    const deployment = new ConditionalDeployment(theirs);
    expect(await measure(deployment, { SubscriptionsConfirmed: 2 })).toBe(1);
  });
});

test('a subscription that another stack makes counts too, and no condition of that stack is used', async () => {
  const theirs = synthesizeTheirs((stack) => {
    const { topic } = new UnmeteredEventsMonitor(stack, 'Monitor');
    const other = new Stack(stack.node.root, 'Other');
    const subscription = new CfnSubscription(other, 'Pager', {
      topicArn: topic.topicArn,
      protocol: 'email',
      endpoint: 'pager@example.com',
    });
    subscription.cfnOptions.condition = new CfnCondition(other, 'IsProduction', {
      expression: Fn.conditionEquals(Aws.REGION, 'eu-central-1'),
    });
  });
  const deployment = new ConditionalDeployment(theirs);
  expect(await measure(deployment, { SubscriptionsConfirmed: 0 })).toBe(1);
});

describe('a subscription counts as missing', () => {
  const deployment = new ConditionalDeployment(template, { ...TWO_EMAILS, ...SLACK });

  test.each([
    ['after somebody, or a link scanner, has unsubscribed it', 2, 0, 1, 1],
    ['after nobody confirmed it for 48 hours', 2, 0, 0, 1],
    ['until it is confirmed', 2, 1, 0, 1],
    ['where the Slack channel was taken off the topic', 2, 0, 0, 1],
    ['not once it is confirmed', 3, 0, 1, 0],
  ])('%s', async (_, confirmed, pending, deleted, missing) => {
    const attributes = {
      SubscriptionsConfirmed: confirmed,
      SubscriptionsPending: pending,
      SubscriptionsDeleted: deleted,
    };
    expect(await measure(deployment, attributes)).toBe(missing);
  });
});

describe('where SNS cannot be asked', () => {
  const environment = () => new ConditionalDeployment(template, TWO_EMAILS).environment();

  test('the run goes on, nothing is measured, and its log line names the missing permission', async () => {
    const topic = await startTopic(undefined);
    const { outcome, lines } = await invokeDeployed(environment(), topic);
    expect(topic.actions).toContain('GetTopicAttributes');
    expect(outcome).toMatchObject({ outcome: 'finished' });
    expect(lines.filter((line) => 'SubscriptionsMissing' in line)).toEqual([]);
    const [run] = lines.filter(({ message }) => message === 'run');
    expect(JSON.stringify(run)).toMatch(/SNS:GetTopicAttributes/i);
  });

  test('because its answer has no number, nothing is measured', async () => {
    const topic = await startTopic({ SubscriptionsConfirmed: Number.NaN });
    const { lines } = await invokeDeployed(environment(), topic);
    expect(topic.actions).toContain('GetTopicAttributes');
    expect(lines.filter((line) => 'SubscriptionsMissing' in line)).toEqual([]);
  });

  test('because it never answers, the run goes on', async () => {
    vi.doMock('../../functions/monitor/aws-timeouts.ts', async (original) => {
      const real = await original<{ AWS_TIMEOUTS: object }>();
      return { ...real, AWS_TIMEOUTS: { ...real.AWS_TIMEOUTS, requestTimeout: 300 } };
    });
    onTestFinished(() => void vi.doUnmock('../../functions/monitor/aws-timeouts.ts'));
    const topic = await startTopic({ SubscriptionsConfirmed: 1 });
    topic.hangs = true;
    const { outcome } = await invokeDeployed(environment(), topic);
    expect(topic.actions).toContain('GetTopicAttributes');
    expect(outcome).toMatchObject({ outcome: 'finished' });
  });
});
