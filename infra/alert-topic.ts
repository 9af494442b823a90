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
  /** Begins with `T`. May be a token that turns out empty at deployment; then there is no Slack. */
  readonly workspaceId: string;
  /** Begins with `C` or `G`. */
  readonly channelId: string;
}

interface AlertTopicProps {
  readonly monitorName: string;
  /** Addresses; each may be a token that turns out empty at deployment. */
  readonly emails: readonly string[];
  readonly slack: SlackChannel | undefined;
  /** Keeps emails that could not be delivered. */
  readonly deadLetterQueue: Queue;
}

/**
 * What Amazon Q may do in the channel at the most, whatever role anybody gives it; without one,
 * AdministratorAccess would be the limit.
 */
const SLACK_GUARDRAIL = 'policy/CloudWatchReadOnlyAccess';

/** Where every message goes, the monitor's own and those of its alarms: a topic with its own key, and who reads it. */
export class AlertTopic extends Construct {
  readonly topic: Topic;
  readonly key: Key;

  constructor(
    scope: Construct,
    id: string,
    { monitorName, emails, slack, deadLetterQueue }: AlertTopicProps,
  ) {
    super(scope, id);
    // Alarms cannot use the key that AWS manages for SNS, so the topic has its own.
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

  /** `enforceSSL` replaces the policy that would let alarms publish, and an alarm needs the key as well. */
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
        // In the policy of a key, this key.
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
    // Messages are handed to the channel; nobody can do or read anything in this account from there.
    const role = new Role(this, 'SlackRole', {
      assumedBy: new ServicePrincipal('chatbot.amazonaws.com'),
      description: `${monitorName}: what may be done from the Slack channel, which is nothing`,
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

  /** A value that is only known at deployment may turn out empty; then there is nothing to make. */
  #given(id: string, value: string): CfnCondition | undefined {
    if (!Token.isUnresolved(value)) return undefined;
    return new CfnCondition(this, id, {
      expression: Fn.conditionNot(Fn.conditionEquals(value, '')),
    });
  }
}
