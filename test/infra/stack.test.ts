import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { TOKEN_PLACEHOLDER } from '../../functions/monitor/settings/deployed.ts';
import { UnmeteredEventsMonitor } from '../../infra/unmetered-events-monitor.ts';
import { Deployment } from '../support/cloudformation.ts';
import { emptyFolder } from '../support/folder.ts';
import { resourcesOf, synthesize } from './synthesized.ts';

const { template } = synthesize();
const only = (type: string) => {
  const [resource, ...others] = resourcesOf(template, type);
  expect(others).toEqual([]);
  return resource.Properties;
};

const queueNamed = (name: string) =>
  new Deployment(template).made('AWS::SQS::Queue').find((id) => id.includes(name));

describe('synthesis', () => {
  test('needs no account and no credentials, and the checks of cdk-nag find nothing', () => {
    const folder = emptyFolder();
    const { status, stderr } = spawnSync(process.execPath, ['infra/app.ts'], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, CDK_OUTDIR: folder, HOME: folder },
    });
    expect(stderr).not.toMatch(/ERROR|WARNING/);
    expect(status).toBe(0);
    const report = JSON.parse(readFileSync(join(folder, 'validation-report.json'), 'utf8'));
    const found: PluginReport[] = report.pluginReports;
    expect(found.map(({ pluginName }) => pluginName)).toEqual(
      expect.arrayContaining(['AwsSolutions', 'Serverless']),
    );
    expect(found.flatMap(({ violations }) => violations)).toEqual([]);
  });
});

interface PluginReport {
  readonly pluginName: string;
  readonly violations: readonly unknown[];
}

describe('who is told', () => {
  const subscribed = (given: Record<string, string>) => {
    const deployment = new Deployment(template, given);
    return deployment
      .made('AWS::SNS::Subscription')
      .map((id) => deployment.text(template.Resources[id].Properties.Endpoint));
  };

  test('is nobody by default, and an output says so', () => {
    const deployment = new Deployment(template);
    expect(subscribed({})).toEqual([]);
    expect(deployment.made('AWS::Chatbot::SlackChannelConfiguration')).toEqual([]);
    expect(deployment.made('AWS::IAM::Role')).toHaveLength(2);
    expect(deployment.outputs().Warning).toMatch(/^Nobody is notified: set AlertEmail1/);
  });

  test.each([1, 2, 3, 4, 5])('is the address of AlertEmail%i, and nobody else', (slot) => {
    const given = { [`AlertEmail${slot}`]: 'oncall@example.com' };
    expect(subscribed(given)).toEqual(['oncall@example.com']);
    expect(new Deployment(template, given).outputs()).not.toHaveProperty('Warning');
  });

  test('is the Slack channel where one is named', () => {
    const deployment = new Deployment(template, { SlackWorkspaceId: 'T1', SlackChannelId: 'C1' });
    const [id = ''] = deployment.made('AWS::Chatbot::SlackChannelConfiguration');
    const { SnsTopicArns, SlackWorkspaceId, SlackChannelId } = template.Resources[id].Properties;
    expect(deployment.text(SlackWorkspaceId)).toBe('T1');
    expect(deployment.text(SlackChannelId)).toBe('C1');
    expect(SnsTopicArns).toEqual([{ Ref: deployment.made('AWS::SNS::Topic')[0] }]);
    expect(deployment.outputs()).not.toHaveProperty('Warning');
  });

  test('loses no email: what cannot be delivered is kept', () => {
    const queue = queueNamed('DeadLetters');
    for (const { Properties } of resourcesOf(template, 'AWS::SNS::Subscription')) {
      expect(Properties.RedrivePolicy).toEqual({
        deadLetterTargetArn: { 'Fn::GetAtt': [queue, 'Arn'] },
      });
    }
  });
});

