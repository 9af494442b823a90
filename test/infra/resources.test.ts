import { describe, expect, test } from 'vitest';
import { TOKEN_PLACEHOLDER } from '../../functions/monitor/settings/names-shared-with-stack.ts';
import { Deployment } from '../support/cloudformation.ts';
import { only, queueNamed, resourcesOf, standardTemplate } from './synthesized.ts';

const template = standardTemplate();
describe('the function', () => {
  test('runs on Node.js 24 and arm64, without reserved concurrency', () => {
    expect(only(template, 'AWS::Lambda::Function')).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: 'INFO' },
    });
    expect(only(template, 'AWS::Lambda::Function')).not.toHaveProperty(
      'ReservedConcurrentExecutions',
    );
    expect(only(template, 'AWS::Logs::LogGroup').RetentionInDays).toBe(90);
  });

  test.each([
    ['5', '240'],
    ['10', '540'],
    ['15', '840'],
  ])(
    'started every %s minutes has %s s, a minute less than the time to the next run',
    (minutes, seconds) => {
      const deployment = new Deployment(template, { RunEveryMinutes: minutes });
      expect(deployment.text(only(template, 'AWS::Lambda::Function').Timeout)).toBe(seconds);
      expect(deployment.text(only(template, 'AWS::Scheduler::Schedule').ScheduleExpression)).toBe(
        `rate(${minutes} minutes)`,
      );
    },
  );

  test('gets its scheduled time, and is started again only within five minutes', () => {
    const { Target } = only(template, 'AWS::Scheduler::Schedule');
    expect(JSON.parse(Target.Input)).toEqual({ time: '<aws.scheduler.scheduled-time>' });
    expect(Target.RetryPolicy).toEqual({ MaximumEventAgeInSeconds: 300, MaximumRetryAttempts: 2 });
    expect(only(template, 'AWS::Lambda::EventInvokeConfig')).toMatchObject({
      MaximumEventAgeInSeconds: 300,
      MaximumRetryAttempts: 0,
    });
  });

  test('loses no invocation: queues keep those that cannot be delivered and those that crash', () => {
    expect(only(template, 'AWS::Scheduler::Schedule').Target.DeadLetterConfig).toEqual({
      Arn: { 'Fn::GetAtt': [queueNamed(template, 'DeadLetters'), 'Arn'] },
    });
    expect(only(template, 'AWS::Lambda::EventInvokeConfig').DestinationConfig).toEqual({
      OnFailure: { Destination: { 'Fn::GetAtt': [queueNamed(template, 'CrashedRuns'), 'Arn'] } },
    });
  });
});

describe('the stored data', () => {
  test.each(['AWS::DynamoDB::Table', 'AWS::SecretsManager::Secret'])(
    'outlives the stack, without a name that would block the next stack: %s',
    (type) => {
      const [resource] = resourcesOf(template, type);
      expect(resource).toMatchObject({
        // Except after a failed first deployment. Else every attempt would leave one behind.
        DeletionPolicy: 'RetainExceptOnCreate',
        UpdateReplacePolicy: 'Retain',
      });
      expect(resource.Properties).not.toHaveProperty('Name');
      expect(resource.Properties).not.toHaveProperty('TableName');
    },
  );

  test('is a table that is paid by use, encrypted, and can be restored', () => {
    expect(only(template, 'AWS::DynamoDB::Table')).toMatchObject({
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

  test('is a secret whose placeholder the function knows and later deployments do not change', () => {
    expect(only(template, 'AWS::SecretsManager::Secret').SecretString).toBe(TOKEN_PLACEHOLDER);
    // A change of this text would overwrite the token of every stack at its next deployment.
    expect(TOKEN_PLACEHOLDER).toBe('put-your-togai-api-token-here');
  });
});

describe('the outputs', () => {
  test('name a command that sets the token without showing it', () => {
    const { SetTokenCommand } = new Deployment(template).outputs();
    expect(SetTokenCommand).toMatch(
      /^\(.*stty -echo -icanon; IFS= read -r TOKEN; .*printf %s "\$TOKEN" \| aws secretsmanager put-secret-value --region eu-central-1 --secret-id \S+ --secret-string file:\/\/\/dev\/stdin\)$/,
    );
  });

  test('name a command that tests every channel', () => {
    const { SendTestCommand } = new Deployment(template).outputs();
    expect(SendTestCommand).toMatch(
      /^aws lambda invoke .* --payload '\{"test":true\}' \/dev\/stdout$/,
    );
  });

  test('name everything that the commands of the docs need', () => {
    expect(Object.keys(new Deployment(template).outputs()).sort()).toEqual([
      'CrashedRunsQueueUrl',
      'DashboardUrl',
      'DeadLetterQueueUrl',
      'FunctionName',
      'LogGroupName',
      'SendTestCommand',
      'SetTokenCommand',
      'SilenceCommand',
      'StatusCommand',
      'TokenSecretArn',
      'TopicArn',
      'Warning',
    ]);
  });
});
