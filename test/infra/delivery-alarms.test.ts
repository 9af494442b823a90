import { describe, expect, test } from 'vitest';
import { ConditionalDeployment } from '../support/conditional-deployment.ts';
import { TEAMS } from './parameter-values.ts';
import { standardTemplate } from './synthesized.ts';

const template = standardTemplate();
const everybody = new ConditionalDeployment(template, {
  AlertEmail1: 'oncall@example.com',
  SlackWorkspaceId: 'T1',
  SlackChannelId: 'C1',
  ...TEAMS,
});

interface MetricUse {
  readonly Namespace?: string;
  readonly MetricName?: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: unknown }[];
}

interface AlarmProperties extends MetricUse {
  readonly AlarmDescription: string;
  readonly TreatMissingData: string;
  readonly Period: number;
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm: number;
  readonly Metrics?: readonly {
    readonly Expression?: string;
    readonly MetricStat?: { readonly Metric: MetricUse };
  }[];
}

const alarms: AlarmProperties[] = everybody
  .made('AWS::CloudWatch::Alarm')
  .map((id) => everybody.properties(id));

/** The metrics that an alarm looks at, also those of its expressions. */
const metricsOf = ({ Metrics, ...alarm }: AlarmProperties): MetricUse[] =>
  Metrics === undefined
    ? [alarm]
    : Metrics.flatMap(({ MetricStat }) => (MetricStat ? [MetricStat.Metric] : []));

const alarmsOn = (name: string): AlarmProperties[] =>
  alarms.filter((alarm) => metricsOf(alarm).some(({ MetricName }) => MetricName === name));

const alarmOn = (name: string): AlarmProperties => {
  const [alarm, ...others] = alarmsOn(name);
  if (!alarm || others.length > 0) throw new Error(`not one alarm on the metric ${name}`);
  return alarm;
};

const [topic = ''] = everybody.made('AWS::SNS::Topic');

const dimensionsOf = (alarm: AlarmProperties, name: string) =>
  metricsOf(alarm)
    .filter(({ MetricName }) => MetricName === name)
    .flatMap(({ Namespace, Dimensions = [] }) =>
      Dimensions.map(({ Name, Value }) => `${Namespace} ${Name}=${everybody.text(Value)}`),
    );

describe('messages that SNS could not deliver', () => {
  test('are an alarm, of this topic and not of another in the account', () => {
    const alarm = alarmOn('NumberOfNotificationsFailed');
    expect(dimensionsOf(alarm, 'NumberOfNotificationsFailed')).toEqual([
      `AWS/SNS TopicName=<${topic}.TopicName>`,
    ]);
    expect(alarm).toMatchObject({
      Statistic: 'Sum',
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
    });
  });

  test('are an alarm that says where to look', () => {
    expect(alarmOn('NumberOfNotificationsFailed').AlarmDescription).toMatch(/email|Slack/i);
  });
});

describe('messages that reach nobody', () => {
  test('are an alarm, though SNS fails at none of them: published, and not delivered', () => {
    const alarm = alarmOn('NumberOfNotificationsDelivered');
    const names = metricsOf(alarm).map(({ MetricName }) => MetricName);
    expect(names).toContain('NumberOfMessagesPublished');
    for (const name of ['NumberOfNotificationsDelivered', 'NumberOfMessagesPublished']) {
      expect(dimensionsOf(alarm, name)).toEqual([`AWS/SNS TopicName=<${topic}.TopicName>`]);
    }
  });

  test('are seen where SNS reports no delivery at all, which is no data and not a zero', () => {
    const { Metrics = [] } = alarmOn('NumberOfNotificationsDelivered');
    const expressions = Metrics.map(({ Expression = '' }) => Expression);
    expect(expressions.join('\n')).toMatch(/FILL\s*\(\s*\w+\s*,\s*0\s*\)/);
  });

  test('are no alarm while nothing is published', () => {
    expect(alarmOn('NumberOfNotificationsDelivered').TreatMissingData).toBe('notBreaching');
  });
});

describe('a subscription that is missing', () => {
  const missing = () => alarmOn('SubscriptionsMissing');

  test('is an alarm, of this monitor and not of another in the account', () => {
    expect(dimensionsOf(missing(), 'SubscriptionsMissing')).toEqual([
      'UnmeteredEventsMonitor service=UnmeteredEventsMonitor',
    ]);
    expect(missing()).toMatchObject({
      Statistic: 'Maximum',
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    });
  });

  test('stays an alarm between two checks, which are an hour and a few minutes apart', () => {
    const { Period, EvaluationPeriods, DatapointsToAlarm = EvaluationPeriods } = missing();
    const looksBack = Period * EvaluationPeriods;
    const keeps = missing().TreatMissingData === 'ignore';
    expect(keeps || (looksBack >= 2 * 3_600 && DatapointsToAlarm === 1)).toBe(true);
  });

  test('says in its alarm how to bring it back', () => {
    expect(missing().AlarmDescription).toMatch(/confirm/i);
    expect(missing().AlarmDescription).toMatch(/clear .*deploy|AlertEmail/i);
    expect(missing().AlarmDescription.length).toBeLessThanOrEqual(1_024);
  });

  test('can be counted: the function may ask SNS, about its own topic alone', () => {
    const asking = everybody
      .made('AWS::IAM::Role')
      .flatMap((id) => everybody.properties(id).Policies ?? [])
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
      .filter(({ Action }) => [Action].flat().includes('sns:GetTopicAttributes'));
    expect(asking).toHaveLength(1);
    expect([asking[0].Resource].flat()).toEqual([{ Ref: topic }]);
    const { Statement } = everybody.properties(
      everybody.made('AWS::SNS::TopicPolicy')[0] ?? '',
    ).PolicyDocument;
    // Who denies it to others must not deny it to the function.
    const denied = Statement.filter(({ Effect }: { Effect: string }) => Effect === 'Deny').flatMap(
      ({ Action }: { Action: string | string[] }) => Action,
    );
    expect(denied).toEqual(['sns:Publish']);
  });
});

test.each([
  'AWS::Chatbot::SlackChannelConfiguration',
  'AWS::Chatbot::MicrosoftTeamsChannelConfiguration',
])('%s leaves a line in the logs for each message that Amazon Q could not show', (type) => {
  const [id = ''] = everybody.made(type);
  expect(everybody.properties(id).LoggingLevel).toBe('ERROR');
});