describe('the function', () => {
  test('runs on the Node.js and processor that it is meant for, without reserving concurrency', () => {
    expect(only('AWS::Lambda::Function')).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: 'INFO' },
    });
    expect(only('AWS::Lambda::Function')).not.toHaveProperty('ReservedConcurrentExecutions');
    expect(only('AWS::Logs::LogGroup').RetentionInDays).toBe(90);
  });

  test.each([
    ['5', '240'],
    ['10', '540'],
    ['15', '840'],
  ])(
    'started every %s minutes has %s s, a minute less than it takes to the next run',
    (minutes, seconds) => {
      const deployment = new Deployment(template, { RunEveryMinutes: minutes });
      expect(deployment.text(only('AWS::Lambda::Function').Timeout)).toBe(seconds);
      expect(deployment.text(only('AWS::Scheduler::Schedule').ScheduleExpression)).toBe(
        `rate(${minutes} minutes)`,
      );
    },
  );

  test('is told when it was meant to start, and started again only as long as that is of use', () => {
    const { Target } = only('AWS::Scheduler::Schedule');
    expect(JSON.parse(Target.Input)).toEqual({ time: '<aws.scheduler.scheduled-time>' });
    expect(Target.RetryPolicy).toEqual({ MaximumEventAgeInSeconds: 300, MaximumRetryAttempts: 2 });
    expect(only('AWS::Lambda::EventInvokeConfig')).toMatchObject({
      MaximumEventAgeInSeconds: 300,
      MaximumRetryAttempts: 0,
    });
  });

  test('loses no invocation: one that cannot be delivered is kept, and so is one that crashes', () => {
    expect(only('AWS::Scheduler::Schedule').Target.DeadLetterConfig).toEqual({
      Arn: { 'Fn::GetAtt': [queueNamed('DeadLetters'), 'Arn'] },
    });
    expect(only('AWS::Lambda::EventInvokeConfig').DestinationConfig).toEqual({
      OnFailure: { Destination: { 'Fn::GetAtt': [queueNamed('CrashedRuns'), 'Arn'] } },
    });
  });
});

describe('what is remembered', () => {
  test.each(['AWS::DynamoDB::Table', 'AWS::SecretsManager::Secret'])(
    'outlives the stack, without a name that would be in the way of the next: %s',
    (type) => {
      const [resource] = resourcesOf(template, type);
      expect(resource).toMatchObject({
        // Not after a first deployment that failed, which would leave one behind with every attempt.
        DeletionPolicy: 'RetainExceptOnCreate',
        UpdateReplacePolicy: 'Retain',
      });
      expect(resource.Properties).not.toHaveProperty('Name');
      expect(resource.Properties).not.toHaveProperty('TableName');
    },
  );

  test('is a table that costs what it is used for, encrypted, and can be restored', () => {
    expect(only('AWS::DynamoDB::Table')).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      SSESpecification: { SSEEnabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    });
  });

  test('is a secret whose placeholder the function knows, and that is never written again', () => {
    expect(only('AWS::SecretsManager::Secret').SecretString).toBe(TOKEN_PLACEHOLDER);
    // Change this text and every deployment overwrites the token that somebody has put there.
    expect(TOKEN_PLACEHOLDER).toBe('put-your-togai-api-token-here');
  });
});

describe('the monitor watches itself', () => {
  const alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm').map(({ Properties }) => ({
    name: new Deployment(template).text(Properties.AlarmName),
    ...Properties,
  }));
  const named = (name: string) =>
    alarms.find((alarm) => alarm.name === `UnmeteredEventsMonitor-${name}`);

  test('with five alarms', () => {
    expect(alarms.map(({ name }) => name.replace('UnmeteredEventsMonitor-', '')).sort()).toEqual([
      'backlog-growing',
      'dead-letters',
      'errors',
      'no-successful-run',
      'throttled-by-togai',
    ]);
  });

  test.each(alarms)(
    '$name tells the same people, also when it is over, and says what to do',
    (alarm) => {
      const topic = [{ Ref: new Deployment(template).made('AWS::SNS::Topic')[0] }];
      expect(alarm.AlarmActions).toEqual(topic);
      expect(alarm.OKActions).toEqual(topic);
      expect(alarm.AlarmDescription.length).toBeGreaterThan(100);
      expect(alarm.AlarmDescription.length).toBeLessThanOrEqual(1_024);
    },
  );

  test('a function that is never started is an alarm, and the placeholder in the secret the first suspect', () => {
    expect(named('no-successful-run')).toMatchObject({
      MetricName: 'RunSucceeded',
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      EvaluationPeriods: 3,
      TreatMissingData: 'breaching',
      AlarmDescription: expect.stringMatching(/placeholder.*SetTokenCommand/),
    });
  });

  test('one crash wakes nobody: the queue of crashed runs has no alarm, and errors need two of three intervals', () => {
    expect(named('errors')).toMatchObject({ EvaluationPeriods: 3, DatapointsToAlarm: 2 });
    const watched = named('dead-letters')?.Dimensions[0].Value['Fn::GetAtt'][0];
    expect(watched).toBe(queueNamed('DeadLetters'));
  });

  test.each(['errors', 'dead-letters', 'backlog-growing', 'throttled-by-togai'])(
    'no news is good news to %s',
    (name) => {
      expect(named(name)?.TreatMissingData).toBe('notBreaching');
    },
  );

  test.each([
    ['5', '300'],
    ['10', '600'],
    ['15', '900'],
  ])('alarms about runs every %s minutes look at periods of %s s', (minutes, seconds) => {
    const deployment = new Deployment(template, { RunEveryMinutes: minutes });
    expect(deployment.text(named('no-successful-run')?.Period)).toBe(seconds);
    expect(deployment.text(named('errors')?.Period)).toBe(seconds);
  });

  test('by the metrics of this monitor, not of another in the account', () => {
    const dimensions = [{ Name: 'service', Value: { Ref: 'AWS::StackName' } }];
    expect(named('no-successful-run')?.Dimensions).toEqual(dimensions);
    const { Variables } = only('AWS::Lambda::Function').Environment;
    expect(Variables.POWERTOOLS_SERVICE_NAME).toEqual(dimensions[0]?.Value);
  });

  test('on a dashboard under the name that alerts link to', () => {
    const deployment = new Deployment(template);
    const { DashboardName, DashboardBody } = only('AWS::CloudWatch::Dashboard');
    expect(deployment.text(DashboardName)).toBe('UnmeteredEventsMonitor-eu-central-1');
    expect(deployment.outputs().DashboardUrl).toMatch(
      /#dashboards\/dashboard\/UnmeteredEventsMonitor-eu-central-1$/,
    );
    const { widgets } = JSON.parse(deployment.text(DashboardBody));
    const titles = widgets.map(
      ({ properties }: { properties: { title?: string; markdown?: string } }) =>
        properties.title ?? properties.markdown,
    );
    expect(titles).toEqual(
      expect.arrayContaining([
        '## Are events being metered?',
        '## What is firing?',
        '## Is the monitor healthy?',
      ]),
    );
  });
});

