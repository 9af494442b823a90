import { Aws, CfnResource, Fn } from 'aws-cdk-lib';
import { CfnSubscription, Topic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { createGiven } from './given.ts';
import { letAlarmsPublish } from './let-alarms-publish.ts';

interface AlarmTopicProps {
  /** A token may be empty at deployment; then there is no topic. */
  readonly email: string;
  /** Keeps emails that could not be delivered. */
  readonly deadLetterQueue: Queue;
}

/**
 * A second way for alarms, to one address. It shares no key, policy or subscription with the alert topic, because the
 * alarms tell people when these are broken.
 */
export class AlarmTopic extends Construct {
  /** `AWS::NoValue` if there is no topic. */
  readonly topicArn: string;

  constructor(scope: Construct, id: string, { email, deadLetterQueue }: AlarmTopicProps) {
    super(scope, id);
    const topic = new Topic(this, 'Topic', {
      displayName: 'Unmetered events: alarms',
      enforceSSL: true,
    });
    letAlarmsPublish(topic);
    new CfnSubscription(this, 'Email', {
      topicArn: topic.topicArn,
      protocol: 'email',
      endpoint: email,
      redrivePolicy: { deadLetterTargetArn: deadLetterQueue.queueArn },
    });
    const given = createGiven(this, 'Given', email);
    for (const resource of this.node.findAll().filter(CfnResource.isCfnResource)) {
      resource.cfnOptions.condition = given;
    }
    this.topicArn = given
      ? Fn.conditionIf(given.logicalId, topic.topicArn, Aws.NO_VALUE).toString()
      : topic.topicArn;
  }
}
