import { describe, expect, test } from 'vitest';
import type { CfnTemplate } from '../support/cloudformation.ts';
import { ConditionalDeployment } from '../support/conditional-deployment.ts';
import { standardTemplate } from './synthesized.ts';
import { synthesizeMonitor } from './their-app.ts';

const template = standardTemplate();
const ADDRESS = 'platform@example.com';

const emailsOf = (deployment: ConditionalDeployment, topic: string): string[] =>
  deployment
    .made('AWS::SNS::Subscription')
    .map((id) => deployment.properties(id))
    .filter(({ TopicArn }) => deployment.references([TopicArn])[0] === topic)
    .map(({ Endpoint }) => deployment.text(Endpoint));

const alarmsOf = (deployment: ConditionalDeployment) =>
  deployment.made('AWS::CloudWatch::Alarm').map((id) => ({ id, ...deployment.properties(id) }));

/** The topic of every message: the one that the function publishes to. */
const alertTopicOf = (deployment: ConditionalDeployment): string =>
  deployment.environment().TOPIC_ARN?.replace(/[<>]/g, '') ?? '';

/** The topics of the alarms, without the one that they vouch for. */
const secondTopicsOf = (deployment: ConditionalDeployment): string[] => {
  const topics = alarmsOf(deployment).flatMap(({ AlarmActions }) =>
    deployment.references(AlarmActions),
  );
  return [...new Set(topics)].filter((id) => id !== alertTopicOf(deployment));
};

describe('without an address for alarms', () => {
  const deployment = new ConditionalDeployment(template, { AlertEmail1: 'oncall@example.com' });

  test('alarms go where alerts go, and nowhere that is not made', () => {
    for (const { id, AlarmActions, OKActions } of alarmsOf(deployment)) {
      expect(deployment.references(AlarmActions), id).toEqual([alertTopicOf(deployment)]);
      expect(deployment.references(OKActions), id).toEqual([alertTopicOf(deployment)]);
    }
    expect(deployment.made('AWS::SNS::Topic')).toEqual([alertTopicOf(deployment)]);
  });
});

/** By parameter, and as a literal in somebody's app. */
const WAYS: readonly [string, () => { template: CfnTemplate; given: Record<string, string> }][] = [
  ['as the parameter AlarmEmail', () => ({ template, given: { AlarmEmail: ADDRESS } })],
  [
    'as the property alarmEmail',
    () => ({ template: synthesizeMonitor({ alarmEmail: ADDRESS }), given: {} }),
  ],
];

describe.each(WAYS)('an address for alarms, %s,', (_, way) => {
  let made: ReturnType<typeof way> | undefined;
  const deploy = (alertEmail = ''): ConditionalDeployment => {
    made ??= way();
    const { template: theirs, given } = made;
    return new ConditionalDeployment(theirs, { ...given, AlertEmail1: alertEmail });
  };

  test('gets every alarm and its end, by a topic of its own', () => {
    const deployment = deploy();
    const [second = 'there is none', ...more] = secondTopicsOf(deployment);
    expect(more).toEqual([]);
    expect(deployment.made('AWS::SNS::Topic')).toContain(second);
    expect(emailsOf(deployment, second)).toEqual([ADDRESS]);
    for (const { id, AlarmActions, OKActions } of alarmsOf(deployment)) {
      const both = [alertTopicOf(deployment), second].sort();
      expect(deployment.references(AlarmActions).sort(), id).toEqual(both);
      expect(deployment.references(OKActions).sort(), id).toEqual(both);
    }
  });

  test('gets no alert, so it stands for no channel of alerts', () => {
    const deployment = deploy();
    expect(secondTopicsOf(deployment)).toHaveLength(1);
    expect(emailsOf(deployment, alertTopicOf(deployment))).not.toContain(ADDRESS);
  });

  test('is reached also where the key or the policy of the alert topic is broken', () => {
    const deployment = deploy();
    const [second = 'there is none'] = secondTopicsOf(deployment);
    expect(deployment.made('AWS::SNS::Topic')).toContain(second);
    const keyOf = (topic: string) => deployment.properties(topic).KmsMasterKeyId;
    expect(keyOf(second)).not.toEqual(keyOf(alertTopicOf(deployment)));
    // The key that AWS manages lets no alarm in.
    expect(JSON.stringify(keyOf(second) ?? '')).not.toContain('alias/aws/sns');
    // A policy takes the place of the one that would let alarms publish.
    const policies = deployment
      .made('AWS::SNS::TopicPolicy')
      .map((id) => deployment.properties(id))
      .filter(({ Topics }) => deployment.references(Topics).includes(second));
    for (const { PolicyDocument } of policies) {
      expect(PolicyDocument.Statement).toContainEqual(
        expect.objectContaining({
          Effect: 'Allow',
          Principal: { Service: 'cloudwatch.amazonaws.com' },
        }),
      );
    }
  });

  test('may be that of somebody who gets alerts, too', () => {
    const deployment = deploy(ADDRESS);
    expect(deployment.brokenRules()).toEqual([]);
    expect(secondTopicsOf(deployment)).toHaveLength(1);
  });
});

test('with an address for alarms alone, an output still says that nobody is notified of alerts', () => {
  expect(Object.keys(template.Parameters)).toContain('AlarmEmail');
  const deployment = new ConditionalDeployment(template, { AlarmEmail: ADDRESS });
  expect(deployment.outputs().Warning).toMatch(/^Nobody is notified/);
});

test.each(['platform', 'a@b', 'a..b@example.com', 'a@example.com, b@example.com'])(
  'the property alarmEmail refuses "%s" at synthesis',
  (alarmEmail) => {
    expect(() => synthesizeMonitor({ alarmEmail })).toThrow(/alarmEmail/);
  },
);
