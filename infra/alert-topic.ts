import {
  Annotations,
  Aspects,
  type CfnResource,
  Fn,
  Lazy,
  RemovalPolicy,
  Stack,
} from 'aws-cdk-lib';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { CfnSubscription, type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct, type IConstruct } from 'constructs';
import { SUBSCRIPTION_MARK } from '../functions/monitor/settings/names-shared-with-stack.ts';
import {
  connectSlack,
  connectTeams,
  isChatOf,
  type SlackChannel,
  type TeamsChannel,
} from './chat-channels.ts';
import { createGiven } from './given.ts';
import { letAlarmsPublish } from './let-alarms-publish.ts';

interface AlertTopicProps {
  readonly monitorName: string;
  /** @default a new one */
  readonly topic: ITopic | undefined;
  /** Encrypts the topic. @default the key of `topic`; a new one for a new topic */
  readonly encryptionKey: IKey | undefined;
  /** Addresses. A token may be empty at deployment; then there is no subscription. */
  readonly emails: readonly string[];
  readonly slack: SlackChannel | undefined;
  readonly teams: TeamsChannel | undefined;
  /** Keeps emails that could not be delivered. */
  readonly deadLetterQueue: Queue;
}

/** The topic of every message, from the monitor and from its alarms; with its own key and its subscriptions. */
export class AlertTopic extends Construct {
  readonly topic: ITopic;
  /** `undefined`: the topic of the app is not encrypted by a key. */
  readonly key: IKey | undefined;
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

  constructor(scope: Construct, id: string, props: AlertTopicProps) {
    super(scope, id);
    const { monitorName, topic, encryptionKey, emails, slack, teams, deadLetterQueue } = props;
    this.key = encryptionKey ?? (topic ? topic.masterKey : this.#createKey(monitorName));
    this.topic = topic ?? this.#createTopic(this.key);
    letAlarmsPublish(this.topic, this.key);
    for (const [index, email] of emails.entries()) {
      if (email !== '') this.#subscribe(`Email${index + 1}`, email, deadLetterQueue);
    }
    const chat = { monitorName, topic: this.topic };
    if (slack && slack.workspaceId !== '') connectSlack(this, slack, chat);
    if (teams && teams.tenantId !== '') connectTeams(this, teams, chat);
  }

  /** Looks at synthesis, after the app has added its own subscriptions. */
  warnIfNobodySubscribes(): void {
    const visit = (node: IConstruct) => {
      if (node !== this || this.#subscriptions().length > 0) return;
      Annotations.of(this).addWarningV2(
        'unmetered-events-monitor:nobodyIsNotified',
        'Nobody is notified: give alertEmails or another channel, or subscribe to the topic',
      );
    };
    Aspects.of(this).add({ visit });
  }

  /** CloudWatch alarms cannot publish to a topic under the key that AWS manages for SNS. */
  #createKey(monitorName: string): Key {
    return new Key(this, 'Key', {
      description: `${monitorName}: encrypts alerts on their way through SNS`,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }

  #createTopic(masterKey: IKey | undefined): Topic {
    return new Topic(this, 'Topic', {
      displayName: 'Unmetered events',
      ...(masterKey && { masterKey }),
      enforceSSL: true,
    });
  }

  #subscriptions(): CfnResource[] {
    const { topicArn } = this.topic;
    const isOurs = (node: IConstruct) =>
      (node instanceof CfnSubscription && node.topicArn === topicArn) || isChatOf(node, this.topic);
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
}