describe('the outputs', () => {
  test('name a command that shows the token to nobody', () => {
    const { SetTokenCommand } = new Deployment(template).outputs();
    expect(SetTokenCommand).toMatch(
      /^read -rs TOKEN && printf %s "\$TOKEN" \| aws secretsmanager put-secret-value --region eu-central-1 --secret-id \S+ --secret-string file:\/\/\/dev\/stdin; unset TOKEN$/,
    );
  });

  test('name a command that tests every channel', () => {
    const { SendTestCommand } = new Deployment(template).outputs();
    expect(SendTestCommand).toMatch(
      /^aws lambda invoke .* --payload '\{"test":true\}' \/dev\/stdout$/,
    );
  });

  test('name what commands of the docs ask for', () => {
    expect(Object.keys(new Deployment(template).outputs()).sort()).toEqual([
      'CrashedRunsQueueUrl',
      'DashboardUrl',
      'DeadLetterQueueUrl',
      'FunctionName',
      'LogGroupName',
      'SendTestCommand',
      'SetTokenCommand',
      'TokenSecretArn',
      'TopicArn',
      'Warning',
    ]);
  });
});

describe('in an app of somebody else', () => {
  const build = (props: ConstructorParameters<typeof UnmeteredEventsMonitor>[2]) => {
    const app = new App({ context: { 'aws:cdk:bundling-stacks': [] }, outdir: emptyFolder() });
    const stack = new Stack(app, 'Theirs');
    const monitor = new UnmeteredEventsMonitor(stack, 'Monitor', props);
    return { monitor, template: app.synth().getStackArtifact('Theirs').template };
  };

  test('it needs no properties', () => {
    const { monitor } = build({});
    expect(monitor.metric('EventsUnmetered').namespace).toBe('UnmeteredEventsMonitor');
  });

  test('values that are known make resources without conditions', () => {
    const { template: theirs } = build({
      alertEmails: ['oncall@example.com'],
      slack: { workspaceId: 'T1', channelId: 'C1' },
      settings: { thresholds: 'failed >= 1', windowMinutes: 120 },
    });
    expect(theirs.Conditions).toBeUndefined();
    const [{ Properties }] = resourcesOf(theirs, 'AWS::Lambda::Function');
    expect(Properties.Environment.Variables).toMatchObject({
      THRESHOLDS: 'failed >= 1',
      WINDOW_MINUTES: '120',
    });
  });

  test.each([
    [
      'a threshold',
      { settings: { thresholds: 'unmeterd >= 1' } },
      /Thresholds: .*did you mean "unmetered"/,
    ],
    ['a window', { settings: { windowMinutes: 45 } }, /WindowMinutes: "45" is none of 30, 60/],
    ['an interval', { runEveryMinutes: 7 }, /runEveryMinutes: "7" is none of 5, 10, 15/],
  ])('%s that cannot be used is refused at synthesis', (_, props, reason) => {
    expect(() => build(props)).toThrow(reason);
  });
});
