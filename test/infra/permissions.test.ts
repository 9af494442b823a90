import { describe, expect, test } from 'vitest';
import { Deployment } from '../support/cloudformation.ts';
import { ConditionalDeployment } from '../support/conditional-deployment.ts';
import { checkedTemplateOf, resourcesOf, standardTemplate } from './synthesized.ts';

const template = standardTemplate();
const deployed = new Deployment(template, { EventBus: 'billing' });

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Principal?: { readonly Service?: string };
  readonly Condition?: unknown;
}

/** The lines `Allow action on resource`, sorted. A resource is shown by its type and attribute. */
function linesOf(statements: readonly Statement[]): string[] {
  return statements
    .flatMap(({ Effect, Action, Resource }) =>
      [Action]
        .flat()
        .flatMap((action) =>
          [Resource].flat().map((resource) => `${Effect} ${action} on ${nameOf(resource)}`),
        ),
    )
    .sort();
}

function nameOf(resource: unknown): string {
  if (typeof resource === 'string') return resource;
  if ('Fn::Join' in (resource as object)) return deployed.text(resource).replace(/^.*:/, '');
  const { Ref, 'Fn::GetAtt': attribute } = resource as Record<string, string | [string, string]>;
  const [id = '', name = 'Ref'] = attribute ?? [Ref as string];
  const type = template.Resources[id]?.Type;
  // There are two queues, and several topics.
  if (type === 'AWS::SQS::Queue') return /DeadLetters|CrashedRuns/.exec(id)?.[0] ?? id;
  if (type === 'AWS::SNS::Topic') return `topic of ${/Alerts|Alarms|Pager/.exec(id)?.[0] ?? id}`;
  return `${type}.${name}`;
}

const roleOf = (service: string) =>
  resourcesOf(template, 'AWS::IAM::Role').find(
    ({ Properties }) =>
      Properties.AssumeRolePolicyDocument.Statement[0].Principal.Service === service,
  );

interface Policy {
  readonly PolicyDocument: { readonly Statement: Statement[] };
}

const roleId = (role: object) =>
  Object.keys(template.Resources).find((id) => template.Resources[id] === role);

/** The statements of a role, with those that a deployment may have or not. */
function statementsOf(role: { readonly Properties: { readonly Policies?: Policy[] } }) {
  const optional = resourcesOf(template, 'AWS::IAM::RolePolicy')
    .map(({ Properties }) => Properties)
    .filter(({ RoleName }) => RoleName.Ref === roleId(role));
  return [...(role.Properties.Policies ?? []), ...optional].flatMap(
    ({ PolicyDocument }: Policy) => PolicyDocument.Statement,
  );
}

const allowed = (service: string): string[] => linesOf(statementsOf(roleOf(service)));

describe('the roles', () => {
  test('are four, and have only their inline policies', () => {
    expect(resourcesOf(template, 'AWS::IAM::Role')).toHaveLength(4);
    expect(resourcesOf(template, 'AWS::IAM::Policy')).toEqual([]);
    for (const { Properties } of resourcesOf(template, 'AWS::IAM::Role')) {
      expect(Properties.ManagedPolicyArns).toBeUndefined();
      expect(Properties.AssumeRolePolicyDocument.Statement).toHaveLength(1);
    }
  });

  test('let the function remember, read the token, publish, log, and nothing else', () => {
    expect(allowed('lambda.amazonaws.com')).toEqual([
      'Allow dynamodb:GetItem on AWS::DynamoDB::Table.Arn',
      'Allow dynamodb:PutItem on AWS::DynamoDB::Table.Arn',
      'Allow dynamodb:Query on AWS::DynamoDB::Table.Arn',
      'Allow events:PutEvents on event-bus/billing',
      'Allow kms:Decrypt on AWS::KMS::Key.Arn',
      'Allow kms:GenerateDataKey on AWS::KMS::Key.Arn',
      'Allow logs:CreateLogStream on AWS::Logs::LogGroup.Arn',
      'Allow logs:PutLogEvents on AWS::Logs::LogGroup.Arn',
      'Allow secretsmanager:GetSecretValue on AWS::SecretsManager::Secret.Ref',
      'Allow sns:GetTopicAttributes on topic of Alerts',
      'Allow sns:GetTopicAttributes on topic of Pager',
      'Allow sns:Publish on topic of Alerts',
      'Allow sns:Publish on topic of Pager',
      'Allow sqs:SendMessage on CrashedRuns',
    ]);
  });

  test('let the schedule start the function and keep runs that it could not start', () => {
    expect(allowed('scheduler.amazonaws.com')).toEqual([
      'Allow lambda:InvokeFunction on AWS::Lambda::Function.Arn',
      'Allow sqs:SendMessage on DeadLetters',
    ]);
  });

  test('let schedules of this account only take the role of the schedule', () => {
    const [{ Condition }] =
      roleOf('scheduler.amazonaws.com').Properties.AssumeRolePolicyDocument.Statement;
    const { 'aws:SourceAccount': account, 'aws:SourceArn': group } = Condition.StringEquals;
    const deployment = new Deployment(template);
    expect(deployment.text(account)).toBe('123456789012');
    expect(deployment.text(group)).toBe(
      'arn:aws:scheduler:eu-central-1:123456789012:schedule-group/default',
    );
  });

  test.each([
    ['Slack', 'AWS::Chatbot::SlackChannelConfiguration'],
    ['Teams', 'AWS::Chatbot::MicrosoftTeamsChannelConfiguration'],
  ])('let nobody do anything from %s, even if its role gets permissions later', (_, type) => {
    const [{ Properties }] = resourcesOf(template, type);
    const role = template.Resources[Properties.IamRoleArn['Fn::GetAtt'][0]];
    expect(statementsOf(role)).toEqual([]);
    const deployment = new Deployment(template);
    expect(Properties.GuardrailPolicies.map((arn: unknown) => deployment.text(arn))).toEqual([
      'arn:aws:iam::aws:policy/CloudWatchReadOnlyAccess',
    ]);
  });

  test('let the function use an event bus and a pager only where a parameter names one', () => {
    const made = (given: Record<string, string>) =>
      new Deployment(template, given)
        .made('AWS::IAM::RolePolicy')
        .map((id) => template.Resources[id].Properties.PolicyName);
    expect(made({})).toEqual([]);
    expect(made({ EventBus: 'default' })).toEqual(['putEvents']);
    expect(made({ PagerEndpoint: 'https://pager.example' })).toEqual(['page']);
  });

  test('let the function put events of its own source only', () => {
    const events = statementsOf(roleOf('lambda.amazonaws.com')).filter(
      ({ Action }) => Action === 'events:PutEvents',
    );
    expect(events.map(({ Condition }) => Condition)).toEqual([
      { StringEquals: { 'events:source': 'unmetered-events-monitor' } },
    ]);
  });

  test('have no wildcard', () => {
    const statements = resourcesOf(template, 'AWS::IAM::Role').flatMap(statementsOf);
    expect(JSON.stringify(statements)).not.toMatch(/[*?]/);
  });
});

