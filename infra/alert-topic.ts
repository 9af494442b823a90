import {
  ArnFormat,
  Aws,
  CfnCondition,
  type CfnResource,
  Fn,
  RemovalPolicy,
  Stack,
  Token,
} from 'aws-cdk-lib';
import { CfnSlackChannelConfiguration } from 'aws-cdk-lib/aws-chatbot';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { CfnSubscription, Topic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

/** A Slack channel; see "Slack" in `docs/operations.md`. */
export interface SlackChannel {
  /** Begins with `T`. A token may be empty at deployment; then there is no Slack. */
  readonly workspaceId: string;
  /** Begins with `C` or `G`. */
  readonly channelId: string;
}

interface AlertTopicProps {
  readonly monitorName: string;
  /** Addresses. A token may be empty at deployment; then there is no subscription. */
  readonly emails: readonly string[];
  readonly slack: SlackChannel | undefined;
  /** Keeps emails that could not be delivered. */
  readonly deadLetterQueue: Queue;
}

/**
 * The limit of Amazon Q's permissions in the channel, also if a person gives its role more later. Without a
 * guardrail the limit would be AdministratorAccess.
 */
const SLACK_GUARDRAIL = 'policy/CloudWatchReadOnlyAccess';

/** The topic of every message, from the monitor and from its alarms; with its own key and its subscriptions. */
export class AlertTopic extends Construct {
  readonly topic: Topic;
  readonly key: Key;

  constructor(
    scope: Construct,
    id: string,
    { monitorName, emails, slack, deadLetterQueue }: AlertTopicProps,
  ) {
    super(scope, id);
    // CloudWatch alarms cannot publish to a topic under the key that AWS manages for SNS.
    this.key = new Key(this, 'Key', {
      description: `${monitorName}: encrypts alerts on their way through SNS`,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.topic = new Topic(this, 'Topic', {
      displayName: 'Unmetered events',
      masterKey: this.key,
      enforceSSL: true,
    });
    this.#letAlarmsPublish();
    this.#letUndeliverableBeKept(deadLetterQueue);
    for (const [index, email] of emails.entries()) {
      this.#subscribe(`Email${index + 1}`, email, deadLetterQueue);
    }
    if (slack) this.#connect(slack, monitorName);
  }

  /** `enforceSSL` replaces the default policy, which lets alarms publish. An alarm also has to encrypt its message. */
  #letAlarmsPublish(): void {
    const stack = Stack.of(this);
    const conditions = {
      StringEquals: { 'aws:SourceAccount': stack.account },
      ArnLike: {
        'aws:SourceArn': stack.formatArn({
          service: 'cloudwatch',
          resource: 'alarm',
          resourceName: '*',
          arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        }),
      },
    };
    const cloudWatch = new ServicePrincipal('cloudwatch.amazonaws.com');
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsPublish',
        effect: Effect.ALLOW,
        principals: [cloudWatch],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions,
      }),
    );
    this.key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsEncrypt',
        effect: Effect.ALLOW,
        principals: [cloudWatch],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        // In a key policy, `*` is this key.
        resources: ['*'],
        conditions,
      }),
    );
  }

  #letUndeliverableBeKept(deadLetterQueue: Queue): void {
    deadLetterQueue.addToResourcePolicy(
      new PolicyStatement({
        sid: 'KeepUndeliverableEmails',
        effect: Effect.ALLOW,
        principals: [new ServicePrincipal('sns.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [deadLetterQueue.queueArn],
        conditions: { ArnEquals: { 'aws:SourceArn': this.topic.topicArn } },
      }),
    );
  }

  #subscribe(id: string, email: string, deadLetterQueue: Queue): void {
    const subscription = new CfnSubscription(this, id, {
      topicArn: this.topic.topicArn,
      protocol: 'email',
      endpoint: email,
      redrivePolicy: { deadLetterTargetArn: deadLetterQueue.queueArn },
    });
    subscription.cfnOptions.condition = this.#given(`${id}Given`, email);
  }

  #connect({ workspaceId, channelId }: SlackChannel, monitorName: string): void {
    // The role has no permissions: messages go to the channel, and no command comes back from it.
    const role = new Role(this, 'SlackRole', {
      assumedBy: new ServicePrincipal('chatbot.amazonaws.com'),
      description: `${monitorName}: the role of the Slack channel, without permissions`,
    });
    const given = this.#given('SlackGiven', workspaceId);
    const channel = new CfnSlackChannelConfiguration(this, 'Slack', {
      configurationName: `${monitorName}-${Aws.REGION}`,
      slackWorkspaceId: workspaceId,
      slackChannelId: channelId,
      iamRoleArn: role.roleArn,
      guardrailPolicies: [`arn:${Aws.PARTITION}:iam::aws:${SLACK_GUARDRAIL}`],
      snsTopicArns: [this.topic.topicArn],
      loggingLevel: 'NONE',
    });
    for (const resource of [role.node.defaultChild as CfnResource, channel]) {
      resource.cfnOptions.condition = given;
    }
  }

  /** The condition that a value of the deployment is not empty; `undefined` for a value known at synthesis. */
  #given(id: string, value: string): CfnCondition | undefined {
    if (!Token.isUnresolved(value)) return undefined;
    return new CfnCondition(this, id, {
      expression: Fn.conditionNot(Fn.conditionEquals(value, '')),
    });
  }
}
