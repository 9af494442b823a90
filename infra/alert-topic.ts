import { Aws, type CfnResource, Fn, Lazy, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnSlackChannelConfiguration } from 'aws-cdk-lib/aws-chatbot';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { CfnSubscription, Topic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct, type IConstruct } from 'constructs';
import { SUBSCRIPTION_MARK } from '../functions/monitor/settings/shared-with-stack.ts';
import { createGiven } from './given.ts';
import { letAlarmsPublish } from './let-alarms-publish.ts';

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
  /**
   * One mark for each subscription that the deployment makes. It includes those that the app adds to the topic later,
   * or they would stand in for a lost one.
   */
  readonly subscriptionMarks = Lazy.string({
    produce: () =>
      this.#subscriptions()
        .map((subscription) => this.#markOf(subscription))
        .join(''),
  });

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
    letAlarmsPublish(this.topic, this.key);
    for (const [index, email] of emails.entries()) {
      if (email !== '') this.#subscribe(`Email${index + 1}`, email, deadLetterQueue);
    }
    if (slack && slack.workspaceId !== '') this.#connect(slack, monitorName);
  }

  #subscriptions(): CfnResource[] {
    const { topicArn } = this.topic;
    const isOurs = (node: IConstruct) =>
      (node instanceof CfnSubscription && node.topicArn === topicArn) ||
      (node instanceof CfnSlackChannelConfiguration && node.snsTopicArns?.includes(topicArn));
    return this.node.root.node.findAll().filter(isOurs) as CfnResource[];
  }

  #markOf({ cfnOptions: { condition } }: CfnResource): string {
    // A template can refer to its own conditions only.
    if (condition?.stack !== Stack.of(this)) return SUBSCRIPTION_MARK;
    return Fn.conditionIf(condition.logicalId, SUBSCRIPTION_MARK, '').toString();
  }

  #subscribe(id: string, email: string, deadLetterQueue: Queue): void {
    const subscription = new CfnSubscription(this, id, {
      topicArn: this.topic.topicArn,
      protocol: 'email',
      endpoint: email,
      redrivePolicy: { deadLetterTargetArn: deadLetterQueue.queueArn },
    });
    subscription.cfnOptions.condition = createGiven(this, `${id}Given`, email);
  }

  #connect({ workspaceId, channelId }: SlackChannel, monitorName: string): void {
    // The role has no permissions: messages go to the channel, and no command comes back from it.
    const role = new Role(this, 'SlackRole', {
      assumedBy: new ServicePrincipal('chatbot.amazonaws.com'),
      description: `${monitorName}: the role of the Slack channel, without permissions`,
    });
    const given = createGiven(this, 'SlackGiven', workspaceId);
    const channel = new CfnSlackChannelConfiguration(this, 'Slack', {
      configurationName: `${monitorName}-${Aws.REGION}`,
      slackWorkspaceId: workspaceId,
      slackChannelId: channelId,
      iamRoleArn: role.roleArn,
      guardrailPolicies: [`arn:${Aws.PARTITION}:iam::aws:${SLACK_GUARDRAIL}`],
      snsTopicArns: [this.topic.topicArn],
      // A log is the only sign of a message that Amazon Q could not show.
      loggingLevel: 'ERROR',
    });
    for (const resource of [role.node.defaultChild as CfnResource, channel]) {
      resource.cfnOptions.condition = given;
    }
  }
}