describe('alarms reach people', () => {
  const fromThisAccount = {
    StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
    ArnLike: { 'aws:SourceArn': expect.anything() },
  };
  const alarmsOf = (statements: Statement[]) =>
    statements.filter(({ Principal }) => Principal?.Service === 'cloudwatch.amazonaws.com');

  test('because the topic allows them to publish', () => {
    const [{ Properties }] = resourcesOf(template, 'AWS::SNS::TopicPolicy');
    const statements = alarmsOf(Properties.PolicyDocument.Statement);
    expect(linesOf(statements)).toEqual(['Allow sns:Publish on topic of Alerts']);
    expect(statements[0]?.Condition).toEqual(fromThisAccount);
  });

  test('because the key allows them to encrypt', () => {
    const [{ Properties }] = resourcesOf(template, 'AWS::KMS::Key');
    const statements = alarmsOf(Properties.KeyPolicy.Statement);
    expect(linesOf(statements)).toEqual([
      'Allow kms:Decrypt on *',
      'Allow kms:GenerateDataKey* on *',
    ]);
    expect(statements[0]?.Condition).toEqual(fromThisAccount);
  });

  test('from alarms of this account and region only', () => {
    const [{ Properties }] = resourcesOf(template, 'AWS::SNS::TopicPolicy');
    const [statement] = alarmsOf(Properties.PolicyDocument.Statement);
    const condition = statement?.Condition as { ArnLike: Record<string, unknown> } | undefined;
    expect(new Deployment(template).text(condition?.ArnLike['aws:SourceArn'])).toBe(
      'arn:aws:cloudwatch:eu-central-1:123456789012:alarm:*',
    );
  });
});

describe('the topic and the queues', () => {
  test('refuse requests without TLS', () => {
    const policies = ['AWS::SNS::TopicPolicy', 'AWS::SQS::QueuePolicy'].flatMap((type) =>
      resourcesOf(template, type),
    );
    expect(policies).toHaveLength(5);
    for (const { Properties } of policies) {
      expect(Properties.PolicyDocument.Statement).toContainEqual(
        expect.objectContaining({
          Effect: 'Deny',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      );
    }
  });

  test('accept undelivered emails and pages of these topics from SNS, and nothing from others', () => {
    const allows: Statement[] = resourcesOf(template, 'AWS::SQS::QueuePolicy')
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
      .filter(({ Effect }: Statement) => Effect === 'Allow');
    expect(linesOf(allows)).toEqual(['Allow sqs:SendMessage on DeadLetters']);
    expect(allows[0]?.Principal).toEqual({ Service: 'sns.amazonaws.com' });
    const condition = allows[0]?.Condition as { ArnEquals: Record<string, unknown> } | undefined;
    const given = { AlarmEmail: 'platform@example.com', PagerEndpoint: 'https://pager.example' };
    for (const values of [{}, given]) {
      const deployment = new ConditionalDeployment(template, values);
      expect(deployment.references(condition?.ArnEquals['aws:SourceArn'])).toEqual(
        deployment.made('AWS::SNS::Topic'),
      );
    }
  });
});

describe('an existing secret', () => {
  const secretArn = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:togai-a1B2c3';
  const keyArn = 'arn:aws:kms:eu-central-1:123456789012:key/1';

  test('is the one that may be read, with its key', () => {
    const existing = checkedTemplateOf({ tokenSecretArn: secretArn, tokenSecretKeyArn: keyArn });
    const statements = resourcesOf(existing, 'AWS::IAM::Role').flatMap(statementsOf);
    expect(resourcesOf(existing, 'AWS::SecretsManager::Secret')).toEqual([]);
    expect(statements).toContainEqual({
      Effect: 'Allow',
      Action: 'secretsmanager:GetSecretValue',
      Resource: secretArn,
    });
    expect(statements).toContainEqual({ Effect: 'Allow', Action: 'kms:Decrypt', Resource: keyArn });
  });

  test('is refused without the six characters at the end of its ARN', () => {
    expect(() => checkedTemplateOf({ tokenSecretArn: secretArn.slice(0, -7) })).toThrow(
      'Give the complete ARN, which ends in "-" and six characters',
    );
  });
});
